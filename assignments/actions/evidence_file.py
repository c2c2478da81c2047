"""Files of evidence: uploaded one by one, attached when it is logged, and pictures made anew before they are shown."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryFile

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from stretchhub.compiled import compiled
from stretchhub.inserting import insert, insert_new
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.prepared import run
from stretchhub.storage import Unreachable
from stretchhub.uploads import Digested
from stretchhub.wake import wake

from .. import pictures
from ..models import Assignment, Evidence, EvidenceFile, FileState, StagedFile
from ..models.evidence import stored_name
from ..refusals import Refused
from ..rules import can_log_evidence

KEPT = timedelta(hours=24)
MOST_STAGED = 20
MOST_BYTES = 1_000_000_000
MOST_TRIES = 3
REDRAW_TASK = "assignments.tasks.redraw_pictures"
TAKE = "DELETE FROM assignments_stagedfile WHERE id = %(pk)s RETURNING id"


@dataclass(frozen=True)
class Attachment:
    """An upload that was looked at: what it is and what the person calls it."""

    file: UploadedFile
    name: str
    content_type: str


def stage(assignment: Assignment, *, by: User, upload: Attachment, key: str, about: str = "") -> StagedFile:
    """Keep one file until the evidence is logged; the same key again is the same file."""
    require(can_log_evidence(by, assignment))
    waiting = dict(_waiting(assignment, by))
    if key in waiting:
        return StagedFile.objects.get(pk=waiting[key])
    _room_for(assignment, len(waiting), upload.file.size or 0)
    digest, size = _read(upload.file)
    kept = StagedFile(
        assignment=assignment,
        by=by,
        about=about,
        key=key,
        name=upload.name,
        size=size,
        content_type=upload.content_type,
        sha256=digest,
    )
    kept.file.save(upload.name, upload.file, save=False)
    # Where this fails the row may be there all the same: a file that no row names is swept away after a day.
    written = insert_new([kept])
    if not written:
        # Sent twice at once: one of the two is kept.
        kept.file.delete(save=False)
        return StagedFile.objects.get(by=by, key=key)
    [kept.pk], kept._state.adding = written, False
    return kept


@compiled
def _waiting(assignment: Assignment, by: User) -> QuerySet:
    """What waits here of this person, each by the name that its page gave it."""
    return StagedFile.objects.filter(assignment=assignment, by=by).values_list("key", "pk")


@compiled
def _held(assignment: Assignment) -> QuerySet:
    """The bytes that are on their way, and those that are attached."""
    coming = StagedFile.objects.filter(assignment=OuterRef("pk")).values("assignment")
    attached = EvidenceFile.objects.filter(evidence__assignment=OuterRef("pk")).values("evidence__assignment")
    sums = [Coalesce(Subquery(rows.order_by().annotate(n=Sum("size")).values("n")), 0) for rows in (coming, attached)]
    return Assignment.objects.filter(pk=assignment.pk).order_by().values_list(*sums)


def _room_for(assignment: Assignment, waiting: int, size: int) -> None:
    if waiting >= MOST_STAGED:
        raise Refused(_("Many files wait here already. Take some out, or log the evidence first."))
    [held] = _held(assignment)
    if sum(held) + size > MOST_BYTES:
        raise Refused(_("This assignment holds 1 GB of files already. Paste a link to where the file is kept."))


def _read(file: UploadedFile) -> tuple[str, int]:
    """The digest and the length of what was sent; read in pieces where they were not taken as it came."""
    return (file.sha256, file.size or 0) if isinstance(file, Digested) else _looked_through(file)


def _looked_through(file: File) -> tuple[str, int]:
    """The digest and the length of a file, which is at its beginning again afterwards."""
    digest, size = hashlib.sha256(), 0
    for chunk in file.chunks():
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def sweep(now: datetime) -> int:
    """Remove what was uploaded a day ago and never attached; running it twice changes nothing."""
    removed = 0
    for staged in StagedFile.objects.filter(uploaded_at__lt=now - KEPT).order_by("pk")[:500]:
        with transaction.atomic():
            removed += _remove([staged])
    return removed


def _remove(rows: Iterable[StagedFile]) -> int:
    """The rows, and once they are gone for good, their files."""
    removed = 0
    for staged in rows:
        # Whoever removes the row has the file: a piece of evidence that takes it over, or nobody any more.
        gone, _by_model = StagedFile.objects.filter(pk=staged.pk).delete()
        if gone:
            removed += 1
            _delete_later(staged.file.name)
    return removed


def _delete_later(name: str | None) -> None:
    transaction.on_commit(lambda: default_storage.delete(str(name)), robust=True)


def forget_staged(assignment: Assignment, *, by: User, about: str = "") -> None:
    """All that waits here of this person for the form, when its draft is thrown away."""
    _remove(StagedFile.objects.filter(assignment=assignment, by=by, about=about))


def attach(evidence: Evidence, staged: Collection[StagedFile]) -> None:
    """Make uploaded files part of the evidence; within the transaction of what logs it."""
    pictured = False
    for each in staged:
        if not run(TAKE, {"pk": each.pk}):
            raise Refused(_("“%(name)s” is not here any more. Choose it again.") % {"name": each.name})
        picture = each.content_type in pictures.FORMATS
        pictured |= picture
        row = EvidenceFile(
            evidence=evidence,
            file=each.file.name,
            name=each.name,
            size=each.size,
            content_type=each.content_type,
            sha256=each.sha256,
            state=FileState.PENDING if picture else FileState.READY,
        )
        insert(row)
    if pictured:
        wake(REDRAW_TASK)


@transaction.atomic
def drop(evidence: Evidence, files: Iterable[EvidenceFile]) -> None:
    """Take files out of the evidence; within the transaction of what changes it."""
    for each in files:
        gone, _by_model = EvidenceFile.objects.filter(pk=each.pk, evidence=evidence).delete()
        if gone:
            _delete_later(each.file.name)


def redraw_pictures(most: int = 10) -> int:
    """Make pictures anew that wait for it; how many were looked at. Running it twice changes nothing."""
    waiting = list(EvidenceFile.objects.to_redraw().order_by("pk")[:most])
    failed: OSError | None = None
    for each in waiting:
        try:
            _redraw(each)
        except Unreachable:
            raise
        except OSError as error:
            # A file on a broken part of the disk keeps no other waiting.
            failed = failed or error
    if failed:
        raise failed
    return len(waiting)


def _redraw(kept: EvidenceFile) -> None:
    pending = EvidenceFile.objects.to_redraw().filter(pk=kept.pk)
    # Counted before it is tried: a picture that ends its worker is given up after a few times.
    if not pending.filter(tries=kept.tries).update(tries=F("tries") + 1):
        return
    if kept.tries >= MOST_TRIES:
        _refuse(kept)
        return
    try:
        _draw(kept)
    except OSError:
        # No room, or where files are kept is away: that is no fault of the picture, which would be unreadable.
        pending.filter(pk=kept.pk).update(tries=F("tries") - 1)
        raise


def _draw(kept: EvidenceFile) -> None:
    # Where uploads arrive: elsewhere it may be memory.
    place = settings.FILE_UPLOAD_TEMP_DIR
    with TemporaryFile(dir=place) as source, TemporaryFile(dir=place) as drawn:
        try:
            # Fetched first: a decoder takes an answer that breaks off for a broken picture.
            with kept.file.open("rb") as stored:
                shutil.copyfileobj(stored, source)
            source.seek(0)
            pictures.redraw(source, kept.content_type, drawn)
        except (pictures.Unreadable, FileNotFoundError):
            _refuse(kept)
            return
        _replace(kept, File(drawn))


def _refuse(kept: EvidenceFile) -> None:
    with transaction.atomic():
        if EvidenceFile.objects.to_redraw().filter(pk=kept.pk).update(state=FileState.REFUSED):
            _delete_later(kept.file.name)


def _replace(kept: EvidenceFile, drawn: File) -> None:
    """Put the new picture in the place of what was sent, which nobody has seen."""
    digest, size = _looked_through(drawn)
    before, after = kept.file.name, default_storage.save(stored_name(kept, kept.name), drawn)
    with transaction.atomic():
        changed = (
            EvidenceFile.objects.to_redraw()
            .filter(pk=kept.pk)
            .update(file=after, size=size, sha256=digest, state=FileState.READY)
        )
        _delete_later(before if changed else after)
