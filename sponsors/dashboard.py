"""What sponsors read, for many of them at once, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
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
from .shapes import Asked, Planned, Value, Work

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
    # Taken apart once: by its name each column takes as long as all of them here.
    (
        pk, code, revision, option_id, sponsor_id, title, outcome, status, ending, pause_reason,
        starts_on, ends_on, _resumed_on, charter, mentee, mentor,
    ) = assignment  # fmt: skip
    known = _known(assignment, rows)
    beside, rhythm = rows.signals.get(pk, NOTHING), charter.rhythm if charter else ""
    judged = judgement(assignment, Reading.of(known.milestones, beside, rhythm), day)
    said = rows.acknowledged.get(pk)
    said = said if said and said.sponsor_id == sponsor_id else None
    facts = facts_of(assignment, known, judged)
    closed, paused = status == CLOSED, status == PAUSED
    # Once it is closed there is nothing to do, and in a pause nothing is late.
    steps = [] if closed else _steps(known.milestones, date.min if paused else day)
    return {
        "pk": pk,
        "code": code,
        "revision": revision,
        "title": title,
        "outcome": outcome,
        "mentee": mentee.name,
        "mentor": mentor.name,
        "status": status,
        "ending": ending,
        "pause_reason": pause_reason if paused else "",
        "judgement": judged.value,
        "reasons": [(r.code, r.light, r.figure, r.count) for r in judged.reasons],
        "by_hand": (judged.by_hand.reason, judged.by_hand.by, judged.by_hand.until) if judged.by_hand else None,
        "starts_on": starts_on or (charter.starts_on if charter else None),
        "ends_on": ends_on or (charter.ends_on if charter else None),
        "outcomes": [_outcome(row, known.measured.get(row[0]), closed) for row in known.outcomes],
        "next_step": steps[0] if steps else None,
        "later_steps": steps[1:],
        "weight_done": sum([each.weight for each in known.milestones if each.done_at is not None]),
        "weight_total": sum([each.weight for each in known.milestones]),
        "risks": _dangers(rows.risks.get(option_id, NONE)),
        "answers": [_answer(ask) for ask in known.asks if ask.state != AskState.OPEN][:MOST_ANSWERS],
        "scope": scope_of(assignment, known.scope, as_of),
        "decisions": decisions_of(known.decisions, day),
        "next_talk": None if closed else rows.talks.get(pk),
        "charter_version": charter.version if charter else 0,
        "charter_changed_at": moment(charter.updated_at) if charter and charter.version > 1 else None,
        "evidence": _shared(known.evidence[:MOST_EVIDENCE]),
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


def _outcome(promise: tuple[Any, ...], measured: Value | None, closed: bool) -> Outcome:
    """Of a row with the columns of `Promise`."""
    (
        _pk, _version, metric, unit, direction, due_on, counter_metric, estimate, attribution, other_causes,
        tolerance, baseline, target, low, high,
    ) = promise  # fmt: skip
    value = measured.value if measured else None
    come = NOT_MEASURED if value is None else _progress(direction, baseline, target, value, tolerance)
    between = (_range(measured.low, measured.high) if measured else None) or (None, None)
    return {
        "metric": metric,
        "unit": unit,
        "direction": direction,
        "baseline": _number(baseline),
        "target": _number(target),
        "due_on": due_on,
        "counter_metric": counter_metric,
        "expected": _range(low, high) if estimate != NO_ESTIMATE else None,
        "actual": None if value is None else _number(value),
        "low": between[0],
        "high": between[1],
        "n": measured.n if measured else None,
        "measured_on": measured.measured_on if measured else None,
        # Before the day it is to be judged by.
        "early": measured is not None and not closed and (due_on is None or measured.measured_on < due_on),
        "progress": come.value,
        "standing": come.reason.code,
        "attribution": attribution,
        "other_causes": _lines(other_causes),
    }


def _progress(direction: str, baseline: str, target: str, value: str, tolerance: str | None) -> Progress:
    keep = direction == MAINTAIN
    return progress(float(baseline), float(target), float(value), keep=keep, tolerance=float(tolerance or 0))


def _lines(text: str) -> tuple[str, ...]:
    return tuple([line.strip() for line in text.splitlines() if line.strip()]) if text else ()


def _range(low: str | None, high: str | None) -> tuple[str, str] | None:
    return (_number(low), _number(high)) if low is not None and high is not None else None


@lru_cache(maxsize=10_000)
def _number(text: str) -> str:
    """A number as it is shown, of what the database wrote; the same few come again and again."""
    return plain_number(Decimal(text))


def _steps(milestones: list[Planned], late: date) -> list[Step]:
    """What is still to do, in the order of the days; what was due before this one is late."""
    waiting = [each for each in milestones if each.done_at is None]
    return [_step(each, late) for each in waiting[: 1 + MOST_STEPS]]


def _step(each: Planned, late: date) -> Step:
    due_on = each.due_on
    return {"title": each.title, "due_on": due_on, "progress": each.definition_of_progress, "late": due_on < late}


def _answer(ask: Asked) -> Answer:
    assert ask.answered_at is not None
    day = ask.answered_at.astimezone(zone_of(ask.addressee__time_zone)).date()
    return Answer(ask.question, ask.state, name_of(ask.answered_by__full_name, ask.answered_by__preferred_name), day)


def _shared(rows: list[tuple[Any, ...]]) -> list[Shared]:
    """Of rows with the columns of `Seen`."""
    return [
        {"code": code, "title": title, "changed": changed, "happened_on": happened_on}
        for _pk, _assignment, code, title, changed, happened_on in rows
    ]


def _dangers(rows: list[tuple[Any, ...]]) -> list[Danger]:
    """Of rows with the columns of `Risk`."""
    return [
        {"risk": risk, "trigger": trigger, "mitigation": mitigation}
        for _pk, _version, risk, trigger, mitigation in rows
    ]
