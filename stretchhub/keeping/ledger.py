"""The ledger of erasures, outside the database: what a restored backup must forget again.

Each line is one erasure: the person's random code, and keyed hashes of addresses. There is no name in it, and nothing
from which one could be made without the site's secret key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.conf import settings

from stretchhub.env import now

FILE = "erasures.jsonl"


@dataclass(frozen=True)
class Line:
    """`person` is the code of somebody with an account, `addresses` keyed hashes; `keeps` names what the law keeps.

    `erasure` is the code of what was asked where somebody without an account was erased.
    """

    at: str
    person: str = ""
    addresses: tuple[str, ...] = ()
    keeps: str = ""
    erasure: str = ""


def file() -> Path:
    return Path(settings.DATA_DIR) / FILE


def lines() -> list[Line]:
    """All erasures, the oldest first."""
    return read(file().read_text()) if file().exists() else []


def read(text: str) -> list[Line]:
    """The lines of a ledger; a last line that was cut off by a crash was never promised, and is passed over."""
    found = []
    for raw in text.splitlines():
        try:
            said = json.loads(raw)
            found.append(Line(**said | {"addresses": tuple(said["addresses"])}))
        except (json.JSONDecodeError, KeyError, TypeError):
            continue
    return found


def add(line: Line) -> None:
    """On the disk before the caller goes on: what is not in the ledger must not be erased.

    A person's erasure that is tried again has its line already.
    """
    if (line.person or line.erasure) and any(replace(each, at=line.at) == line for each in lines()):
        return
    with file().open("a+b") as out:
        if out.tell():
            out.seek(-1, os.SEEK_END)
            if out.read(1) != b"\n":
                out.write(b"\n")
        out.write(_as_text(line).encode())
        out.flush()
        os.fsync(out.fileno())


def merge(text: str) -> int:
    """Take in what a copy of the ledger knows and this one does not; how many lines came in."""
    here = lines()
    missing = [line for line in dict.fromkeys(read(text)) if line not in set(here)]
    if missing:
        fresh = file().with_name(f".{FILE}.{os.getpid()}")
        with fresh.open("w") as out:
            out.writelines(_as_text(line) for line in sorted([*here, *missing], key=lambda line: line.at))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file())
    return len(missing)


def _as_text(line: Line) -> str:
    return json.dumps(asdict(line), sort_keys=True) + "\n"


def line(*, person: str = "", addresses: Iterable[str] = (), keeps: str = "", erasure: str = "") -> Line:
    """A line about now, not yet in the ledger."""
    hashes = tuple(sorted(hash_of(address) for address in set(addresses)))
    return Line(now().isoformat(), person, hashes, keeps, erasure)


def hash_of(address: str, key: str | None = None) -> str:
    """The keyed hash of a mail address; without the site's key nobody can try addresses against it."""
    secret = hashlib.sha256(b"stretchhub.keeping.ledger" + (key or settings.SECRET_KEY).encode()).digest()
    return hmac.new(secret, address.strip().lower().encode(), hashlib.sha256).hexdigest()


def hashes_of(address: str) -> set[str]:
    """By the key of today and those that were rotated out but still count."""
    return {hash_of(address, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
