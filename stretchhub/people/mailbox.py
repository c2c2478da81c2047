"""The demo's mail: files that StretchHub wrote instead of sending, read by whom they are for."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses
from itertools import islice
from pathlib import Path

from django.conf import settings

SHOWN = 50
LOOKED_AT = 2000


@dataclass(frozen=True)
class Mail:
    subject: str
    sent_at: datetime | None
    text: str


def is_open() -> bool:
    """Only in a demo whose mail goes to files."""
    return settings.DEMO and bool(getattr(settings, "EMAIL_FILE_PATH", None))


def mails_to(addresses: Collection[str]) -> list[Mail]:
    """The newest mails to any of these addresses, as text."""
    return list(islice(_mails({address.lower() for address in addresses}), SHOWN))


def _mails(addresses: set[str]) -> Iterator[Mail]:
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)
    for file in files[:LOOKED_AT]:
        message = email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=email.policy.default)
        to = {address.lower() for _name, address in getaddresses([str(message.get("To", ""))])}
        if to & addresses:
            body = message.get_body(("plain",))
            date = message["Date"]
            yield Mail(str(message["Subject"]), date.datetime if date else None, body.get_content() if body else "")
