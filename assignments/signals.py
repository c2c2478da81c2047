"""Reading what many assignments have come to, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db.models import QuerySet

from stretchhub.among import Among, by_assignment
from stretchhub.compiled import compiled
from stretchhub.env import today

from .cadence import BY_MILESTONE, PERIOD_DAYS, sponsor_interval
from .models import Assignment, Charter, Milestone, Status
from .open_work import Work
from .scoping import signals_from
from .signal_rows import NOTHING, Kept, Planned, Rows, Week, rows_of, rows_with_milestones_of
from .signals_of_many import latest_of
from .status import EVIDENCE_GRACE_DAYS, Judgement, Signals, judge, set_by_hand
from .workload import Said, Workload, lately, workload

# Looked up once: asked of a class of choices it takes as long as the comparison.
ACTIVE = Status.ACTIVE.value


class Judged(Protocol):
    """What is asked of an assignment here: the model has it, and so has a row of just these columns."""

    pk: Any
    status: Any
    starts_on: Any
    resumed_on: Any
    mentee: Any


class Reading(NamedTuple):
    """What is on record for one assignment, each in the order of its days; no words of check-ins or evidence."""

    milestones: Sequence[Milestone] | Sequence[Planned] = ()
    check_ins: Sequence[Kept] = ()
    evidence_days: Sequence[date] = ()
    rhythm: str = ""
    beside: Rows = NOTHING

    @classmethod
    def of(cls, milestones: Sequence[Any], beside: Rows, rhythm: str) -> Reading:
        return cls(milestones, beside.check_ins, beside.evidence_days, rhythm, beside)

    @property
    def next_milestone(self) -> Milestone | Planned | None:
        return next((milestone for milestone in self.milestones if milestone.done_at is None), None)


def read(assignments: Collection[Assignment]) -> dict[int, Reading]:
    """The records of these assignments by id; two queries however many they are.

    A third one fetches the charters, unless they came with the assignments.
    """
    ids = [assignment.pk for assignment in assignments]
    if not ids:
        return {}
    milestones = by_assignment(_milestones(ids))
    rows, rhythms = rows_of(ids), _rhythms(assignments)
    return {pk: Reading.of(milestones[pk], rows[pk], rhythms.get(pk, "")) for pk in ids}


@compiled
def _milestones(ids: list[int]) -> QuerySet:
    return Milestone.objects.filter(Among("assignment", ids))


def read_work(works: Collection[Work]) -> dict[int, Reading]:
    """The same of rows that know their rhythm, with as much of milestones as `Planned` has; one query."""
    found = rows_with_milestones_of([work.pk for work in works])
    return {work.pk: Reading.of(*found[work.pk], work.rhythm or "") for work in works}


def read_latest(assignments: Iterable[Judged]) -> dict[int, Rows]:
    """What judging these asks of their records beside milestones and rhythm, of those that are judged."""
    return latest_of([each.pk for each in assignments if each.status == ACTIVE])


def judgement(assignment: Judged, reading: Reading, day: date | None = None) -> Judgement:
    """Only active work is judged: before the charter, in a pause, in review and after it the clocks stand.

    The day that counts is the mentee's, today unless it is given.
    """
    if assignment.status != ACTIVE:
        return Judgement(None)
    day = day or today(assignment.mentee.zone)
    return set_by_hand(judge(signals_of(assignment, reading, day)), reading.beside.by_hand, day)


def signals_of(assignment: Judged, reading: Reading, day: date) -> Signals:
    """What these records say on this day; no rhythm, no milestone due, no grace over: not judged."""
    late, done, weight = _due(reading.milestones, day)
    started = max(assignment.starts_on or date.min, assignment.resumed_on or date.min)
    last_evidence = max(reading.evidence_days, default=started)
    graced = (day - started).days > EVIDENCE_GRACE_DAYS
    beside = reading.beside
    week = _week(reading, beside.week) if beside.week else None
    scope = signals_from(
        assignment,
        beside.baseline,
        beside.changes,
        beside.edits,
        objective=beside.objective,
        agreed=beside.acknowledged,
        day=day,
    )
    return Signals(
        overdue_days=max(late, default=0) if reading.milestones else None,
        overdue_count=len(late),
        schedule=done / weight if weight else None,
        check_in_ratio=_check_in_ratio(assignment, reading, day, started),
        evidence_days=max((day - max(started, last_evidence)).days, 0) if graced else None,
        sponsor_ratio=_sponsor_ratio(beside, day, started),
        scope_growth=scope.growth,
        objective_changed=scope.objective_changed,
        scope_unapproved=scope.unapproved,
        utilisation=week.value if week else None,
        hours=week.hours if week else None,
    )


def _due(milestones: Sequence[Any], day: date) -> tuple[list[int], int, int]:
    """By how many days each open one is late; of the weight that is due, what is done, and all of it."""
    late, done, weight = [], 0, 0
    for each in milestones:
        if each.due_on > day:
            continue
        weight += each.weight
        if each.done_at is not None:
            done += each.weight
        elif each.due_on < day:
            late.append((day - each.due_on).days)
    return late, done, weight


def _week(reading: Reading, week: Week) -> Workload | None:
    """How full the week is by the hours the mentee told lately; not judged where nobody told any.

    Strain is between mentee and mentor: it never comes into this.
    """
    hours = lately([Said(hours=kept.hours) for kept in reading.check_ins])
    if hours is None:
        return None
    covered = None if week.backfill is None else min(week.backfill, hours)
    return workload(week.base, hours, covered, week.contracted, running=week.running)


def _sponsor_ratio(beside: Rows, day: date, started: date) -> float | None:
    """Days since the last talk with the sponsor against what was agreed; not judged before the first."""
    if beside.last_talk is None or not beside.sponsor_rhythm:
        return None
    agreed = sponsor_interval(beside.sponsor_rhythm, started, day)
    return max((day - max(beside.last_talk, started)).days, 0) / agreed


def _check_in_ratio(assignment: Judged, reading: Reading, day: date, started: date) -> float | None:
    """Days since the last check-in both kept, in periods of the rhythm agreed."""
    both = [kept.last_at for kept in reading.check_ins if kept.sides == 2 and kept.last_at]
    last = max(max(both).astimezone(assignment.mentee.zone).date() if both else started, started)
    period = PERIOD_DAYS.get(reading.rhythm) or _to_the_next(reading, last)
    return max((day - last).days, 0) / period if period else None


def _to_the_next(reading: Reading, last: date) -> int | None:
    """Where the rhythm goes by milestones: the days from the last check-in to the milestone after it."""
    if reading.rhythm != BY_MILESTONE:
        return None
    ahead = [milestone.due_on for milestone in reading.milestones if milestone.due_on > last]
    return (min(ahead) - last).days if ahead else None


def _rhythms(assignments: Collection[Assignment]) -> dict[int, str]:
    if all("charter" in assignment._state.fields_cache for assignment in assignments):
        charters = ((a.pk, a._state.fields_cache["charter"]) for a in assignments)
        return {pk: charter.rhythm for pk, charter in charters if charter is not None}
    ids = [assignment.pk for assignment in assignments]
    return dict(Charter.objects.filter(assignment__in=ids).values_list("assignment_id", "rhythm"))
