"""What sponsors read, for many of them at once, in a fixed number of queries.

Nothing is loaded here that a sponsor may not see: shared evidence only, no check-in's words, no
load, no reflection, no review, and of the pipeline only the option that is sponsored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q

from assignments.models import (
    Assignment,
    BriefOutcome,
    BriefStatus,
    Charter,
    CharterAcknowledgement,
    Evidence,
    Milestone,
    Part,
    Status,
)
from assignments.models.assignment import RUNNING
from assignments.signals import judgements
from assignments.status import Judgement
from stretchhub.env import now, today

from .models import DashboardAcknowledgement

CLOSED_DAYS = 30
MOST_EVIDENCE = 6


@dataclass(frozen=True)
class Outcome:
    """What the accepted brief promises: one measure from its baseline to its target."""

    metric: str
    unit: str
    baseline: str
    target: str
    due_on: date | None


@dataclass(frozen=True)
class Step:
    title: str
    due_on: date
    progress: str
    late: bool


@dataclass(frozen=True)
class Shared:
    """Evidence that the mentee shared with the sponsor."""

    code: str
    title: str
    changed: str
    happened_on: date


@dataclass(frozen=True)
class Change:
    """What is different from when the sponsor last acknowledged; `code` becomes the sentence."""

    code: str
    words: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Card:
    """One assignment as its sponsor reads it."""

    pk: int
    code: str
    revision: int
    title: str
    outcome: str
    mentee: str
    mentor: str
    status: str
    ending: str
    pause_reason: str
    judgement: str | None
    reasons: tuple[tuple[str, str, float, int], ...]
    starts_on: date | None
    ends_on: date | None
    outcomes: tuple[Outcome, ...]
    next_step: Step | None
    weight_done: int
    weight_total: int
    evidence: tuple[Shared, ...]
    evidence_more: int
    changes: tuple[Change, ...]
    acknowledged_at: datetime | None
    acknowledged_revision: int
    charter_to_acknowledge: bool
    facts: dict[str, Any]


@dataclass(frozen=True)
class Dashboard:
    """Everything one sponsor's page shows."""

    sponsor: int
    as_of: datetime
    cards: tuple[Card, ...]

    def content(self) -> dict[str, Any]:
        """As it is stored in the snapshot."""
        return {"cards": [asdict(card) for card in self.cards]}


def build(sponsors: Collection[int]) -> dict[int, Dashboard]:
    """A dashboard for each of these sponsors, by id; the same number of queries for one or many."""
    as_of = now()
    assignments = list(_shown(sponsors, as_of))
    ids = [assignment.pk for assignment in assignments]
    reading = _Reading(
        milestones=_by_assignment(Milestone.objects.filter(assignment__in=ids)),
        evidence=_by_assignment(_shared_evidence(ids)),
        outcomes=_outcomes(assignments),
        charters=_charters(ids),
        acknowledged=_acknowledged(ids),
        judged=judgements(assignments),
    )
    cards: dict[int, list[Card]] = defaultdict(list)
    for assignment in assignments:
        cards[assignment.sponsor_id].append(_card(assignment, reading))
    return {sponsor: Dashboard(sponsor, as_of, tuple(cards[sponsor])) for sponsor in sponsors}


@dataclass(frozen=True)
class _Reading:
    milestones: dict[int, list[Milestone]]
    evidence: dict[int, list[Evidence]]
    outcomes: dict[int, list[BriefOutcome]]
    charters: dict[int, tuple[Charter, set[str]]]
    acknowledged: dict[int, DashboardAcknowledgement]
    judged: dict[int, Judgement]


def _shown(sponsors: Collection[int], as_of: datetime):
    """What runs or is about to, and what ended in the last thirty days; the running first."""
    recent = Q(status=Status.CLOSED, closed_at__gte=as_of - timedelta(days=CLOSED_DAYS))
    return (
        Assignment.objects.filter(Q(status__in=[*RUNNING, Status.CHARTERING]) | recent, sponsor__in=sponsors)
        .select_related("mentee", "mentor")
        .order_by("ends_on", "pk")
    )


def _shared_evidence(ids: list[int]):
    shared = Evidence.objects.filter(assignment__in=ids, shared_with_sponsor=True)
    return shared.only("assignment_id", "code", "title", "changed", "happened_on").order_by("-happened_on", "-pk")


def _by_assignment(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.assignment_id].append(row)
    return groups


def _outcomes(assignments: list[Assignment]) -> dict[int, list[BriefOutcome]]:
    """The outcomes of the version that the sponsor said yes to, by option."""
    groups: dict[int, list[BriefOutcome]] = defaultdict(list)
    accepted = BriefOutcome.objects.filter(
        version__brief__option__in=[assignment.option_id for assignment in assignments],
        version__status=BriefStatus.SPONSOR_ACCEPTED,
    )
    for outcome in accepted.select_related("version__brief").order_by("pk"):
        groups[outcome.version.brief.option_id].append(outcome)
    return groups


def _charters(ids: list[int]) -> dict[int, tuple[Charter, set[str]]]:
    """Each charter and who has acknowledged the version it has now."""
    charters = {charter.pk: charter for charter in Charter.objects.filter(assignment__in=ids)}
    parts: dict[int, set[str]] = defaultdict(set)
    for said in CharterAcknowledgement.objects.filter(charter__assignment__in=ids):
        # One that was written between the two readings has its turn at the next build.
        if said.charter_id in charters and said.charter_version == charters[said.charter_id].version:
            parts[said.charter_id].add(said.part)
    return {charter.assignment_id: (charter, parts[charter.pk]) for charter in charters.values()}


def _acknowledged(ids: list[int]) -> dict[int, DashboardAcknowledgement]:
    """The latest acknowledgement of each assignment."""
    latest = (
        DashboardAcknowledgement.objects.filter(assignment__in=ids)
        .order_by()
        .values("assignment_id")
        .annotate(last=Max("pk"))
        .values("last")
    )
    return {said.assignment_id: said for said in DashboardAcknowledgement.objects.filter(pk__in=latest)}


def _card(assignment: Assignment, reading: _Reading) -> Card:
    milestones = reading.milestones.get(assignment.pk, [])
    evidence = reading.evidence.get(assignment.pk, [])
    charter, agreed = reading.charters.get(assignment.pk, (None, set()))
    said = reading.acknowledged.get(assignment.pk)
    judged = reading.judged[assignment.pk]
    facts = _facts(assignment, milestones, evidence, charter, judged)
    return Card(
        pk=assignment.pk,
        code=str(assignment.code),
        revision=assignment.revision,
        title=assignment.title,
        outcome=assignment.outcome,
        mentee=assignment.mentee.name,
        mentor=assignment.mentor.name,
        status=assignment.status,
        ending=assignment.ending,
        pause_reason=assignment.pause_reason if assignment.status == Status.PAUSED else "",
        judgement=judged.value,
        reasons=tuple((r.code, r.light, r.figure, r.count) for r in judged.reasons),
        starts_on=assignment.starts_on or (charter.starts_on if charter else None),
        ends_on=assignment.ends_on or (charter.ends_on if charter else None),
        outcomes=tuple(_outcome(outcome) for outcome in reading.outcomes.get(assignment.option_id, [])),
        next_step=_next_step(assignment, milestones),
        weight_done=sum(milestone.weight for milestone in milestones if milestone.done_at),
        weight_total=sum(milestone.weight for milestone in milestones),
        evidence=tuple(_shared(each) for each in evidence[:MOST_EVIDENCE]),
        evidence_more=max(0, len(evidence) - MOST_EVIDENCE),
        changes=_changes(said, facts, milestones, evidence),
        acknowledged_at=said.acknowledged_at if said else None,
        acknowledged_revision=said.revision if said else 0,
        charter_to_acknowledge=charter is not None
        and Part.SPONSOR not in agreed
        and assignment.status != Status.CLOSED,
        facts=facts,
    )


def _facts(
    assignment: Assignment,
    milestones: list[Milestone],
    evidence: list[Evidence],
    charter: Charter | None,
    judged: Judgement,
) -> dict[str, Any]:
    """What is kept with an acknowledgement, so that the next build can say what is different."""
    return {
        "status": assignment.status,
        "judgement": judged.value,
        "ends_on": assignment.ends_on.isoformat() if assignment.ends_on else None,
        "charter": charter.version if charter else 0,
        "milestones": {str(each.pk): [each.due_on.isoformat(), each.done_at is not None] for each in milestones},
        "evidence": [each.pk for each in evidence],
    }


def _changes(
    said: DashboardAcknowledgement | None,
    facts: dict[str, Any],
    milestones: list[Milestone],
    evidence: list[Evidence],
) -> tuple[Change, ...]:
    """Where things differ from what was acknowledged; nothing when it was never acknowledged."""
    if said is None or not said.facts:
        return ()
    before = said.facts
    changes = []
    if before["status"] != facts["status"]:
        changes.append(Change("status", facts["status"]))
    elif before["judgement"] != facts["judgement"] and facts["judgement"]:
        changes.append(Change("judgement", facts["judgement"]))
    if before["ends_on"] and facts["ends_on"] and before["ends_on"] != facts["ends_on"]:
        changes.append(Change("ends_on", day=date.fromisoformat(facts["ends_on"])))
    if before["charter"] and before["charter"] != facts["charter"]:
        changes.append(Change("charter"))
    changes += _milestone_changes(before["milestones"], milestones)
    seen = set(before["evidence"])
    changes += [Change("evidence", each.title, each.happened_on) for each in evidence if each.pk not in seen]
    return tuple(changes)


def _milestone_changes(before: dict[str, list], milestones: list[Milestone]) -> list[Change]:
    changes = []
    for each in milestones:
        due_on, done = before.get(str(each.pk), [None, False])
        if each.done_at is not None and not done:
            changes.append(Change("done", each.title))
        elif due_on is None:
            changes.append(Change("added", each.title, each.due_on))
        elif due_on != each.due_on.isoformat():
            changes.append(Change("moved", each.title, each.due_on))
    return changes


def _outcome(outcome: BriefOutcome) -> Outcome:
    return Outcome(outcome.metric, outcome.unit, _plain(outcome.baseline), _plain(outcome.target), outcome.due_on)


def _plain(number: Any) -> str:
    """21 instead of 21.00."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _next_step(assignment: Assignment, milestones: list[Milestone]) -> Step | None:
    waiting = [milestone for milestone in milestones if milestone.done_at is None]
    if not waiting or assignment.status == Status.CLOSED:
        return None
    first = min(waiting, key=lambda milestone: (milestone.due_on, milestone.pk))
    late = first.due_on < today(assignment.mentee.zone) and assignment.status != Status.PAUSED
    return Step(first.title, first.due_on, first.definition_of_progress, late)


def _shared(evidence: Evidence) -> Shared:
    return Shared(str(evidence.code), evidence.title, evidence.changed, evidence.happened_on)
