"""One connection to the mail server, which says of each failure how far the message had come."""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives, get_connection

from . import wire
from .announcing import Announcing, ServerUnreachable

CLOSING = 421
TAKEN = 250


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
    to = tuple(wire.address(address) for address in mail.recipients())
    return Parcel(mail, wire.sender(mail.from_email), to, wire.as_bytes(mail))


class Channel:
    """Opened when the first message is there, kept for all that follow."""

    def __init__(self) -> None:
        self.backend = get_connection()
        self._announced: Announcing | None = None

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
        self.announce(parcel)
        self.hand_over(parcel)
        self.hear()

    def announce(self, parcel: Parcel) -> None:
        """Tell the mail server for whom the next is; nothing of it has gone out, and nothing has to follow."""
        if smtp := self._smtp():
            with _what_it_means():
                self._announced = Announcing(smtp, parcel.sender, parcel.to, len(parcel.content))

    def abandon(self) -> None:
        """What was announced does not follow."""
        announced, self._announced = self._announced, None
        if announced is not None:
            with _what_it_means():
                announced.abandon()

    def hand_over(self, parcel: Parcel) -> None:
        """What was announced, but for its answer, which is to be heard next; raises one of the three."""
        announced, self._announced = self._announced, None
        smtp = self._smtp()
        with _what_it_means():
            if announced is not None and smtp is not None:
                announced.ask_for_content()
                smtp.send(_dotted(parcel.content))
            else:
                self.backend.send_messages([parcel.mail])

    def hear(self) -> None:
        """The answer to what was handed over: taken, or one of the three."""
        if smtp := self._smtp():
            with _what_it_means():
                code, said = smtp.getreply()
                if code != TAKEN:
                    raise smtplib.SMTPDataError(code, said)

    def _smtp(self) -> smtplib.SMTP | None:
        """The wire below the backend; None where mail goes another way."""
        found = getattr(self.backend, "connection", None)
        return found if isinstance(found, smtplib.SMTP) else None


@contextlib.contextmanager
def _what_it_means() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise Refused(max(codes, default=550)) from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code == CLOSING:
            raise ServerUnreachable(f"{error.smtp_code} {error.smtp_error!r}") from error
        raise Refused(error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Broken(str(error)) from error


def _dotted(content: bytes) -> bytes:
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    quoted = ended.replace(b"\r\n.", b"\r\n..")
    return (b"." + quoted if quoted.startswith(b".") else quoted) + b".\r\n"
