"""What sponsors read, for many of them at once, in a fixed number of queries.

Nothing is loaded here that a sponsor may not see: shared evidence only, no check-in's words, no
load, no reflection, no review, and of the pipeline only the option that is sponsored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q

from assignments.actions.assignment import plain_number
from assignments.impact import progress
from assignments.models import (
    Assignment,
    BriefOutcome,
    BriefRisk,
    BriefStatus,
    Charter,
    CharterAcknowledgement,
    Direction,
    Estimate,
    Evidence,
    Measurement,
    Milestone,
    Part,
    Status,
)
from assignments.models.assignment import RUNNING
from assignments.signals import judgements
from assignments.status import Judgement
from stretchhub.env import now, today

from .cards import Answer, Card, Danger, Dashboard, Outcome, Shared, Step
from .changes import changes_since, facts_of
from .models import Ask, AskState, DashboardAcknowledgement, SponsorCheckIn

CLOSED_DAYS = 30
ANSWERED_DAYS = 30
MOST_EVIDENCE = 6
MOST_STEPS = 3
MOST_ANSWERS = 3


def build(
    sponsors: Collection[int], *, since: dict[int, DashboardAcknowledgement] | None = None
) -> dict[int, Dashboard]:
    """A dashboard for each of these sponsors, by id; the same number of queries for one or many.

    Changes are those since the sponsor acknowledged an assignment, or since what `since` holds of it.
    """
    as_of = now()
    assignments = list(_shown(sponsors, as_of))
    ids = [assignment.pk for assignment in assignments]
    accepted = {
        "version__brief__option__in": [assignment.option_id for assignment in assignments],
        "version__status": BriefStatus.SPONSOR_ACCEPTED,
    }
    milestones = _by_assignment(Milestone.objects.filter(assignment__in=ids).defer("code", "created_at"))
    reading = _Reading(
        as_of=as_of,
        milestones=milestones,
        evidence=_by_assignment(_shared_evidence(ids)),
        outcomes=_by_option(BriefOutcome.objects.filter(**accepted)),
        risks=_by_option(BriefRisk.objects.filter(**accepted)),
        measured=_measured(ids),
        asks=_by_assignment(_asks(ids, as_of)),
        talks=_next_talks(ids),
        charters=_charters(ids),
        acknowledged=_acknowledged(ids) if since is None else since,
        judged=judgements(assignments, milestones),
    )
    cards: dict[int, list[Card]] = defaultdict(list)
    for assignment in assignments:
        cards[assignment.sponsor_id].append(_card(assignment, reading))
    return {sponsor: Dashboard(sponsor, as_of, tuple(cards[sponsor])) for sponsor in sponsors}


@dataclass(frozen=True)
class _Reading:
    as_of: datetime
    milestones: dict[int, list[Milestone]]
    evidence: dict[int, list[Evidence]]
    outcomes: dict[int, list[BriefOutcome]]
    risks: dict[int, list[BriefRisk]]
    measured: dict[int, dict[int, Measurement]]
    asks: dict[int, list[Ask]]
    talks: dict[int, date]
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


def _by_option(rows: Any) -> dict[int, list[Any]]:
    """Rows of the version that the sponsor said yes to, by option."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows.annotate(option=F("version__brief__option_id")).order_by("pk"):
        groups[row.option].append(row)
    return groups


def _measured(ids: list[int]) -> dict[int, dict[int, Measurement]]:
    """The latest value of each outcome that was not taken back, by assignment."""
    standing = Measurement.objects.standing()
    same = standing.filter(assignment=OuterRef("assignment"), outcome=OuterRef("outcome"))
    later = Q(measured_on__gt=OuterRef("measured_on")) | Q(measured_on=OuterRef("measured_on"), pk__gt=OuterRef("pk"))
    groups: dict[int, dict[int, Measurement]] = defaultdict(dict)
    for row in standing.filter(~Exists(same.filter(later)), assignment__in=ids).order_by("pk"):
        groups[row.assignment_id][row.outcome_id] = row
    return groups


def _asks(ids: list[int], as_of: datetime):
    """What is asked of the sponsor now, and what was answered lately."""
    lately = Q(answered_at__gte=as_of - timedelta(days=ANSWERED_DAYS))
    asks = Ask.objects.filter(Q(state=AskState.OPEN) | lately, assignment__in=ids).exclude(state=AskState.WITHDRAWN)
    return asks.select_related("answered_by", "addressee").order_by("-asked_at", "-pk")


def _next_talks(ids: list[int]) -> dict[int, date]:
    """The next day with the sponsor of each assignment."""
    planned = SponsorCheckIn.objects.planned().filter(assignment__in=ids, due_on__gte=today())
    return dict(planned.order_by().values_list("assignment_id").annotate(next=Min("due_on")))


def _charters(ids: list[int]) -> dict[int, tuple[Charter, set[str]]]:
    """Each charter and who has acknowledged the version it has now."""
    charters = {charter.pk: charter for charter in Charter.objects.filter(assignment__in=ids)}
    parts: dict[int, set[str]] = defaultdict(set)
    said = CharterAcknowledgement.objects.filter(charter__assignment__in=ids).order_by()
    for charter, version, part in said.values_list("charter_id", "charter_version", "part"):
        # One that was written between the two readings has its turn at the next build.
        if charter in charters and version == charters[charter].version:
            parts[charter].add(part)
    return {charter.assignment_id: (charter, parts[charter.pk]) for charter in charters.values()}


def _acknowledged(ids: list[int]) -> dict[int, DashboardAcknowledgement]:
    """The latest acknowledgement of each assignment by whoever sponsors it now."""
    latest = (
        DashboardAcknowledgement.objects.filter(assignment__in=ids)
        .order_by()
        .values("assignment_id")
        .annotate(last=Max("pk"))
        .values("last")
    )
    return {said.assignment_id: said for said in DashboardAcknowledgement.objects.filter(pk__in=latest)}


def _card(assignment: Assignment, reading: _Reading) -> Card:
    pk = assignment.pk
    milestones = reading.milestones.get(pk, [])
    outcomes, measured = reading.outcomes.get(assignment.option_id, []), reading.measured.get(pk, {})
    # Whoever takes over reads what is asked of them, not what the one before was asked.
    asks = [ask for ask in reading.asks.get(pk, []) if ask.addressee_id == assignment.sponsor_id]
    evidence = reading.evidence.get(pk, [])
    charter, agreed = reading.charters.get(pk, (None, set()))
    said = reading.acknowledged.get(pk)
    said = said if said and said.sponsor_id == assignment.sponsor_id else None
    judged = reading.judged[pk]
    rows: dict[str, Any] = {"milestones": milestones, "evidence": evidence, "measured": measured, "asks": asks}
    facts = facts_of(assignment, charter=charter, judged=judged, **rows)
    steps = _steps(assignment, milestones)
    closed = assignment.status == Status.CLOSED
    return Card(
        pk=pk,
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
        outcomes=tuple(_outcome(each, measured.get(each.pk), closed=closed) for each in outcomes),
        next_step=steps[0] if steps else None,
        later_steps=steps[1 : 1 + MOST_STEPS],
        weight_done=sum(milestone.weight for milestone in milestones if milestone.done_at),
        weight_total=sum(milestone.weight for milestone in milestones),
        risks=tuple(Danger(r.risk, r.trigger, r.mitigation) for r in reading.risks.get(assignment.option_id, [])),
        answers=tuple(_answer(ask) for ask in asks if ask.state != AskState.OPEN)[:MOST_ANSWERS],
        next_talk=None if closed else reading.talks.get(pk),
        charter_version=charter.version if charter else 0,
        charter_changed_at=charter.updated_at if charter and charter.version > 1 else None,
        evidence=tuple(_shared(each) for each in evidence[:MOST_EVIDENCE]),
        evidence_more=max(0, len(evidence) - MOST_EVIDENCE),
        changes=changes_since(said, facts, outcomes=outcomes, **rows),
        acknowledged_at=said.acknowledged_at if said else None,
        acknowledged_revision=said.revision if said else 0,
        charter_to_acknowledge=charter is not None and Part.SPONSOR not in agreed and not closed,
        facts=facts,
    )


def _outcome(outcome: BriefOutcome, measured: Measurement | None, *, closed: bool) -> Outcome:
    keep = outcome.direction == Direction.MAINTAIN
    actual = float(measured.value) if measured else None
    come = progress(
        float(outcome.baseline), float(outcome.target), actual, keep=keep, tolerance=float(outcome.tolerance or 0)
    )
    expected = None
    if outcome.estimate != Estimate.NONE and outcome.low is not None and outcome.high is not None:
        expected = (plain_number(outcome.low), plain_number(outcome.high))
    made = Outcome(
        metric=outcome.metric,
        unit=outcome.unit,
        direction=outcome.direction,
        baseline=plain_number(outcome.baseline),
        target=plain_number(outcome.target),
        due_on=outcome.due_on,
        counter_metric=outcome.counter_metric,
        expected=expected,
        progress=come.value,
        standing=come.reason.code,
        attribution=outcome.attribution,
        other_causes=tuple(line.strip() for line in outcome.other_causes.splitlines() if line.strip()),
    )
    return _with_actual(made, measured, closed=closed) if measured else made


def _with_actual(outcome: Outcome, measured: Measurement, *, closed: bool) -> Outcome:
    """What was measured, and whether that was before the day it is to be judged by."""
    ranged = measured.low is not None and measured.high is not None
    return replace(
        outcome,
        actual=plain_number(measured.value),
        low=plain_number(measured.low) if ranged else None,
        high=plain_number(measured.high) if ranged else None,
        n=measured.n,
        measured_on=measured.measured_on,
        early=not closed and (outcome.due_on is None or measured.measured_on < outcome.due_on),
    )


def _steps(assignment: Assignment, milestones: list[Milestone]) -> tuple[Step, ...]:
    """What is still to do, in the order of the days; nothing once it is closed."""
    if assignment.status == Status.CLOSED:
        return ()
    day = today(assignment.mentee.zone)
    waiting = sorted((each for each in milestones if each.done_at is None), key=lambda each: (each.due_on, each.pk))
    paused = assignment.status == Status.PAUSED
    return tuple(
        Step(each.title, each.due_on, each.definition_of_progress, each.due_on < day and not paused) for each in waiting
    )


def _answer(ask: Ask) -> Answer:
    assert ask.answered_by is not None and ask.answered_at is not None
    day = ask.answered_at.astimezone(ask.addressee.zone).date()
    return Answer(ask.question, ask.state, ask.answered_by.name, day)


def _shared(evidence: Evidence) -> Shared:
    return Shared(str(evidence.code), evidence.title, evidence.changed, evidence.happened_on)
