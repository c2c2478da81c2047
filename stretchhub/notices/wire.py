"""A mail as the bytes that go over the wire: the very ones Django makes, of a usual mail many times sooner."""

from __future__ import annotations

import re
import secrets
import smtplib
from email.policy import compat32
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers, sanitize_address

ENCODING = "utf-8"
# What a line may be long: below it a body goes out as it is.
LONGEST_LINE = 998
FOLDED_AT = 78
FOLDED = compat32.clone(linesep="\r\n")
# Printable ASCII words with one space between them; and a word of its own that is folded nowhere.
WORDS = re.compile(r"[!-~]+(?: [!-~]+)*")
WORD = re.compile(r"[!-+\--:<-~]+")
LINE_END = re.compile(r"\r\n|\r|\n")
# An address that is its own quoted form.
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
# Said elsewhere in the header.
TAKEN = {"from", "to", "cc", "reply-to"}


def address(given: str) -> str:
    """As it goes over the wire; ValueError where no mail can carry it."""
    return given if len(given) <= FOLDED_AT and PLAIN_ADDRESS.fullmatch(given) else sanitize_address(given, ENCODING)


@lru_cache(maxsize=256)
def quoted(given: str) -> str:
    """As it stands in a command of SMTP; every mail has the same sender."""
    return f"<{given}>" if PLAIN_ADDRESS.fullmatch(given) else smtplib.quoteaddr(given)


# Every mail has the same sender.
sender = lru_cache(maxsize=16)(address)


def as_bytes(mail: EmailMultiAlternatives) -> bytes:
    """With CRLF at the end of each line; ValueError for an address or a subject that no mail can carry."""
    if is_usual(mail):
        return put_together(mail, boundary=f"=_{secrets.token_hex(16)}")
    return mail.message().as_bytes(linesep="\r\n")


def put_together(mail: EmailMultiAlternatives, *, boundary: str) -> bytes:
    """Those of a usual mail, with this line of 34 characters between its parts."""
    text, html = _part("plain", mail.body), _part("html", mail.alternatives[0].content)
    mark = b"--" + boundary.encode()
    kind = f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode()
    head = [_field(name, value) for name, value in _fields(mail)]
    return b"".join([kind, *head, b"\r\n", mark, b"\r\n", text, b"\r\n", mark, b"\r\n", html, b"\r\n", mark, b"--\r\n"])


def is_usual(mail: EmailMultiAlternatives) -> bool:
    """A text and the same as HTML, with lines that may go out as they are."""
    if not mail.body or mail.attachments or mail.cc or len(mail.alternatives) != 1:
        return False
    if "Message-ID" not in mail.extra_headers or {"From", "Date"} & mail.extra_headers.keys():
        return False
    html, kind = mail.alternatives[0]
    usual = kind == "text/html" and mail.content_subtype == "plain" and mail.encoding in (None, ENCODING)
    return usual and _fits(mail.body) and _fits(html)


def _fits(text: str) -> bool:
    # A letter is at most four bytes.
    longest = max(map(len, text.splitlines()), default=0)
    return longest * 4 <= LONGEST_LINE or all(len(line.encode()) <= LONGEST_LINE for line in text.splitlines())


def _fields(mail: EmailMultiAlternatives) -> list[tuple[str, str]]:
    fields = [("MIME-Version", "1.0"), ("Subject", mail.subject), ("From", mail.from_email)]
    fields += [(name, ", ".join(people)) for name, people in (("To", mail.to), ("Reply-To", mail.reply_to)) if people]
    fields.append(("Date", formatdate(localtime=settings.EMAIL_USE_LOCALTIME)))
    return [*fields, *((name, value) for name, value in mail.extra_headers.items() if name.lower() not in TAKEN)]


def _field(name: str, value: str) -> bytes:
    """One line of the header, folded where it is long."""
    fits = len(name) + 2 + len(value) <= FOLDED_AT
    if fits and WORDS.fullmatch(value):
        return f"{name}: {value}\r\n".encode("ascii")
    if not fits and len(value) < LONGEST_LINE and name != "Subject" and WORD.fullmatch(value):
        return f"{name}: \r\n {value}\r\n".encode("ascii")
    return FOLDED.fold_binary(*forbid_multi_line_headers(name, value, ENCODING))


def _part(subtype: str, text: str) -> bytes:
    ended = LINE_END.sub("\r\n", text) if "\r" in text else text.replace("\n", "\r\n")
    body = ended.encode()
    how = "7bit" if text.isascii() else "8bit"
    head = f'Content-Type: text/{subtype}; charset="{ENCODING}"\r\nMIME-Version: 1.0\r\n'
    return f"{head}Content-Transfer-Encoding: {how}\r\n\r\n".encode() + body
