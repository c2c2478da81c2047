"""The momentum of one assignment: decisions and reflections are counted, not read; for mentee and mentor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from .models import Assignment, Decision, Pause, Reflection
from .momentum import Momentum, Pair, expected, momentum, window
from .signals import Reading

DAY = timedelta(days=1)


def momentum_of(assignment: Assignment, reading: Reading, day: date) -> Momentum:
    """Three queries beside what is read for the status."""
    first = assignment.starts_on or day
    pauses = list(Pause.objects.filter(assignment=assignment).values_list("from_on", "until_on"))
    thought = _thought(assignment)
    now = window(day, pauses, first)
    before = window(now[0] - DAY, pauses, first) if now else None
    return momentum(*(_pairs(reading, thought, each, day) for each in (now, before)))


def _thought(assignment: Assignment) -> list[date]:
    """The days of decisions and reflections, without a word of them."""
    decisions = Decision.objects.filter(assignment=assignment).order_by().values_list("decided_on", flat=True)
    reflections = Reflection.objects.filter(assignment=assignment).order_by().values_list("on", flat=True)
    return [*decisions, *reflections]


def _pairs(reading: Reading, thought: Iterable[date], span: tuple[date, date, int] | None, day: date) -> list[Pair]:
    if span is None:
        return []
    since, until, days = span
    due = [each for each in reading.milestones if since <= each.due_on <= until]
    held = [each for each in reading.check_ins if since <= each.due_on <= until and each.due_on <= day]
    return [
        Pair("milestones", sum(each.done_at is not None for each in due), len(due)),
        Pair("check_ins", sum(each.sides == 2 for each in held), len(held)),
        Pair("evidence", _within(reading.evidence_days, since, until), expected(days)),
        Pair("thought", _within(thought, since, until), expected(days)),
    ]


def _within(days: Iterable[date], since: date, until: date) -> int:
    return sum(since <= each <= until for each in days)
