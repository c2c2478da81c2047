"""Import files between their dry run and their saving: private, for an hour, of one person alone.

They are kept as uploads are, so that any web server can save what another one has looked at.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction

from stretchhub.env import now

from .models import User

KEPT_SECONDS = 3600
# Of one person: what lies there is bounded, however often somebody brings a file.
KEPT_FILES = 3


@dataclass(frozen=True)
class Brought:
    """A file that is there, by its name."""

    name: str

    def open(self) -> File:
        return _kept().open(self.name)


def keep(chunks: Iterable[bytes], *, by: User) -> uuid.UUID:
    """Put the file aside under a random name, readable by StretchHub alone.

    What is old is cleared away, and of this person all but the newest three.
    """
    sweep()
    key = _new_key()
    # Where uploads arrive: elsewhere it may be memory.
    with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as whole:
        whole.writelines(chunks)
        whole.seek(0)
        _kept().save(_name(key, by), File(whole))
    _clear(sorted((name for name in _names() if name.startswith(f"{by.pk}-")), reverse=True)[KEPT_FILES:])
    return key


def find(key: uuid.UUID, *, by: User) -> Brought | None:
    """The file, for whoever brought it, while its hour lasts."""
    name = _name(key, by)
    return Brought(name) if _lasts(name) and _kept().exists(name) else None


def forget(key: uuid.UUID, *, by: User) -> None:
    """Once what is being saved has been saved for good; before that it may have to be saved again."""
    transaction.on_commit(lambda: _kept().delete(_name(key, by)), robust=True)


def sweep() -> int:
    """Clear away what is older than its hour; how many files."""
    return _clear(name for name in _names() if not _lasts(name))


def forget_all() -> None:
    """Whoever brought one brings it again."""
    _clear(_names())


def _kept() -> Storage:
    return storages["imports"]


def _new_key() -> uuid.UUID:
    """Random in its second half; the first tells when it was made, in microseconds, and which of two came first."""
    return uuid.UUID(int=int(now().timestamp() * 1_000_000) << 64 | secrets.randbits(64))


def _name(key: uuid.UUID, by: User) -> str:
    return f"{by.pk}-{key.hex}.csv"


def _lasts(name: str) -> bool:
    """Whether its hour is not over; of a name that tells no time it is."""
    with suppress(ValueError):
        made = uuid.UUID(name.partition("-")[2].removesuffix(".csv")).int >> 64
        # The clock of the server that kept it may be ahead of this one.
        return abs(now().timestamp() - made / 1_000_000) < KEPT_SECONDS
    return False


def _names() -> list[str]:
    with suppress(FileNotFoundError):
        return [name for name in _kept().listdir("")[1] if name.endswith(".csv")]
    return []


def _clear(names: Iterable[str]) -> int:
    cleared = 0
    for name in names:
        _kept().delete(name)
        cleared += 1
    return cleared
