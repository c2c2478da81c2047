"""A mail server with bad days, in a process of its own: what it accepts it writes down before it answers.

python -m tests.soak.sink PORT LEDGER [well]
"""

import asyncio
import random
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller

PUT_OFF = 0.02
# Of so many that were taken, one is never answered.
CUT_ONE_OF = 500
SLOW = 0.01
CLOSING = 0.001


class BadDays:
    """Some are put off, some answers are slow, some connections end after the mail was taken."""

    def __init__(self, ledger: Path, *, well: bool) -> None:
        self.ledger = ledger.open("ab", buffering=0)
        self.cuts = cuts_beside(ledger).open("ab", buffering=0)
        self.taken = 0
        self.well = well
        self.chance = random.Random(1)

    async def handle_EHLO(self, server, session, envelope, hostname, responses) -> list[str]:
        """Takes several commands in one write, as Postfix, Exim and Exchange do."""
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address.startswith("gone"):
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope) -> str:
        if not self.well:
            if self.chance.random() < PUT_OFF:
                return "451 later"
            if self.chance.random() < CLOSING:
                return "421 closing"
            if self.chance.random() < SLOW:
                await asyncio.sleep(0.3)
        headers = message_from_bytes(envelope.content)
        self.ledger.write(f"{headers['Message-ID']} {envelope.rcpt_tos[0]}\n".encode())
        self.taken += 1
        if not self.well and self.taken % CUT_ONE_OF == 0:
            self.cuts.write(b".")
            server.transport.abort()
        return "250 kept"


def cuts_beside(ledger: Path) -> Path:
    """A file that is as long as there were connections cut."""
    return ledger.with_suffix(".cuts")


def main(port: str, ledger: str, *how: str) -> None:
    Controller(BadDays(Path(ledger), well="well" in how), hostname="127.0.0.1", port=int(port)).start()
    # Ends with whoever started it.
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
