"""Asking for an export, writing it, fetching it, and letting it expire."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.wake import wake

from .. import exporting, messages
from ..models import Export, ExportStatus, ReviewCycle
from ..models.export import stored_name
from ..rules import can_download, can_export_reviews

log = logging.getLogger(__name__)

TASK = "reviews.tasks.write_exports"
# Long enough for the last step of a large XLSX, which cannot say that it is still at work.
LEASE = timedelta(minutes=3)
KEPT = timedelta(hours=24)
MOST_ATTEMPTS = 3


class LeaseLost(Exception):
    """Another worker has taken this export over; what this one wrote is thrown away."""


@transaction.atomic
def request_export(cycle: ReviewCycle, *, by: User, format: str, purpose: str) -> Export:
    """Ask for a file of the cycle's final ratings; a worker writes it."""
    require(can_export_reviews(by))
    export = Export.objects.create(
        cycle=cycle,
        format=format,
        purpose=purpose,
        requested_by=by,
        requested_at=now(),
        rows_expected=exporting.final_scores(cycle).count(),
    )
    record(by, "export.requested", export, fields=["cycle", "format", "purpose"])
    wake(TASK)
    return export


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
    for export in waiting.select_related("cycle", "requested_by")[:10]:
        mine = Export.objects.filter(free, pk=export.pk, attempts=export.attempts)
        values = {"rows_written": 0, "lease_until": moment + LEASE, "error": ""}
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
    """Write a claimed export into a file beside its place, then move it there whole."""
    name = stored_name(export, "")
    place = Path(default_storage.path(name))
    part = place.with_name(f"{export.code.hex}.{export.attempts}.part")
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _drop_parts(export)
    try:
        written = write_file(export, part)
        os.chmod(part, 0o600)
        os.replace(part, place)
        _complete(export, written, name)
    except LeaseLost:
        place.unlink(missing_ok=True)
        log.warning("Export %s was taken over by another worker", export.pk)
        return False
    except exporting.TooManyRows:
        _fail(export, _("An Excel sheet cannot hold this many rows. Ask for CSV instead."))
        return False
    except Exception:
        log.exception("Export %s could not be written", export.pk)
        _try_again(export)
        return False
    finally:
        part.unlink(missing_ok=True)
    return True


def write_file(export: Export, path: Path) -> exporting.Written:
    """Write the file and keep the row's counts true while it grows."""
    return exporting.write(
        path,
        export.cycle,
        export.format,
        export_id=str(export.code),
        began=lambda total: _renew(export, rows_expected=total, rows_written=0),
        progress=lambda done: _renew(export, rows_written=done),
    )


def _mine(export: Export):
    return Export.objects.filter(pk=export.pk, status=ExportStatus.RUNNING, attempts=export.attempts)


def _renew(export: Export, **counts: int) -> None:
    if not _mine(export).update(lease_until=now() + LEASE, **counts):
        raise LeaseLost


@transaction.atomic
def _complete(export: Export, written: exporting.Written, name: str) -> None:
    moment = now()
    facts = {"rows_written": written.rows, "size": written.size, "sha256": written.sha256, "lease_until": None}
    dates = {"completed_at": moment, "expires_at": moment + KEPT if name else None}
    if not _mine(export).update(status=ExportStatus.COMPLETE, file=name, error="", **facts, **dates):
        raise LeaseLost
    export.refresh_from_db()
    record(None, "export.completed", export, fields=["rows_written", "sha256", "size", "status"])
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
    """Remove what earlier tries left behind."""
    folder = Path(default_storage.path("exports"))
    for part in folder.glob(f"{export.code.hex}.*.part"):
        part.unlink(missing_ok=True)


def write_now(
    cycle: ReviewCycle,
    *,
    by: User | None,
    format: str,
    path: Path,
) -> tuple[Export, exporting.Written]:
    """Write an export straight to `path`, for somebody with a shell; no copy is kept.

    Recorded as the system's where no HR person is named. If it is stopped in the middle, nothing
    stands at `path` and the export is listed as failed.
    """
    export = _begin_now(cycle, by=by, format=format)
    part = path.with_name(f".{path.name}.{export.code.hex[:8]}.part")
    try:
        written = write_file(export, part)
        os.replace(part, path)
        _complete(export, written, "")
    except BaseException:
        _fail(export, _("The file could not be written from the shell."))
        raise
    finally:
        part.unlink(missing_ok=True)
    return export, written


@transaction.atomic
def _begin_now(cycle: ReviewCycle, *, by: User | None, format: str) -> Export:
    require(by is None or can_export_reviews(by))
    export = Export.objects.create(
        cycle=cycle,
        format=format,
        purpose="Written from the shell.",
        requested_by=by,
        requested_at=now(),
        status=ExportStatus.RUNNING,
        attempts=MOST_ATTEMPTS,
        lease_until=now() + LEASE,
    )
    record(by, "export.requested", export, fields=["cycle", "format"])
    return export


@transaction.atomic
def download(export: Export, *, by: User) -> Path:
    """Write down that the file was fetched, and say where it is."""
    require(can_download(by, export))
    place = Path(default_storage.path(str(export.file.name))) if export.file else None
    if place is None or not place.is_file() or (export.expires_at and export.expires_at <= now()):
        raise Refused(_("This file has expired. Ask for a new export."))
    record(by, "export.downloaded", export)
    return place


def expire() -> int:
    """Delete the files whose day is over; how many."""
    expired = 0
    for export in Export.objects.filter(status=ExportStatus.COMPLETE, expires_at__lte=now()):
        with transaction.atomic():
            ready = Export.objects.filter(pk=export.pk, status=ExportStatus.COMPLETE)
            if not ready.update(status=ExportStatus.EXPIRED, file=""):
                continue
            record(None, "export.expired", export, fields=["file", "status"])
            Path(default_storage.path(str(export.file.name))).unlink(missing_ok=True)
            expired += 1
    return expired
