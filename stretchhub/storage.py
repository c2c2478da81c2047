"""Where files are kept: each of them whole, or not at all.

Whoever opens, saves or deletes a file asks Django's `default_storage`. Here is what that cannot be asked: which files
there are and since when, and how to put a large file there that was written elsewhere.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

Written = tuple[str, datetime]


class Unreachable(OSError):
    """Where files are kept does not answer, or refuses; the same will work once it is back."""


def opened(name: str, size: int) -> File:
    """A kept file of so many bytes, from its beginning; one that lost or gained some since is not handed out."""
    file = default_storage.open(name)
    if file.size != size:
        file.close()
        raise OSError(errno.EIO, "A file is not as long as when it was kept", name)
    return file


def written(beginning: str = "") -> Iterator[Written]:
    """Every file whose name begins so, and when it was written; in no order, one after the other."""
    return default_storage.written(beginning)  # type: ignore[attr-defined, no-any-return]


def forget_unfinished(until: datetime) -> int:
    """Remove what was begun before this moment and never came to be a file; how many."""
    return default_storage.forget_unfinished(until)  # type: ignore[attr-defined, no-any-return]


def nobody_elses() -> bool:
    """Whether only this system can have put files there: then one that it does not know is of no use to anybody."""
    return default_storage.nobody_elses  # type: ignore[attr-defined, no-any-return]


def whereabouts() -> str:
    """Where files are kept, in words for whoever runs StretchHub."""
    return default_storage.whereabouts()  # type: ignore[attr-defined, no-any-return]


def at_work(folder: str) -> Path:
    """A folder of this machine in which a file of that folder can grow before it is kept.

    Where files are kept in a folder it is the very one, so that a file is moved to its place, not copied.
    """
    place = Path(settings.MEDIA_ROOT) / folder
    # Each by itself: parents would be made for everybody to enter.
    for each in (place.parent, place):
        each.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def changed(place: Path) -> datetime | None:
    """When this was last written; None where somebody has removed it in the meantime."""
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp(place.stat().st_mtime, UTC)
    return None


class Finished(File):
    """A file that has come to its end on this machine: on the same disk it is moved to its place, else read.

    `reading` is called whenever some of it is read.
    """

    def __init__(self, path: Path, reading: Callable[[], None] = lambda: None) -> None:
        super().__init__(path.open("rb"))
        self._reading = reading

    def temporary_file_path(self) -> str:
        return str(self.name)

    def read(self, *args: int) -> bytes:
        self._reading()
        return self.file.read(*args)  # type: ignore[union-attr, no-any-return]


def keep(path: Path, name: str, reading: Callable[[], None] = lambda: None) -> None:
    """Keep a finished file under this name, and no longer where it was written."""
    with Finished(path, reading) as file:
        default_storage.save(name, file)
    path.unlink(missing_ok=True)


class WholeFiles(FileSystemStorage):
    """Leaves nothing of a file that could not be written to its end, as where the disk was full."""

    nobody_elses = True

    def _save(self, name: str, content: Any) -> str:
        try:
            return super()._save(name, content)  # type: ignore[misc, no-any-return]
        except OSError:
            # Names are random, so that nobody else writes under this one.
            with suppress(OSError):
                Path(self.path(name)).unlink(missing_ok=True)
            raise

    def written(self, beginning: str = "") -> Iterator[Written]:
        root = Path(self.location)
        folder, _slash, start = beginning.rpartition("/")
        for top, folders, files in os.walk(root / folder):
            if Path(top) == root / folder:
                folders[:] = [name for name in folders if name.startswith(start)]
                files = [name for name in files if name.startswith(start)]
            for file in (Path(top, name) for name in files):
                if (at := changed(file)) is not None:
                    yield file.relative_to(root).as_posix(), at

    def forget_unfinished(self, until: datetime) -> int:
        """None: here it is a file like any other, and swept away as such."""
        return 0

    def worries(self, name: str) -> list[str]:
        """None: nobody but this user of the machine comes into the folder."""
        return []

    def whereabouts(self) -> str:
        return f"the folder {self.location}"
