"""What sponsors read, for many of them at once, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

from assignments.actions.assignment import plain_number
from assignments.impact import Progress, progress
from assignments.models import Direction, Estimate, Status
from assignments.signal_rows import NOTHING
from assignments.signals import Reading, judgement
from stretchhub.env import LocalDays, now
from stretchhub.localtime import zone_of
from stretchhub.people.models.person import name_of
from stretchhub.plain import moment

from .cards import Answer, Card, Danger, Dashboard, Outcome, Packed, Shared, Step
from .changes import Known, changes_since, facts_of
from .decided import decisions_of, scope_of
from .models import AskState
from .rows import Rows, rows_of
from .shapes import Asked, Planned, Promise, Value, Work

MOST_EVIDENCE = 6
MOST_STEPS = 3
MOST_ANSWERS = 3
# Compared with a row some hundred thousand times.
CLOSED, PAUSED = Status.CLOSED.value, Status.PAUSED.value
MAINTAIN, NO_ESTIMATE = Direction.MAINTAIN.value, Estimate.NONE.value
NOT_MEASURED = progress(0, 0, None)
NONE: list[Any] = []


def build(sponsors: Collection[int], *, since: Mapping[int, Any] | None = None) -> dict[int, Dashboard]:
    """A dashboard for each of these sponsors, by id; the same number of queries for one or many.

    Changes are those since the sponsor acknowledged an assignment, or since what `since` holds of it.
    """
    return {each.sponsor: each for each in _dashboards(sponsors, since)}


def build_packed(sponsors: Collection[int]) -> dict[int, Packed]:
    """The same as it is stored: each is packed before the next is made, while the processor still has it at hand."""
    return {each.sponsor: each.packed() for each in _dashboards(sponsors, None)}


def _dashboards(sponsors: Collection[int], since: Mapping[int, Any] | None) -> Iterator[Dashboard]:
    as_of = now()
    days = LocalDays(as_of)
    rows = rows_of(sponsors, as_of, since)
    work: dict[int, list[Work]] = defaultdict(list)
    for each in rows.work:
        work[each.sponsor_id].append(each)
    for sponsor in sponsors:
        cards = [_card(each, rows, days[each.mentee.zone], as_of) for each in work.get(sponsor, NONE)]
        yield Dashboard(sponsor, as_of, cards)


def _card(assignment: Work, rows: Rows, day: date, as_of: datetime) -> Card:
    pk, charter, known = assignment.pk, assignment.charter, _known(assignment, rows)
    beside, rhythm = rows.signals.get(pk, NOTHING), charter.rhythm if charter else ""
    judged = judgement(assignment, Reading.of(known.milestones, beside, rhythm), day)
    said = rows.acknowledged.get(pk)
    said = said if said and said.sponsor_id == assignment.sponsor_id else None
    facts = facts_of(assignment, known, judged)
    steps = _steps(assignment, known.milestones, day)
    closed = assignment.status == CLOSED
    return {
        "pk": pk,
        "code": assignment.code,
        "revision": assignment.revision,
        "title": assignment.title,
        "outcome": assignment.outcome,
        "mentee": assignment.mentee.name,
        "mentor": assignment.mentor.name,
        "status": assignment.status,
        "ending": assignment.ending,
        "pause_reason": assignment.pause_reason if assignment.status == PAUSED else "",
        "judgement": judged.value,
        "reasons": [(r.code, r.light, r.figure, r.count) for r in judged.reasons],
        "by_hand": (judged.by_hand.reason, judged.by_hand.by, judged.by_hand.until) if judged.by_hand else None,
        "starts_on": assignment.starts_on or (charter.starts_on if charter else None),
        "ends_on": assignment.ends_on or (charter.ends_on if charter else None),
        "outcomes": [_outcome(each, known.measured.get(each.pk), closed) for each in known.outcomes],
        "next_step": steps[0] if steps else None,
        "later_steps": steps[1:],
        "weight_done": sum([each.weight for each in known.milestones if each.done_at is not None]),
        "weight_total": sum([each.weight for each in known.milestones]),
        "risks": [_danger(*each) for each in rows.risks.get(assignment.option_id, NONE)],
        "answers": [_answer(ask) for ask in known.asks if ask.state != AskState.OPEN][:MOST_ANSWERS],
        "scope": scope_of(assignment, known.scope, as_of),
        "decisions": decisions_of(known.decisions, day),
        "next_talk": None if closed else rows.talks.get(pk),
        "charter_version": charter.version if charter else 0,
        "charter_changed_at": moment(charter.updated_at) if charter and charter.version > 1 else None,
        "evidence": [_shared(*each) for each in known.evidence[:MOST_EVIDENCE]],
        "evidence_more": max(0, len(known.evidence) - MOST_EVIDENCE),
        "changes": changes_since(said, facts, known),
        "acknowledged_at": said.acknowledged_at if said else None,
        "acknowledged_revision": said.revision if said else 0,
        "charter_to_acknowledge": charter is not None and not charter.agreed and not closed,
        "facts": facts,
    }


def _known(assignment: Work, rows: Rows) -> Known:
    pk = assignment.pk
    asks = rows.asks.get(pk, NONE)
    return Known(
        milestones=rows.milestones.get(pk, NONE),
        evidence=rows.evidence.get(pk, NONE),
        outcomes=rows.outcomes.get(assignment.option_id, NONE),
        measured=rows.measured.get(pk, {}),
        # Whoever takes over reads what is asked of them, not what the one before was asked.
        asks=[ask for ask in asks if ask.addressee_id == assignment.sponsor_id] if asks else NONE,
        scope=rows.scope.get(pk, NONE),
        decisions=rows.decisions.get(pk, NONE),
    )


def _outcome(outcome: Promise, measured: Value | None, closed: bool) -> Outcome:
    come = _progress(outcome, measured) if measured else NOT_MEASURED
    low, high = (_range(measured) if measured else None) or (None, None)
    return {
        "metric": outcome.metric,
        "unit": outcome.unit,
        "direction": outcome.direction,
        "baseline": _number(outcome.baseline),
        "target": _number(outcome.target),
        "due_on": outcome.due_on,
        "counter_metric": outcome.counter_metric,
        "expected": _range(outcome) if outcome.estimate != NO_ESTIMATE else None,
        "actual": _number(measured.value) if measured else None,
        "low": low,
        "high": high,
        "n": measured.n if measured else None,
        "measured_on": measured.measured_on if measured else None,
        "early": measured is not None and not closed and _is_early(outcome, measured),
        "progress": come.value,
        "standing": come.reason.code,
        "attribution": outcome.attribution,
        "other_causes": _lines(outcome.other_causes),
    }


def _progress(outcome: Promise, measured: Value) -> Progress:
    return progress(
        float(outcome.baseline),
        float(outcome.target),
        float(measured.value),
        keep=outcome.direction == MAINTAIN,
        tolerance=float(outcome.tolerance or 0),
    )


def _is_early(outcome: Promise, measured: Value) -> bool:
    """Whether that was before the day it is to be judged by."""
    return outcome.due_on is None or measured.measured_on < outcome.due_on


def _lines(text: str) -> tuple[str, ...]:
    return tuple([line.strip() for line in text.splitlines() if line.strip()]) if text else ()


def _range(of: Promise | Value) -> tuple[str, str] | None:
    return (_number(of.low), _number(of.high)) if of.low is not None and of.high is not None else None


@lru_cache(maxsize=10_000)
def _number(text: str) -> str:
    """A number as it is shown, of what the database wrote; the same few come again and again."""
    return plain_number(Decimal(text))


def _steps(assignment: Work, milestones: list[Planned], day: date) -> list[Step]:
    """What is still to do, in the order of the days; nothing once it is closed."""
    if assignment.status == CLOSED:
        return []
    late = date.min if assignment.status == PAUSED else day
    waiting = (each for each in milestones if each.done_at is None)
    return [_step(each, late) for each in islice(waiting, 1 + MOST_STEPS)]


def _step(each: Planned, late: date) -> Step:
    due_on = each.due_on
    return {"title": each.title, "due_on": due_on, "progress": each.definition_of_progress, "late": due_on < late}


def _answer(ask: Asked) -> Answer:
    assert ask.answered_at is not None
    day = ask.answered_at.astimezone(zone_of(ask.addressee__time_zone)).date()
    return Answer(ask.question, ask.state, name_of(ask.answered_by__full_name, ask.answered_by__preferred_name), day)


def _shared(_pk: int, _assignment: int, code: str, title: str, changed: str, happened_on: date) -> Shared:
    return {"code": code, "title": title, "changed": changed, "happened_on": happened_on}


def _danger(_pk: int, _version: int, risk: str, trigger: str, mitigation: str) -> Danger:
    return {"risk": risk, "trigger": trigger, "mitigation": mitigation}
