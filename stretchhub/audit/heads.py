"""The heads of the chain that are kept outside the database, one a day, in a file and in the log.

Who may write to the database can make the whole chain anew; the heads that were kept then no longer fit.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Head:
    day: str
    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def file() -> Path:
    return Path(settings.DATA_DIR) / "audit-heads.jsonl"


def kept() -> list[Head]:
    """The heads of earlier days, oldest first."""
    if not file().exists():
        return []
    return read(file().read_text())


def read(text: str) -> list[Head]:
    return [Head(**json.loads(line)) for line in text.splitlines()]


def keep(day: date, number: int, hash: str) -> bool:
    """Keep this day's head unless there is one; the file is whole at every moment."""
    heads = kept()
    if not number or (heads and heads[-1].day >= day.isoformat()):
        return False
    head = Head(day.isoformat(), number, hash)
    write([*heads, head])
    log.info("The audit trail of %s is sealed to %s", head.day, head)
    return True


def write(heads: list[Head]) -> None:
    fresh = file().with_name(f"{file().name}.{os.getpid()}.{threading.get_ident()}")
    with fresh.open("w") as out:
        out.writelines(f"{json.dumps(asdict(head))}\n" for head in heads)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file())


def given(text: str) -> Head:
    """A head somebody kept elsewhere, as the log writes it: its number, a colon, its hash."""
    number, _colon, hash = text.strip().partition(":")
    if not number.isdecimal() or len(hash) != 64 or set(hash) - set("0123456789abcdef"):
        raise ValueError(text)
    return Head("", int(number), hash)
