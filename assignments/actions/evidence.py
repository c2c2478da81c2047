"""Evidence: logged by the mentee, widened or narrowed by its author alone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assignments import messages
from assignments.models import Assignment, Competency, Evidence, EvidenceComponent, EvidenceFile
from assignments.rules import can_log_evidence, can_share_evidence
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .assignment import raise_revision

AUDIENCES = {"sponsor": "shared_with_sponsor", "review": "shared_at_review"}


@dataclass(frozen=True)
class Attachment:
    """An upload that was looked at: what it is and what the person calls it."""

    file: UploadedFile
    name: str
    content_type: str


def log_evidence(
    assignment: Assignment,
    *,
    by: User,
    words: dict[str, Any],
    competencies: Collection[Competency] = (),
    attachments: Collection[Attachment] = (),
    components: Collection[int] = (),
) -> Evidence:
    """Add evidence to a running assignment and tell the mentor, and the sponsor if it is shared."""
    stored: list[EvidenceFile] = []
    try:
        with transaction.atomic():
            return _log(assignment, by, words, competencies, attachments, components, stored)
    except BaseException:
        # The rows are gone with the transaction; the files would stay without them.
        for kept in stored:
            kept.file.delete(save=False)
        raise


def _log(
    assignment: Assignment,
    by: User,
    words: dict[str, Any],
    competencies: Collection[Competency],
    attachments: Collection[Attachment],
    components: Collection[int],
    stored: list[EvidenceFile],
) -> Evidence:
    require(can_log_evidence(by, assignment))
    evidence = Evidence.objects.create(assignment=assignment, logged_by=by, logged_at=now(), **words)
    evidence.competencies.set(competencies)
    EvidenceComponent.objects.bulk_create(EvidenceComponent(evidence=evidence, component=i) for i in sorted(components))
    for attachment in attachments:
        _store(evidence, attachment, stored)
    fields = [name for name, value in words.items() if value]
    record(
        by,
        "evidence.logged",
        evidence,
        fields=fields + ["files"] * bool(attachments) + ["components"] * bool(components),
    )
    messages.evidence.logged(evidence)
    if evidence.shared_with_sponsor:
        raise_revision(assignment)
        messages.evidence.shared(evidence)
    return evidence


def _store(evidence: Evidence, attachment: Attachment, stored: list[EvidenceFile]) -> None:
    """Keep one file under a random name, with the digest of what was read."""
    digest, size = hashlib.sha256(), 0
    for chunk in attachment.file.chunks():
        digest.update(chunk)
        size += len(chunk)
    attachment.file.seek(0)
    kept = EvidenceFile(
        evidence=evidence,
        name=attachment.name,
        size=size,
        content_type=attachment.content_type,
        sha256=digest.hexdigest(),
    )
    kept.file.save(attachment.name, attachment.file, save=False)
    stored.append(kept)
    kept.save()


@transaction.atomic
def share(evidence: Evidence, *, by: User, audience: str, shared: bool) -> None:
    """Widen or narrow who sees a piece of evidence; only its author can."""
    require(can_share_evidence(by, evidence))
    field = AUDIENCES[audience]
    if not Evidence.objects.filter(pk=evidence.pk, **{field: not shared}).update(**{field: shared}):
        return
    record(by, "evidence.shared" if shared else "evidence.unshared", evidence, fields=[field])
    evidence.refresh_from_db()
    if audience == "sponsor":
        raise_revision(evidence.assignment)
        if shared:
            messages.evidence.shared(evidence)
