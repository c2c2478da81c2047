"""One connection to the mail server, which says of each failure how far the message had come."""

from __future__ import annotations

import contextlib
import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.message import sanitize_address

CLOSING = 421
TOO_LARGE = 552
GO_ON = 354


class ServerUnreachable(Exception):
    """The mail server cannot be talked to now; nothing is wrong with the message, and it has not gone out."""


class Refused(Exception):
    """The mail server's answer to this one message was an error of the message's own."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Broken(Exception):
    """The connection was lost after the message had been handed over and before the answer."""


@dataclass(frozen=True)
class Parcel:
    """A mail with the bytes and addresses that go over the wire."""

    mail: EmailMultiAlternatives
    sender: str
    to: tuple[str, ...]
    content: bytes


def pack(mail: EmailMultiAlternatives) -> Parcel:
    """Make the bytes ahead; ValueError for an address or a subject that no mail can carry."""
    message = mail.message()
    encoding = mail.encoding or "utf-8"
    to = tuple(sanitize_address(address, encoding) for address in mail.recipients())
    return Parcel(mail, sanitize_address(mail.from_email, encoding), to, message.as_bytes(linesep="\r\n"))


class Channel:
    """Opened when the first message is there, kept for all that follow."""

    def __init__(self) -> None:
        self.backend = get_connection()

    def open(self) -> None:
        try:
            self.backend.open()
            if smtp := self._smtp():
                smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnreachable(str(error)) from error

    def close(self) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.backend.close()

    def send(self, parcel: Parcel) -> None:
        """Return once the mail server has taken it; else raise one of the three."""
        try:
            if smtp := self._smtp():
                _hand_over(smtp, parcel)
            else:
                self.backend.send_messages([parcel.mail])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise Refused(max(codes, default=550)) from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code == CLOSING:
                raise ServerUnreachable(f"{error.smtp_code} {error.smtp_error!r}") from error
            raise Refused(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Broken(str(error)) from error

    def _smtp(self) -> smtplib.SMTP | None:
        """The wire below the backend; None where mail goes another way."""
        found = getattr(self.backend, "connection", None)
        return found if isinstance(found, smtplib.SMTP) else None


def _hand_over(smtp: smtplib.SMTP, parcel: Parcel) -> None:
    """Like `sendmail`, but what fails before the content goes out is known not to have arrived."""
    try:
        _announce(smtp, parcel)
    except smtplib.SMTPResponseException:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(str(error)) from error
    smtp.send(_dotted(parcel.content))
    code, said = smtp.getreply()
    if code != 250:
        raise smtplib.SMTPDataError(code, said)


def _announce(smtp: smtplib.SMTP, parcel: Parcel) -> None:
    """MAIL, RCPT and DATA; a refusal leaves the connection fit for the next message."""
    size = [f"size={len(parcel.content)}"] if smtp.does_esmtp and smtp.has_extn("size") else []
    code, said = smtp.mail(parcel.sender, size)
    if code == 250:
        for address in parcel.to:
            code, said = smtp.rcpt(address)
            if code not in (250, 251):
                break
        else:
            code, said = smtp.docmd("DATA")
            if code == GO_ON:
                return
    elif code >= 500 and code != TOO_LARGE:
        # The sender's own address or sign-in is refused; that is no fault of any message.
        raise smtplib.SMTPServerDisconnected(f"{code} {said!r}")
    if code != CLOSING:
        smtp.rset()
    raise smtplib.SMTPDataError(code, said)


def _dotted(content: bytes) -> bytes:
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    quoted = ended.replace(b"\r\n.", b"\r\n..")
    return (b"." + quoted if quoted.startswith(b".") else quoted) + b".\r\n"
