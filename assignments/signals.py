"""Reading the signals of many assignments at once, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max

from stretchhub.env import today

from .cadence import PERIOD_DAYS
from .models import Assignment, Charter, CheckIn, Evidence, Milestone, Status
from .status import EVIDENCE_GRACE_DAYS, Judgement, Signals, judge


def judgements(assignments: Collection[Assignment]) -> dict[int, Judgement]:
    """How each of these stands, by id; four queries however many they are.

    Only active ones are judged: before the charter, in a pause, in review and after the end
    the clocks stand still. The mentee should be loaded with each, for their day begins first.
    """
    running = [a for a in assignments if a.status == Status.ACTIVE]
    ids = [a.pk for a in running]
    milestones = _grouped(Milestone.objects.filter(assignment__in=ids)) if ids else {}
    rhythms = dict(Charter.objects.filter(assignment__in=ids).values_list("assignment_id", "rhythm")) if ids else {}
    kept = _last_kept(ids) if ids else {}
    evidence = _last_evidence(ids) if ids else {}
    judged = {a.pk: Judgement(None) for a in assignments}
    for a in running:
        day = today(a.mentee.zone)
        judged[a.pk] = judge(
            signals_of(
                a,
                day,
                milestones=milestones.get(a.pk, []),
                rhythm=rhythms.get(a.pk, ""),
                last_kept=kept.get(a.pk),
                last_evidence=evidence.get(a.pk),
            )
        )
    return judged


def signals_of(
    assignment: Assignment,
    day: date,
    *,
    milestones: Iterable[Milestone] = (),
    rhythm: str = "",
    last_kept: datetime | None = None,
    last_evidence: date | None = None,
) -> Signals:
    """What these records say on this day; no rhythm, no milestone due, no grace over: not judged."""
    planned = list(milestones)
    late = [(day - m.due_on).days for m in planned if m.done_at is None and m.due_on < day]
    due = [m for m in planned if m.due_on <= day]
    weight = sum(m.weight for m in due)
    done = sum(m.weight for m in due if m.done_at is not None)
    started = max(d for d in (assignment.starts_on, assignment.resumed_on, date.min) if d)
    running_days = (day - started).days
    since_evidence = (day - max(started, last_evidence or started)).days
    return Signals(
        overdue_days=max(late, default=0) if planned else None,
        overdue_count=len(late),
        schedule=done / weight if weight else None,
        check_in_ratio=_check_in_ratio(assignment, day, started, rhythm, last_kept),
        evidence_days=max(since_evidence, 0) if running_days > EVIDENCE_GRACE_DAYS else None,
    )


def _check_in_ratio(
    assignment: Assignment, day: date, started: date, rhythm: str, last_kept: datetime | None
) -> float | None:
    """Days since the last check-in both kept, in periods of the rhythm agreed."""
    if rhythm not in PERIOD_DAYS:
        return None
    last = last_kept.astimezone(assignment.mentee.zone).date() if last_kept else started
    return max((day - max(last, started)).days, 0) / PERIOD_DAYS[rhythm]


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.assignment_id].append(row)
    return groups


def _last_kept(ids: Collection[int]) -> dict[int, datetime]:
    """When both had answered, for the check-in answered last."""
    rows = (
        CheckIn.objects.filter(assignment__in=ids)
        .annotate(sides=Count("answers"), both_at=Max("answers__answered_at"))
        .filter(sides=2)
        .order_by()
        .values_list("assignment_id", "both_at")
    )
    last: dict[int, datetime] = {}
    for assignment_id, both_at in rows:
        last[assignment_id] = max(both_at, last.get(assignment_id, both_at))
    return last


def _last_evidence(ids: Collection[int]) -> dict[int, date]:
    rows = Evidence.objects.filter(assignment__in=ids).order_by().values("assignment_id")
    return dict(rows.annotate(last=Max("happened_on")).values_list("assignment_id", "last"))
