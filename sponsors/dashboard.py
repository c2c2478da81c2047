"""What sponsors read, for many of them at once, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from assignments.actions.assignment import plain_number
from assignments.impact import progress
from assignments.models import Direction, Estimate, Status
from stretchhub.env import LocalDays, now

from .cards import Answer, Card, Danger, Dashboard, Outcome, Shared, Step
from .changes import changes_since, facts_of
from .decided import decisions_of, scope_of
from .models import Ask, AskState, DashboardAcknowledgement
from .rows import Rows, Work, rows_of

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
    days = LocalDays(as_of)
    rows = rows_of(sponsors, as_of, since)
    cards: dict[int, list[Card]] = defaultdict(list)
    for work in rows.work:
        cards[work.sponsor_id].append(_card(work, rows, days[work.mentee.zone], as_of))
    return {sponsor: Dashboard(sponsor, as_of, tuple(cards[sponsor])) for sponsor in sponsors}


def _card(assignment: Work, rows: Rows, day: date, as_of: datetime) -> Card:
    pk = assignment.pk
    milestones = rows.milestones.get(pk, [])
    outcomes, measured = rows.outcomes.get(assignment.option_id, []), rows.measured.get(pk, {})
    # Whoever takes over reads what is asked of them, not what the one before was asked.
    asks = [ask for ask in rows.asks.get(pk, []) if ask.addressee_id == assignment.sponsor_id]
    evidence = rows.evidence.get(pk, [])
    charter = rows.charters.get(pk)
    said = rows.acknowledged.get(pk)
    said = said if said and said.sponsor_id == assignment.sponsor_id else None
    judged = rows.judged[pk]
    scope, decisions = rows.scope.get(pk, []), rows.decisions.get(pk, [])
    known: dict[str, Any] = {"milestones": milestones, "evidence": evidence, "measured": measured, "asks": asks}
    known |= {"scope": scope, "decisions": decisions}
    facts = facts_of(assignment, charter=charter, judged=judged, **known)
    steps = _steps(assignment, milestones, day)
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
        by_hand=(judged.by_hand.reason, judged.by_hand.by, judged.by_hand.until) if judged.by_hand else None,
        starts_on=assignment.starts_on or (charter.starts_on if charter else None),
        ends_on=assignment.ends_on or (charter.ends_on if charter else None),
        outcomes=tuple(_outcome(each, measured.get(each.pk), closed=closed) for each in outcomes),
        next_step=steps[0] if steps else None,
        later_steps=steps[1 : 1 + MOST_STEPS],
        weight_done=sum(milestone.weight for milestone in milestones if milestone.done_at),
        weight_total=sum(milestone.weight for milestone in milestones),
        risks=tuple(Danger(r.risk, r.trigger, r.mitigation) for r in rows.risks.get(assignment.option_id, [])),
        answers=tuple(_answer(ask) for ask in asks if ask.state != AskState.OPEN)[:MOST_ANSWERS],
        scope=scope_of(assignment, scope, as_of),
        decisions=decisions_of(decisions, day),
        next_talk=None if closed else rows.talks.get(pk),
        charter_version=charter.version if charter else 0,
        charter_changed_at=charter.updated_at if charter and charter.version > 1 else None,
        evidence=tuple(_shared(each) for each in evidence[:MOST_EVIDENCE]),
        evidence_more=max(0, len(evidence) - MOST_EVIDENCE),
        changes=changes_since(said, facts, outcomes=outcomes, **known),
        acknowledged_at=said.acknowledged_at if said else None,
        acknowledged_revision=said.revision if said else 0,
        charter_to_acknowledge=charter is not None and not charter.agreed and not closed,
        facts=facts,
    )


def _outcome(outcome: Any, measured: Any | None, *, closed: bool) -> Outcome:
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


def _with_actual(outcome: Outcome, measured: Any, *, closed: bool) -> Outcome:
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


def _steps(assignment: Work, milestones: list[Any], day: date) -> tuple[Step, ...]:
    """What is still to do, in the order of the days; nothing once it is closed."""
    if assignment.status == Status.CLOSED:
        return ()
    waiting = sorted((each for each in milestones if each.done_at is None), key=lambda each: (each.due_on, each.pk))
    paused = assignment.status == Status.PAUSED
    return tuple(
        Step(each.title, each.due_on, each.definition_of_progress, each.due_on < day and not paused) for each in waiting
    )


def _answer(ask: Ask) -> Answer:
    assert ask.answered_by is not None and ask.answered_at is not None
    day = ask.answered_at.astimezone(ask.addressee.zone).date()
    return Answer(ask.question, ask.state, ask.answered_by.name, day)


def _shared(evidence: Any) -> Shared:
    return Shared(str(evidence.code), evidence.title, evidence.changed, evidence.happened_on)
