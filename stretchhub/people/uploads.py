"""Import files between their dry run and their saving: private, for an hour, of one person alone."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from stretchhub.env import now

from .models import User

KEPT_SECONDS = 3600
# Of one person: what lies there is bounded, however often somebody brings a file.
KEPT_FILES = 3


def keep(chunks: Iterable[bytes], *, by: User) -> uuid.UUID:
    """Put the file aside under a random name, readable by StretchHub alone.

    What is old is cleared away, and of this person all but the newest three.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder)
    key = uuid.uuid4()
    descriptor = os.open(_path(key, by), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        for chunk in chunks:
            out.write(chunk)
    # The clock of file systems ticks too slowly to tell which of two came first.
    os.utime(_path(key, by), ns=(time.time_ns(), time.time_ns()))
    _clear_but_newest(folder, by)
    return key


def find(key: uuid.UUID, *, by: User) -> Path | None:
    """The file, for whoever brought it, while its hour lasts."""
    path = _path(key, by)
    try:
        return path if _age(path) < KEPT_SECONDS else None
    except FileNotFoundError:
        return None


def forget(key: uuid.UUID, *, by: User) -> None:
    _path(key, by).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "imports"


def _path(key: uuid.UUID, by: User) -> Path:
    return _folder() / f"{by.pk}-{key.hex}.csv"


def _age(path: Path) -> float:
    return now().timestamp() - path.stat().st_mtime


def _clear(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        try:
            if _age(path) >= KEPT_SECONDS:
                path.unlink()
        except FileNotFoundError:
            continue


def _clear_but_newest(folder: Path, by: User) -> None:
    brought = []
    for path in folder.glob(f"{by.pk}-*.csv"):
        try:
            brought.append((path.stat().st_mtime_ns, path))
        except FileNotFoundError:
            continue
    for _at, path in sorted(brought, reverse=True)[KEPT_FILES:]:
        path.unlink(missing_ok=True)
