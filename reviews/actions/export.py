"""Asking for an export, fetching it, and letting it expire."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.storage import at_work, changed, opened, written
from stretchhub.wake import wake

from ..exporting import Scope, chosen_tables, counts
from ..models import Export, ExportStatus, ReviewCycle
from ..models.export import FOLDER, OWN
from ..rules import can_download, can_export_reviews

log = logging.getLogger(__name__)

TASK = "reviews.tasks.write_exports"
A_DAY = timedelta(hours=24)


@transaction.atomic
def request_export(*, by: User, tables: list[str], format: str, purpose: str, scope: Scope) -> Export:
    """Ask for a file of these tables, narrowed by `scope`; a worker writes it."""
    require(can_export_reviews(by))
    _one_after_the_other(by)
    _keep_within_the_day(by)
    export = Export.objects.create(**asked(tables, format, purpose, scope), requested_by=by)
    facts = {"format": format, "tables": export.tables, "filter": scope.chosen(), "rows": export.rows_expected}
    record(by, "export.requested", export, fields=["filter", "format", "purpose", "tables"], facts=facts)
    wake(TASK)
    return export


@transaction.atomic
def request_own(*, by: User) -> Export:
    """Ask for an archive of one's own data; a worker writes it, as it writes exports.

    While one is being written that is the one.
    """
    require(by.is_active)
    _one_after_the_other(by)
    if being_written := Export.objects.own_of(by).being_written().first():
        return being_written
    _keep_within_the_day(by)
    export = Export.objects.create(format=OWN, requested_by=by, requested_at=now())
    record(by, "own_data.requested", export)
    wake(TASK)
    return export


def asked(tables: list[str], format: str, purpose: str, scope: Scope) -> dict[str, Any]:
    """The row of an export that was asked for now."""
    chosen = chosen_tables(tables)
    return {
        "tables": [table.name for table in chosen],
        "format": format,
        "purpose": purpose,
        "filter": scope.stored(),
        "cycle": ReviewCycle.objects.filter(code=scope.cycle).first() if scope.cycle else None,
        "requested_at": now(),
        "rows_expected": sum(counts(scope, chosen).values()),
    }


def _one_after_the_other(by: User) -> None:
    """Of each person, so that two asked for at once count as two."""
    User.objects.select_for_update().get(pk=by.pk)


def _keep_within_the_day(by: User) -> None:
    most = settings.EXPORTS_A_DAY
    lately = Export.objects.filter(requested_by=by, requested_at__gt=now() - A_DAY)
    if lately.exclude(status=ExportStatus.FAILED).count() >= most:
        words = ngettext(
            "You have asked for %(n)s export within 24 hours, which is the most. Ask again later.",
            "You have asked for %(n)s exports within 24 hours, which is the most. Ask again later.",
            most,
        )
        raise Refused(words % {"n": most})


def download(export: Export, *, by: User) -> File:
    """The file, open from its beginning; that it was fetched is written down."""
    require(can_download(by, export))
    content = _content(export)
    record(by, "export.downloaded", export, facts={"sha256": export.sha256})
    return content


def _content(export: Export) -> File:
    if export.file and not (export.expires_at and export.expires_at <= now()):
        try:
            return opened(str(export.file.name), export.size)
        except FileNotFoundError:
            log.warning("The file of export %s is not there", export.pk)
    raise Refused(_("This file has expired. Ask for a new export."))


def expire() -> int:
    """Delete the files whose day is over, and what no export names; how many exports expired."""
    expired = 0
    for export in Export.objects.filter(status=ExportStatus.COMPLETE, expires_at__lte=now()):
        with transaction.atomic():
            ready = Export.objects.filter(pk=export.pk, status=ExportStatus.COMPLETE)
            if not ready.update(status=ExportStatus.EXPIRED, file=""):
                continue
            record(None, "export.expired", export, fields=["file", "status"])
        default_storage.delete(str(export.file.name))
        expired += 1
    _sweep()
    return expired


def _sweep() -> None:
    """Files older than a day that no export names: whoever wrote or deleted them was stopped in the middle."""
    old = now() - A_DAY
    named = set(Export.objects.exclude(file="").values_list("file", flat=True))
    begun = ((f"{FOLDER}/{each.name}", changed(each), partial(remove, each)) for each in at_work(FOLDER).glob("*"))
    kept = ((name, at, partial(default_storage.delete, name)) for name, at in written(f"{FOLDER}/"))
    for name, at, forget in chain(begun, kept):
        if name not in named and at is not None and at < old:
            forget()
            log.warning("Removed a file of exports that no export names: %s", name)


def remove(place: Path) -> None:
    """A file, or the folder in which a workbook was put together."""
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)
