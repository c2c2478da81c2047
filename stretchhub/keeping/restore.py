"""Restoring a backup into an empty system, and looking whether what stands there is what was backed up.

Everything is looked at before anything is touched. From then on a file in the data folder says that a restore is
unfinished: while it is there nothing is sent, and the restore can be begun anew. Afterwards mail is held until an
administrator releases it, and everybody signs in again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.module_loading import import_string

from stretchhub.audit.heads import Head
from stretchhub.audit.models import AuditEntry
from stretchhub.audit.trail import record
from stretchhub.audit.verifying import verify
from stretchhub.env import now
from stretchhub.notices import hold
from stretchhub.storage import whereabouts

from . import backup, beside, engines, manifest, media, state
from .manifest import Manifest, NotDone
from .progress import Progress


@dataclass(frozen=True)
class Restored:
    """What was restored, what else was done, and what somebody has to look at."""

    place: Path
    manifest: Manifest
    files: int
    seconds: float
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def restore(folder: Path, say: Callable[[str], None]) -> Restored:
    """Restore a backup, or the newest one in a folder of backups."""
    began, progress = monotonic(), Progress(say)
    place = find(folder)
    say(f"Restoring {place}")
    found = manifest.read(place)
    _require_fit(place, found, progress)
    _begin(place)
    _database(place, found, progress)
    files = _files(place, progress)
    said, wrong = _look(found)
    for name in settings.AFTER_RESTORE:
        done, not_done = import_string(name)(found.moment)
        said, wrong = [*said, *done], [*wrong, *not_done]
    hold.unfinished().unlink()
    return Restored(place, found, files, monotonic() - began, said, wrong)


def find(folder: Path) -> Path:
    """This backup, or the newest complete one in here."""
    if folder.name.endswith(backup.PARTIAL):
        raise NotDone(f"{folder} was stopped before it was complete. Use another backup.")
    if (folder / manifest.FILE).exists():
        return folder
    if there := backup.complete(folder):
        return there[-1]
    raise NotDone(f"There is no complete backup in {folder}.")


# --- before anything is touched ---


def _require_fit(place: Path, found: Manifest, progress: Progress) -> None:
    engine = engines.here()
    engine.require_fit(found.engine)
    state.require_known(found)
    require_empty()
    engine.require_alone()
    progress.begin("Looking at every file of the backup")
    for each in found.files:
        manifest.require_as_it_was(place, each)
        progress.moved(each.size)
    for each in media.listed(place):
        manifest.require_as_it_was(place, each)
        progress.moved(each.size)


def require_empty() -> None:
    """Refuse a system in which anybody is; what an unfinished restore has left is no one's work."""
    if _unfinished():
        return
    people = get_user_model().objects.count() if _is_there("people_user") else 0
    if people:
        raise NotDone(
            f"This system is not empty: {people} people are in it. A restore never replaces anything. Stop StretchHub, "
            "keep what is there, and restore into an empty database and data folder (docs/keeping.md says how)."
        )
    if name := media.any_here():
        raise NotDone(
            f"This system is not empty: it holds uploaded files ({name}). Move what is in {whereabouts()} to another "
            "place, then restore."
        )


def _unfinished() -> bool:
    """Whether a restore was begun here and nobody has worked here since."""
    if not hold.unfinished().exists():
        return False
    began = datetime.fromisoformat(json.loads(hold.unfinished().read_text())["began"])
    if not _is_there("audit_auditentry"):
        return True
    if AuditEntry.objects.filter(at__gt=began, actor__isnull=False).exists():
        raise NotDone(
            "A restore was begun here and did not come to its end, and people have worked here since. It is not begun "
            f"anew, as that would end their work. Remove {hold.unfinished()} to go on with what is here."
        )
    return True


def _is_there(table: str) -> bool:
    return table in connection.introspection.table_names()


# --- the work ---


def _begin(place: Path) -> None:
    hold.unfinished().write_text(json.dumps({"backup": str(place), "began": now().isoformat()}))


def _database(place: Path, found: Manifest, progress: Progress) -> None:
    engine = engines.here()
    engine.load(place / engine.file, progress)
    state.require_same_rows(engines.rows_now, connection.introspection.table_names(), found.tables)
    progress.begin("Bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        Session.objects.all().delete()
        hold.put(found.moment, now())
        record(None, "keeping.restored", facts={"backup": place.name, "taken_at": found.taken_at})


def _files(place: Path, progress: Progress) -> int:
    progress.begin("Files")
    count = media.put_back(place, progress)
    beside.put_back(place)
    return count


def _look(found: Manifest) -> tuple[list[str], list[str]]:
    """What was done about the audit trail, and what is wrong with it or with files."""
    said, wrong = [], []
    if aside := beside.set_later_heads_aside():
        said.append(f"Heads of the audit trail from after the backup were set aside in {aside}.")
    head = Head("", found.audit["number"], found.audit["hash"])
    if fault := verify([head] if head.number else []).fault:
        wrong.append(f"The audit trail is not as it was sealed: {fault}")
    wrong += [f"{name} was missing when the backup was taken." for name in found.media.missing]
    wrong += [f"{name} was not what its row remembers when the backup was taken." for name in found.media.differing]
    return said, wrong
