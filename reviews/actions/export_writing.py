"""Writing the exports that wait: claimed by one worker under a lease, whole or not at all."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.replica import read_whole
from stretchhub.storage import Unreachable, at_work, keep

from .. import exporting, messages
from ..exporting import Scope, chosen_tables
from ..models import Export, ExportStatus
from ..models.export import FOLDER, stored_name
from ..rules import can_export_reviews
from .export import asked, remove

log = logging.getLogger(__name__)

# Long enough for the digest of a large file, which cannot say that it is still at work.
LEASE = timedelta(minutes=3)
KEPT = timedelta(hours=24)
MOST_ATTEMPTS = 3
# How often the row says how far it is; the page asks once a second.
TELL = 0.4
# How often the lease is renewed, in seconds, while nobody counts rows.
RENEW = 20


class LeaseLost(Exception):
    """Another worker has taken this export over; what this one wrote is thrown away."""


def write_waiting() -> int:
    """Write every export that waits, and those whose worker stopped; how many are now ready."""
    fail_exhausted()
    ready = 0
    while (export := claim()) is not None:
        ready += write_claimed(export)
    return ready


def claim() -> Export | None:
    """Take one waiting export for this process alone, for as long as the lease is renewed."""
    moment = now()
    free = Q(status=ExportStatus.QUEUED) | Q(status=ExportStatus.RUNNING, lease_until__lt=moment)
    waiting = Export.objects.filter(free, attempts__lt=MOST_ATTEMPTS).order_by("requested_at", "pk")
    for export in waiting.select_related("requested_by")[:10]:
        mine = Export.objects.filter(free, pk=export.pk, attempts=export.attempts)
        values = {"rows_written": 0, "packed": None, "lease_until": moment + LEASE, "error": ""}
        if mine.update(status=ExportStatus.RUNNING, attempts=F("attempts") + 1, **values):
            export.refresh_from_db(fields=["status", "attempts", "rows_written", "lease_until"])
            return export
    return None


def fail_exhausted() -> int:
    """Exports whose worker stopped three times are failed, and say so; how many."""
    stopped = Export.objects.filter(status=ExportStatus.RUNNING, lease_until__lt=now(), attempts__gte=MOST_ATTEMPTS)
    failed = 0
    for export in stopped:
        failed += _fail(export, _("The writing was interrupted three times. Ask for the file again."))
    return failed


def write_claimed(export: Export) -> bool:
    """Write a claimed export into a file of this machine, then put it whole where files are kept."""
    name = stored_name(export, "")
    part = at_work(FOLDER) / f"{export.code.hex}.{export.attempts}.part"
    _drop_parts(export)
    try:
        written = write_file(export, part)
        os.chmod(part, 0o600)
        keep(part, name, reading=_Renewed(export))
        _complete(export, written, name)
    except LeaseLost:
        default_storage.delete(name)
        log.warning("Export %s was taken over by another worker", export.pk)
        return False
    except exporting.TooManyRows:
        _fail(export, _("An Excel sheet cannot hold this many rows. Ask for CSV instead."))
        return False
    except exporting.CellTooLong:
        _fail(export, _("A text is longer than a cell of Excel can hold. Ask for CSV instead."))
        return False
    except Unreachable:
        # Left as a worker that was killed leaves it: it is taken up again once the lease is over, not at once.
        log.exception("The file of export %s could not be put where files are kept", export.pk)
        return False
    except Exception:
        log.exception("Export %s could not be written", export.pk)
        _try_again(export)
        return False
    finally:
        part.unlink(missing_ok=True)
    return True


class Told:
    """Keeps the row's counts true while the file grows, and the lease with it; not more often than anybody looks.

    On PostgreSQL by a thread that has a connection of its own, for the one that reads the rows is busy and may see an
    earlier moment. Inside somebody's transaction it is silent there: nobody would hear of it before that ends.
    """

    def __init__(self, export: Export) -> None:
        self.export, self.at, self.total = export, 0.0, 0
        apart = connection.vendor == "postgresql" and not connection.in_atomic_block
        self.thread = ThreadPoolExecutor(max_workers=1) if apart else None
        self.silent = connection.vendor == "postgresql" and not apart

    def __enter__(self) -> Told:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.thread:
            # Of that thread: what is called `connection` here is looked up in this one.
            self.thread.submit(connections.close_all)
            self.thread.shutdown()

    def began(self, total: int) -> None:
        self.total = total
        self._tell(rows_expected=total, rows_written=0)

    def progress(self, done: int) -> None:
        self._now_and_then(rows_written=done)

    def packed(self, percent: int) -> None:
        """All rows are written by then."""
        self._now_and_then(rows_written=self.total, packed=percent)

    def _now_and_then(self, **counts: int) -> None:
        if not self.silent and monotonic() - self.at >= TELL:
            self._tell(**counts)
            self.at = monotonic()

    def _tell(self, **counts: int) -> None:
        if self.thread:
            self.thread.submit(_renew, self.export, **counts).result()
        else:
            _renew(self.export, **counts)


# Who writes what HR does not ask for, by format; apps above name themselves when they start.
WRITERS: dict[str, Callable[[Export, Path, Told], exporting.Written]] = {}


def write_file(export: Export, path: Path) -> exporting.Written:
    """Write the file and keep the row's counts true while it grows."""
    with Told(export) as told:
        if (writer := WRITERS.get(export.format)) is not None:
            return writer(export, path, told)
        return read_whole(lambda: _write(export, path, told))


def _write(export: Export, path: Path, told: Told) -> exporting.Written:
    return exporting.write(
        path,
        Scope.of(export.filter),
        chosen_tables(export.tables),
        export.format,
        export_id=str(export.code),
        began=told.began,
        progress=told.progress,
        packed=told.packed,
    )


def _mine(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, status=ExportStatus.RUNNING, attempts=export.attempts)


def _renew(export: Export, **counts: int) -> None:
    if not _mine(export).update(lease_until=now() + LEASE, **counts):
        raise LeaseLost


class _Renewed:
    """Keeps the lease while a finished file is on its way to where it is kept, which over a network may take long."""

    def __init__(self, export: Export) -> None:
        self.export, self.at = export, monotonic()

    def __call__(self) -> None:
        if monotonic() - self.at >= RENEW:
            _renew(self.export)
            self.at = monotonic()


@transaction.atomic
def _complete(export: Export, written: exporting.Written, name: str) -> None:
    moment = now()
    facts: dict[str, Any] = {"counts": written.counts, "size": written.size, "sha256": written.sha256}
    dates = {"packed": None, "completed_at": moment, "expires_at": moment + KEPT if name else None, "lease_until": None}
    done = {"status": ExportStatus.COMPLETE, "rows_written": written.rows, "file": name, "error": ""}
    if not _mine(export).update(**done, **facts, **dates):
        raise LeaseLost
    export.refresh_from_db()
    told = {"filter": Scope.of(export.filter).chosen(), "counts": written.counts, "sha256": written.sha256}
    record(None, "export.completed", export, fields=["counts", "sha256", "size", "status"], facts=told)
    if name:
        messages.export_ready(export)


def _try_again(export: Export) -> None:
    """Back in the line, from the first row; after the third try it has failed."""
    if export.attempts >= MOST_ATTEMPTS:
        _fail(export, _("The file could not be written. Ask for it again, or tell your administrator."))
    else:
        _mine(export).update(status=ExportStatus.QUEUED, lease_until=None, rows_written=0)


@transaction.atomic
def _fail(export: Export, words: str) -> int:
    failed = _mine(export).update(status=ExportStatus.FAILED, lease_until=None, error=words[:300])
    if failed:
        record(None, "export.failed", export, fields=["status"])
        _drop_parts(export)
    return failed


def _drop_parts(export: Export) -> None:
    """Remove what earlier tries left behind on this machine; on another one it is swept away after a day."""
    for part in at_work(FOLDER).glob(f"{export.code.hex}.*"):
        remove(part)


def write_now(
    *, by: User | None, tables: list[str], format: str, scope: Scope, path: Path
) -> tuple[Export, exporting.Written]:
    """Write an export straight to `path`, for somebody with a shell; no copy is kept.

    Recorded as the system's where no HR person is named. If it is stopped in the middle, nothing
    stands at `path` and the export is listed as failed.
    """
    export = _begin_now(by=by, tables=tables, format=format, scope=scope)
    part = path.with_name(f".{path.name}.{export.code.hex[:8]}.part")
    try:
        written = write_file(export, part)
        with transaction.atomic():
            _complete(export, written, "")
            # Last, so that nothing of what was lost meanwhile stands there.
            os.replace(part, path)
    except BaseException:
        _fail(export, _("The file could not be written from the shell."))
        raise
    finally:
        part.unlink(missing_ok=True)
    return export, written


@transaction.atomic
def _begin_now(*, by: User | None, tables: list[str], format: str, scope: Scope) -> Export:
    require(by is None or can_export_reviews(by))
    export = Export.objects.create(
        **asked(tables, format, "Written from the shell.", scope),
        requested_by=by,
        status=ExportStatus.RUNNING,
        attempts=MOST_ATTEMPTS,
        lease_until=now() + LEASE,
    )
    facts = {"format": format, "tables": export.tables, "filter": scope.chosen(), "rows": export.rows_expected}
    record(by, "export.requested", export, fields=["filter", "format", "tables"], facts=facts)
    return export
