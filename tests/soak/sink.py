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
CUT = 0.002
SLOW = 0.01
CLOSING = 0.001


class BadDays:
    """Some are put off, some answers are slow, some connections end after the mail was taken."""

    def __init__(self, ledger: Path, *, well: bool) -> None:
        self.ledger = ledger.open("ab", buffering=0)
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
        if not self.well and self.chance.random() < CUT:
            server.transport.abort()
        return "250 kept"


def main(port: str, ledger: str, *how: str) -> None:
    Controller(BadDays(Path(ledger), well="well" in how), hostname="127.0.0.1", port=int(port)).start()
    # Ends with whoever started it.
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
