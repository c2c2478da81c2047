"""Taking a backup: the database of one moment, every file that its rows name, and a manifest with all digests.

It grows under a name that says so and gets its own name when it is complete, so that one that was stopped at any point
is never taken for a backup. The next one clears it away.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from django.db import connection

import stretchhub
from stretchhub.audit import sealing
from stretchhub.audit.trail import record
from stretchhub.env import now

from . import beside, engines, manifest, media, state
from .manifest import Manifest, NotDone
from .progress import Progress

NAME = "stretchhub-{:%Y-%m-%dT%H%M%SZ}"
PARTIAL = ".partial"
KEEP_BESIDE_IT = [
    "SECRET_KEY (secrets/secret_key, or secret_key in the data folder): without it everybody is signed out, and links "
    "that were mailed, calendar addresses and second factors end",
    "the settings: the environment, docker-compose.yml, DATABASE_PASSWORD and EMAIL_URL",
]


@dataclass(frozen=True)
class Taken:
    """A complete backup and how long it took."""

    place: Path
    manifest: Manifest
    seconds: float


def take(folder: Path, say: Callable[[str], None]) -> Taken:
    """Make a backup in a dated folder inside `folder`; nothing is left of one that could not be made."""
    began, progress = monotonic(), Progress(say)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_away(folder, say)
        with _partial(folder) as place:
            made = _fill(place, progress)
            complete = place.with_suffix("")
            os.sync()
            place.rename(complete)
            _sync(folder)
    except OSError as error:
        raise NotDone(_in_words(error)) from error
    record(None, "keeping.backed_up", facts={"backup": complete.name, "bytes": made.bytes, "files": made.media.count})
    return Taken(complete, made, monotonic() - began)


def _fill(place: Path, progress: Progress) -> Manifest:
    # What has been written until now is sealed, so that the head in the manifest stands for all of it.
    sealing.seal()
    engine, copies, kept = engines.here(), media.Copies(place, progress), beside.copy_to(place)
    tables = connection.introspection.table_names()
    progress.begin("Files")
    copies.take(media.named(engines.rows_now, tables), wanted=False)
    with engine.snapshot(place, progress) as snapshot:
        moment, tables = now(), snapshot.tables()
        counts = state.counts(snapshot.rows, tables)
        applied, head = state.migrations(snapshot.rows), state.audit(snapshot.rows)
        copies.take(media.named(snapshot.rows, tables), wanted=True)
        snapshot.write(progress)
    found = copies.finish()
    files = [manifest.kept(place, path) for path in (engine.file, media.LIST, *kept)]
    made = Manifest(
        version=stretchhub.__version__,
        taken_at=moment.isoformat(),
        engine=engine.described(),
        migrations=applied,
        tables=counts,
        audit=head,
        files=files,
        media=found,
        keep_beside_it=KEEP_BESIDE_IT,
    )
    manifest.write(made, place)
    return made


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """A new folder that is locked while it is filled, and gone if that fails."""
    place = folder / (NAME.format(now()) + PARTIAL)
    if place.with_suffix("").exists():
        raise NotDone(f"{place.with_suffix('')} was made in this very second. Try again.")
    place.mkdir(mode=0o700)
    lock = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield place
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def _clear_away(folder: Path, say: Callable[[str], None]) -> None:
    """Backups that were stopped before they were complete; one that is being made is locked and left alone."""
    for left in folder.glob(NAME.partition("{")[0] + "*" + PARTIAL):
        lock = os.open(left, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
        shutil.rmtree(left)
        say(f"Removed {left.name}, a backup that was stopped before it was complete.")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _in_words(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"There is no room left for it{where}. Nothing was kept of this backup."
    return f"{error.strerror or error}{where}. Nothing was kept of this backup."


def complete(folder: Path) -> list[Path]:
    """The complete backups in a folder, oldest first."""
    named = folder.glob(NAME.partition("{")[0] + "*")
    return sorted(place for place in named if place.suffix != PARTIAL and (place / manifest.FILE).exists())
