"""Files that belong to nothing: of an upload, or a picture being made anew, whose process was ended half way."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from stretchhub.storage import changed, forget_unfinished, written

from ..models import EvidenceFile, StagedFile
from ..models.evidence import FOLDER
from .evidence_file import KEPT

log = logging.getLogger(__name__)

# Names begin with one of these: so many times the tables are read, and never all names are held at once.
BEGINNINGS = "0123456789abcdef"
# Where more than this part of many files belongs to nothing, it is the database that is not theirs.
MOST_SHARE, MANY = 0.5, 20


def sweep_strays(now: datetime) -> int:
    """Remove files as old as those that wait at most, and that no row names; how many. Twice changes nothing.

    Nothing at all is removed where most files have no row: then another database was restored, or set, than the one
    they belong to.
    """
    until = now - KEPT
    removed = _remove_arriving(until) + _remove_strays(until)
    # Last: a bucket that refuses to say which there are keeps nothing else from being removed.
    return removed + forget_unfinished(until)


def _remove_strays(until: datetime) -> int:
    known, strays = 0, []
    for beginning in BEGINNINGS:
        # The files before the rows: whatever is uploaded meanwhile is young.
        files = _old_files(beginning, until)
        named = _named(beginning)
        known += len(named)
        strays += [name for name in files if name not in named]
    if len(strays) > max(MANY, MOST_SHARE * (known + len(strays))):
        log.error("%s files belong to no row and %s do, none is removed: is this their database?", len(strays), known)
        return 0
    for name in strays:
        default_storage.delete(name)
        _tell(name)
    return len(strays)


def _remove_arriving(until: datetime) -> int:
    """What was being sent to this machine when its process ended."""
    removed = 0
    for file in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*"):
        if (at := changed(file)) is not None and at < until:
            file.unlink(missing_ok=True)
            _tell(file.name)
            removed += 1
    return removed


def _old_files(beginning: str, until: datetime) -> list[str]:
    """By the names that rows have of them; whose random part begins so."""
    return [name for name, at in written(f"{FOLDER}/{beginning}") if at < until]


def _named(beginning: str) -> set[str]:
    """The names that rows have of files, whether those are there or not."""
    names: set[str] = set()
    for model in (StagedFile, EvidenceFile):  # The way rows go: one that is attached meanwhile is in either.
        rows = model._default_manager.filter(file__startswith=f"{FOLDER}/{beginning}").order_by()
        names.update(rows.values_list("file", flat=True).iterator())
    return names


def _tell(name: str) -> None:
    log.warning("%s belonged to nothing and was removed", name.rpartition("/")[2])
