"""What comes before the content of a mail: its sender and recipients, in one write where that is taken, then DATA."""

from __future__ import annotations

import smtplib

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


def announce(smtp: smtplib.SMTP, sender: str, to: tuple[str, ...], size: int) -> None:
    """Return once the content may follow; what fails here is known not to have gone out.

    A refusal leaves the connection fit for the next message.
    """
    try:
        _announce(smtp, sender, to, size)
    except smtplib.SMTPResponseException:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(str(error)) from error


def _announce(smtp: smtplib.SMTP, sender: str, to: tuple[str, ...], size: int) -> None:
    sized = f" size={size}" if smtp.does_esmtp and smtp.has_extn("size") else ""
    asked = [(f"mail FROM:{wire.quoted(sender)}{sized}", MAIL_OK)]
    asked += [(f"rcpt TO:{wire.quoted(address)}", RCPT_OK) for address in to]
    at_once = bool(smtp.does_esmtp and smtp.has_extn("pipelining"))
    # DATA comes by itself: a server may say “go on” to it although it has just refused the only recipient.
    refused = _refused(smtp, asked, at_once=at_once) or _refused(smtp, [("data", DATA_OK)], at_once=False)
    if refused is None:
        return
    command, (code, said) = refused
    if code != CLOSING:
        if command == asked[0][0] and code >= 500 and code != TOO_LARGE:
            # The sender's own address or sign-in is refused; that is no fault of any message.
            raise smtplib.SMTPServerDisconnected(f"{code} {said!r}")
        smtp.rset()
    raise smtplib.SMTPDataError(code, said)


def _refused(smtp: smtplib.SMTP, asked: list[Asked], *, at_once: bool) -> tuple[str, Reply] | None:
    """The first of these commands that was refused; asked at once, each has its answer all the same."""
    if at_once:
        smtp.send("".join(f"{command}\r\n" for command, _fine in asked))
    refused = None
    for command, fine in asked:
        if not at_once:
            smtp.putcmd(command)
        reply = smtp.getreply()
        if reply[0] not in fine and refused is None:
            refused = command, reply
        if reply[0] == CLOSING or (refused and not at_once):
            break
    return refused
