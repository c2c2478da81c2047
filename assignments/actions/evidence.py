"""Evidence: logged by the mentee, changed, widened or narrowed by its author alone, verified by somebody else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assignments import messages
from assignments.models import (
    Assignment,
    Competency,
    Evidence,
    EvidenceComponent,
    EvidenceFile,
    EvidenceVerification,
    Source,
    StagedFile,
)
from assignments.refusals import Refused, Stale
from assignments.rules import can_edit_evidence, can_log_evidence, can_share_evidence, can_verify_evidence
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.inserting import insert
from stretchhub.people.actions import draft
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import evidence_file
from .assignment import raise_revision
from .evidence_ask import settle_logged, settle_verified
from .revision import count_anew

AUDIENCES = {"sponsor": "shared_with_sponsor", "review": "shared_at_review"}
# The form whose words are kept as a draft until they are logged; it is about an assignment.
FORM = "evidence"
# The same for a change of what is logged; it is about the evidence.
EDIT_FORM = "evidence-edit"


@transaction.atomic
def log_evidence(
    assignment: Assignment,
    *,
    by: User,
    words: dict[str, Any],
    competencies: Collection[Competency] = (),
    files: Collection[StagedFile] = (),
    components: Collection[int] = (),
) -> Evidence:
    """Add evidence to a running assignment and tell the mentor, and the sponsor if it is shared."""
    require(can_log_evidence(by, assignment))
    evidence = insert(Evidence(assignment=assignment, logged_by=by, logged_at=now(), **words))
    if competencies or components:
        _tag(evidence, competencies, components)
    evidence_file.attach(evidence, files)
    fields = [name for name, value in words.items() if value]
    record(
        by,
        "evidence.logged",
        evidence,
        fields=fields + ["files"] * bool(files) + ["components"] * bool(components),
    )
    settle_logged(evidence, competencies)
    draft.forget(owner=by, form=FORM, about=str(assignment.code))
    messages.evidence.logged(evidence)
    if evidence.shared_with_sponsor:
        raise_revision(assignment)
    else:
        count_anew(assignment)
    return evidence


def _tag(evidence: Evidence, competencies: Collection[Competency], components: Collection[int]) -> None:
    evidence.competencies.set(competencies)
    kept = set(evidence.components.values_list("component", flat=True))
    evidence.components.filter(component__in=kept - set(components)).delete()
    added = sorted(set(components) - kept)
    EvidenceComponent.objects.bulk_create(EvidenceComponent(evidence=evidence, component=each) for each in added)


@transaction.atomic
def change_evidence(
    evidence: Evidence,
    *,
    by: User,
    version: int,
    words: dict[str, Any],
    competencies: Collection[Competency] = (),
    files: Collection[StagedFile] = (),
    without: Collection[EvidenceFile] = (),
    components: Collection[int] = (),
) -> None:
    """Write it anew, from the version that was read; who verified an earlier one is shown as having done so."""
    require(can_edit_evidence(by, evidence))
    seen, happened_on = Evidence.objects.filter(pk=evidence.pk, version=version), evidence.happened_on
    if not seen.update(**words, version=version + 1, edited_at=now()):
        raise Stale(_("This evidence was changed on another page meanwhile."))
    evidence.refresh_from_db()
    _tag(evidence, competencies, components)
    evidence_file.drop(evidence, without)
    evidence_file.attach(evidence, files)
    draft.forget(owner=by, form=EDIT_FORM, about=str(evidence.code))
    record(by, "evidence.changed", evidence, fields=[*words, "competencies", "files"])
    if evidence.shared_with_sponsor:
        raise_revision(evidence.assignment)
    elif evidence.happened_on != happened_on:
        # The judgement counts days. That words were changed which they do not read is no business of the sponsor's.
        count_anew(evidence.assignment)


@transaction.atomic
def verify(
    evidence: Evidence, *, by: User, verdict: str, words: str = "", seen: int | None = None
) -> EvidenceVerification:
    """Somebody else says whether it is as it says; once for what it says now, which is the version they have `seen`."""
    require(can_verify_evidence(by, evidence))
    version = evidence.version if seen is None else seen
    # A write, so that nobody changes it before this is saved.
    if not Evidence.objects.filter(pk=evidence.pk, version=version).update(version=version):
        raise Stale(_("This evidence was changed after you opened it. Read it as it is now, then say what you think."))
    mentor = by.pk == evidence.assignment.mentor_id
    said = {
        "source": Source.MENTOR if mentor else Source.PEER,
        "verdict": verdict,
        "words": words,
        "at": now(),
        "evidence_version": version,
    }
    earlier = EvidenceVerification.objects.filter(evidence=evidence, by=by, request__isnull=True)
    if not earlier.filter(evidence_version__lt=version).update(**said):
        _say_once(evidence, by, said)
    verification = earlier.get()
    record(by, "evidence.verified", evidence, fields=["verdict", *(["words"] if words else [])])
    settle_verified(evidence, by)
    messages.evidence.verified(verification)
    if evidence.shared_with_sponsor:
        raise_revision(evidence.assignment)
    return verification


def _say_once(evidence: Evidence, by: User, said: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            EvidenceVerification.objects.create(evidence=evidence, by=by, **said)
    except IntegrityError:
        raise Refused(_("You have said what you think of it already.")) from None


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
