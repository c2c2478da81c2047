"""What was agreed at kickoff, the changes since, and what each step of a plan comes after."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from assignments.actions.scope import take_baseline
from assignments.models import Assignment, Milestone, PlanEdit, ScopeBaseline, ScopeChange, ScopeState, Status

from .cohort import Cohort, Story


def add_scope(cohort: Cohort, assignment: Assignment, milestones: list[Milestone], told: Story) -> int:
    """Keep the baseline of work that has begun and add the changes told; how many the sponsor has seen."""
    for before, after in pairwise(milestones):
        after.after.set([before])
    if assignment.status == Status.CHARTERING or assignment.activated_at is None:
        return 0
    _keep_baseline(assignment, milestones, told)
    changes = [_add_change(cohort, assignment, milestones, row) for row in told.get("scope", [])]
    for row in told.get("silent", []):
        _move_silently(cohort, assignment, milestones[row["m"] - 1], row)
    return sum(1 + (change.state != ScopeState.PROPOSED) for change in changes)


def _keep_baseline(assignment: Assignment, milestones: list[Milestone], told: Story) -> None:
    """As it stood on the day: a milestone that moved since was due earlier by as many days."""
    baseline = take_baseline(assignment, assignment.charter)
    due = {str(each.code): each.due_on for each in milestones}
    moved = {str(milestones[row["m"] - 1].code): row["days"] for row in told.get("silent", [])}
    for item in baseline.items:
        item["due_on"] = (due[item["code"]] - timedelta(days=moved.get(item["code"], 0))).isoformat()
    ScopeBaseline.objects.filter(pk=baseline.pk).update(taken_at=assignment.activated_at, items=baseline.items)


def _add_change(cohort: Cohort, assignment: Assignment, milestones: list[Milestone], row: Any) -> ScopeChange:
    by = getattr(assignment, row.get("by", "mentee"))
    at = cohort.moment(row["at"], 11, by)
    decided = "state" in row
    decider = assignment.charter.approver
    change = ScopeChange.objects.create(
        code=cohort.code(),
        assignment=assignment,
        kind=row["kind"],
        title=row["title"],
        hours=Decimal(str(row.get("hours", 0))),
        why=row["why"],
        comes_off=row.get("off", ""),
        milestone=milestones[row["m"] - 1] if "m" in row else None,
        state=row.get("state", ScopeState.PROPOSED),
        asked_by=by,
        asked_at=at,
        decided_by=decider if decided else None,
        decided_at=cohort.moment(row["decided"], 9, decider) if decided else None,
        decision_reason=row.get("reason", ""),
    )
    cohort.remember(by, "scope.asked", change, at, ["comes_off", "hours", "kind", "title", "why"])
    cohort.tell(decider, "assignments.scope_asked", change, at)
    if decided:
        cohort.remember(decider, f"scope.{change.state}", change, change.decided_at, ["decision_reason", "state"])
        cohort.tell(assignment.mentee, "assignments.scope_decided", change, change.decided_at)
        cohort.tell(assignment.mentor, "assignments.scope_decided", change, change.decided_at)
    return change


def _move_silently(cohort: Cohort, assignment: Assignment, milestone: Milestone, row: Any) -> None:
    PlanEdit.objects.create(
        assignment=assignment,
        milestone=milestone,
        what=PlanEdit.What.MOVED,
        due_before=milestone.due_on - timedelta(days=row["days"]),
        due_after=milestone.due_on,
        by=assignment.mentee,
        at=cohort.moment(row["at"], 17, assignment.mentee),
    )
