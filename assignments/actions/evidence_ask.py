"""An empty cell of the coverage: the right person is asked for what is missing, with one tap."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assignments import messages
from assignments.models import Assignment, Competency, Evidence, EvidenceAsk, Source
from assignments.refusals import Refused
from assignments.rules import can_ask_for_evidence, can_settle_evidence_ask
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

# What the mentee brings by logging; the mentor gives what a mentor saw, and the others are asked by the mentee.
LOGGED = (Source.SELF, Source.ARTEFACT)


def asked_of(assignment: Assignment, source: str) -> User:
    """Who can bring what is missing from this source."""
    return assignment.mentor if source == Source.MENTOR else assignment.mentee


@transaction.atomic
def ask(assignment: Assignment, *, by: User, competency: Competency, source: str) -> EvidenceAsk:
    """Ask once; while it is open, another tap changes nothing."""
    require(can_ask_for_evidence(by, assignment))
    of = asked_of(assignment, source)
    if of.pk == by.pk:
        raise Refused(_("This one is yours to bring: nobody needs to be asked for it."))
    try:
        with transaction.atomic():
            made = EvidenceAsk.objects.create(
                assignment=assignment, competency=competency, source=source, asked_by=by, asked_of=of, asked_at=now()
            )
    except IntegrityError:
        open_ones = EvidenceAsk.objects.open().filter(assignment=assignment, competency=competency, source=source)
        return open_ones.get(asked_of=of)
    record(by, "evidence.asked", assignment, fields=["competency", "source"])
    messages.evidence.asked(made)
    return made


@transaction.atomic
def settle(asked: EvidenceAsk, *, by: User) -> None:
    """There is nothing to add, or it was given in another way."""
    require(can_settle_evidence_ask(by, asked))
    if EvidenceAsk.objects.open().filter(pk=asked.pk).update(settled_at=now()):
        record(by, "evidence.ask_settled", asked.assignment, fields=["settled_at"])


def settle_logged(evidence: Evidence, competencies: Collection[Competency]) -> None:
    """What was asked of the mentee is there, once evidence with this competency is logged."""
    sources = (*LOGGED, Source.METRIC) if evidence.outcome_id else LOGGED
    _settle(evidence, [each.pk for each in competencies], evidence.logged_by, sources)


def settle_verified(evidence: Evidence, by: User) -> None:
    """The mentor has said what they saw of the competencies that the evidence shows."""
    _settle(evidence, list(evidence.competencies.values_list("pk", flat=True)), by, (Source.MENTOR,))


def _settle(evidence: Evidence, competencies: list[int], of: User, sources: Collection[str]) -> None:
    if not competencies:
        return
    EvidenceAsk.objects.open().filter(
        assignment=evidence.assignment_id, asked_of=of, competency__in=competencies, source__in=sources
    ).update(settled_at=now())
