"""Reading what many assignments have come to, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Count, DateTimeField, IntegerField, Max, Q, Value

from stretchhub.among import Among
from stretchhub.env import LocalDays, now, today

from .cadence import PERIOD_DAYS
from .models import Assignment, Charter, CheckIn, Evidence, Milestone, Status
from .status import EVIDENCE_GRACE_DAYS, Judgement, Signals, judge

# Stands where a check-in has the number of its sides.
NOT_A_CHECK_IN = -1


class Judged(Protocol):
    """What is asked of an assignment here: the model has it, and so has a row of just these columns."""

    pk: Any
    status: Any
    starts_on: Any
    resumed_on: Any
    mentee: Any


@dataclass(frozen=True)
class Kept:
    """A check-in by its figures alone: its day, how many sides answered and when the last did."""

    due_on: date
    sides: int
    last_at: datetime | None


@dataclass(frozen=True)
class Reading:
    """What is on record for one assignment; no words of check-ins or evidence."""

    milestones: tuple[Milestone, ...] = ()
    check_ins: tuple[Kept, ...] = ()
    evidence_days: tuple[date, ...] = ()
    rhythm: str = ""

    @property
    def next_milestone(self) -> Milestone | None:
        return next((milestone for milestone in self.milestones if milestone.done_at is None), None)


def read(assignments: Collection[Assignment]) -> dict[int, Reading]:
    """The records of these assignments by id; two queries however many they are.

    A third one fetches the charters, unless they came with the assignments.
    """
    ids = [assignment.pk for assignment in assignments]
    if not ids:
        return {}
    milestones = _grouped((m.assignment_id, m) for m in Milestone.objects.filter(assignment__in=ids))
    days = _grouped((row[0], row[1:]) for row in _days(ids))
    rhythms = _rhythms(assignments)
    return {
        pk: Reading(
            milestones=tuple(milestones[pk]),
            check_ins=tuple(Kept(*row) for row in days[pk] if row[1] != NOT_A_CHECK_IN),
            evidence_days=tuple(row[0] for row in days[pk] if row[1] == NOT_A_CHECK_IN),
            rhythm=rhythms.get(pk, ""),
        )
        for pk in ids
    }


def judgements(
    assignments: Collection[Judged], milestones: Mapping[int, Sequence[Any]], rhythms: Mapping[int, str]
) -> dict[int, Judgement]:
    """How each of these stands, by id, from their milestones and rhythms and two queries more."""
    days = LocalDays(now())
    readings = _latest([each.pk for each in assignments if each.status == Status.ACTIVE], milestones, rhythms)
    return {a.pk: judgement(a, readings.get(a.pk, Reading()), days[a.mentee.zone]) for a in assignments}


def _latest(ids: Sequence[int], milestones: Mapping[int, Sequence[Any]], rhythms: Mapping[int, str]):
    """What a judgement needs alone: of each assignment what both answered and the last day with evidence."""
    kept = _grouped((row[0], Kept(*row[1:])) for row in _check_ins(Among("assignment", ids)).filter(sides=2))
    logged = Evidence.objects.filter(Among("assignment", ids)).order_by().values_list("assignment_id")
    evidence = dict(logged.annotate(last=Max("happened_on")))
    return {
        pk: Reading(
            milestones=tuple(milestones.get(pk, ())),
            check_ins=tuple(kept[pk]),
            evidence_days=(evidence[pk],) if pk in evidence else (),
            rhythm=rhythms.get(pk, ""),
        )
        for pk in ids
    }


def judgement(assignment: Judged, reading: Reading, day: date | None = None) -> Judgement:
    """Only active work is judged: before the charter, in a pause, in review and after it the clocks stand.

    The day that counts is the mentee's, today unless it is given.
    """
    if assignment.status != Status.ACTIVE:
        return Judgement(None)
    return judge(signals_of(assignment, reading, day or today(assignment.mentee.zone)))


def signals_of(assignment: Judged, reading: Reading, day: date) -> Signals:
    """What these records say on this day; no rhythm, no milestone due, no grace over: not judged."""
    planned = reading.milestones
    late = [(day - m.due_on).days for m in planned if m.done_at is None and m.due_on < day]
    due = [m for m in planned if m.due_on <= day]
    weight = sum(m.weight for m in due)
    done = sum(m.weight for m in due if m.done_at is not None)
    started = max(d for d in (assignment.starts_on, assignment.resumed_on, date.min) if d)
    last_evidence = max(reading.evidence_days, default=started)
    graced = (day - started).days > EVIDENCE_GRACE_DAYS
    return Signals(
        overdue_days=max(late, default=0) if planned else None,
        overdue_count=len(late),
        schedule=done / weight if weight else None,
        check_in_ratio=_check_in_ratio(assignment, reading, day, started),
        evidence_days=max((day - max(started, last_evidence)).days, 0) if graced else None,
    )


def _check_in_ratio(assignment: Judged, reading: Reading, day: date, started: date) -> float | None:
    """Days since the last check-in both kept, in periods of the rhythm agreed."""
    if reading.rhythm not in PERIOD_DAYS:
        return None
    both = [kept.last_at for kept in reading.check_ins if kept.sides == 2 and kept.last_at]
    last = max(both).astimezone(assignment.mentee.zone).date() if both else started
    return max((day - max(last, started)).days, 0) / PERIOD_DAYS[reading.rhythm]


def _days(ids: Collection[int]) -> Iterable[tuple[Any, ...]]:
    """Check-ins and days with evidence in one query: assignment, day, sides that answered, when."""
    evidence = (
        Evidence.objects.filter(assignment__in=ids)
        .order_by()
        .annotate(
            sides=Value(NOT_A_CHECK_IN, output_field=IntegerField()),
            last_at=Value(None, output_field=DateTimeField()),
        )
        .values_list("assignment_id", "happened_on", "sides", "last_at")
    )
    return _check_ins(Q(assignment__in=ids)).union(evidence).order_by("assignment_id", "due_on")


def _check_ins(of: Any) -> Any:
    return (
        CheckIn.objects.filter(of, cancelled_at__isnull=True)
        .order_by()
        .annotate(sides=Count("answers"), last_at=Max("answers__answered_at"))
        .values_list("assignment_id", "due_on", "sides", "last_at")
    )


def _rhythms(assignments: Collection[Assignment]) -> dict[int, str]:
    if all("charter" in assignment._state.fields_cache for assignment in assignments):
        charters = ((a.pk, a._state.fields_cache["charter"]) for a in assignments)
        return {pk: charter.rhythm for pk, charter in charters if charter is not None}
    ids = [assignment.pk for assignment in assignments]
    return dict(Charter.objects.filter(assignment__in=ids).values_list("assignment_id", "rhythm"))


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for pk, item in pairs:
        groups[pk].append(item)
    return groups
