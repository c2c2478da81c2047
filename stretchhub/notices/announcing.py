"""What comes before the content of a mail: its sender and recipients, in one write where that is taken, then DATA."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from . import wire

CLOSING = 421
TOO_LARGE = 552
GO_ON = 354
MAIL_OK, RCPT_OK, DATA_OK = {250}, {250, 251}, {GO_ON}

# A command, and the codes of an answer that lets the next follow.
Asked = tuple[str, set[int]]
Reply = tuple[int, bytes]


class ServerUnreachable(Exception):
    """The mail server cannot be talked to now; nothing is wrong with the message, and it has not gone out."""


class Announcing:
    """Sender and recipients of one mail: told at once, answered when the mail server is asked for the content."""

    def __init__(self, smtp: smtplib.SMTP, sender: str, to: tuple[str, ...], size: int) -> None:
        sized = f" size={size}" if smtp.does_esmtp and smtp.has_extn("size") else ""
        self._smtp = smtp
        self._asked = [(f"mail FROM:{wire.quoted(sender)}{sized}", MAIL_OK)]
        self._asked += [(f"rcpt TO:{wire.quoted(address)}", RCPT_OK) for address in to]
        self._told = len(self._asked) if smtp.does_esmtp and smtp.has_extn("pipelining") else 1
        with _not_gone():
            smtp.send("".join(f"{command}\r\n" for command, _fine in self._asked[: self._told]))

    def ask_for_content(self) -> None:
        """Return once the content may follow; what fails here is known not to have gone out.

        A refusal leaves the connection fit for the next message.
        """
        with _not_gone():
            # DATA comes by itself: a server may say “go on” to it although it has just refused the only recipient.
            refused = self._refused() or _refused(self._smtp, [("data", DATA_OK)])
            if refused is not None:
                self._give_up(*refused)

    def abandon(self) -> None:
        """Nothing follows after all."""
        with _not_gone():
            self._refused()
            self._smtp.rset()

    def _refused(self) -> tuple[str, Reply] | None:
        """The first that was refused; what was told at once has its answer each."""
        told = self._asked[: self._told]
        refused = None
        for command, fine in told:
            reply = self._smtp.getreply()
            if reply[0] not in fine and refused is None:
                refused = command, reply
            if reply[0] == CLOSING:
                break
        return refused or _refused(self._smtp, self._asked[self._told :])

    def _give_up(self, command: str, reply: Reply) -> None:
        code, said = reply
        if code != CLOSING:
            if command == self._asked[0][0] and code >= 500 and code != TOO_LARGE:
                # The sender's own address or sign-in is refused; that is no fault of any message.
                raise smtplib.SMTPServerDisconnected(f"{code} {said!r}")
            self._smtp.rset()
        raise smtplib.SMTPDataError(code, said)


@contextmanager
def _not_gone() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPResponseException:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(str(error)) from error


def _refused(smtp: smtplib.SMTP, asked: list[Asked]) -> tuple[str, Reply] | None:
    """Told one after the other, up to the first of them that is refused."""
    for command, fine in asked:
        smtp.putcmd(command)
        reply = smtp.getreply()
        if reply[0] not in fine:
            return command, reply
    return None
