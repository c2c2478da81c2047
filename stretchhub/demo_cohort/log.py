"""The log of an assignment: what was decided, what went wrong, and what the mentee made of it."""

from __future__ import annotations

from datetime import timedelta

from assignments.actions.setback import ASK_AGAIN_AFTER
from assignments.models import Assignment, Decision, Reflection, Setback

from .cohort import Cohort, Story


def add_log(cohort: Cohort, assignment: Assignment, told: Story) -> int:
    """Everything of it that is told; how many changes the sponsor may have seen."""
    decided = [_add_decision(cohort, assignment, row) for row in told.get("decision", [])]
    shared = [_add_setback(cohort, assignment, row).shared_with_sponsor for row in told.get("setback", [])]
    for row in told.get("reflection", []):
        _add_reflection(cohort, assignment, row)
    return sum(1 + (each.looked_back_at is not None) for each in decided) + sum(shared)


def _add_decision(cohort: Cohort, assignment: Assignment, row: Story) -> Decision:
    by = getattr(assignment, row.get("by", "mentee"))
    seen = "happened" in row
    decision = Decision.objects.create(
        code=cohort.code(),
        assignment=assignment,
        decided_on=cohort.calendar.day(row["on"]),
        decision=row["decision"],
        options=row.get("options", ""),
        reason=row["reason"],
        decided_by=row["decided_by"],
        heard=row.get("heard", ""),
        reversible=row.get("reversible", True),
        review_on=cohort.calendar.day(row["review"]) if "review" in row else None,
        expected=row.get("expected", ""),
        happened=row.get("happened", ""),
        looked_back_at=cohort.moment(row["review"], 16, by) if seen else None,
        looked_back_by=by if seen else None,
        logged_by=by,
        logged_at=cohort.moment(row["on"], 17, by),
        version=1 + seen,
    )
    cohort.remember(by, "decision.logged", decision, decision.logged_at, ["decided_by", "decision", "reason"])
    if decision.looked_back_at:
        cohort.remember(by, "decision.looked_back", decision, decision.looked_back_at, ["happened"])
    return decision


def _add_setback(cohort: Cohort, assignment: Assignment, row: Story) -> Setback:
    mentee = assignment.mentee
    day, written_at = cohort.calendar.day(row["on"]), cohort.moment(row["on"], 18, mentee)
    again = written_at + ASK_AGAIN_AFTER + timedelta(hours=2)
    setback = Setback.objects.create(
        code=cohort.code(),
        assignment=assignment,
        by=mentee,
        title=row["title"],
        happened_on=day,
        assumed=row["assumed"],
        happened=row["happened"],
        did=row["did"],
        would_do=row.get("would_do", ""),
        changed=row.get("changed", ""),
        team_lesson=row.get("lesson", ""),
        shared_with_sponsor=row.get("shared", False),
        ask_again_on=day + ASK_AGAIN_AFTER,
        later=row.get("later", ""),
        later_at=again if "later" in row else None,
        written_at=written_at,
    )
    cohort.remember(mentee, "setback.written", setback, written_at, ["assumed", "did", "happened", "title"])
    if setback.shared_with_sponsor:
        cohort.tell(assignment.sponsor, "assignments.setback_shared", setback, written_at)
    if setback.later_at:
        cohort.remember(mentee, "setback.looked_at_again", setback, setback.later_at, ["later"])
    return setback


def _add_reflection(cohort: Cohort, assignment: Assignment, row: Story) -> None:
    mentee = assignment.mentee
    reflection = Reflection.objects.create(
        code=cohort.code(),
        assignment=assignment,
        by=mentee,
        on=cohort.calendar.day(row["on"]),
        worked=row.get("worked", ""),
        surprised=row.get("surprised", ""),
        differently=row.get("differently", ""),
        shared_line=row.get("line", ""),
        shared_with_mentor=row.get("shown", False),
        written_at=cohort.moment(row["on"], 19, mentee),
    )
    cohort.remember(mentee, "reflection.written", reflection, reflection.written_at, ["on"])
    if reflection.shared_with_mentor or reflection.shared_line:
        cohort.tell(assignment.mentor, "assignments.reflection_shown", reflection, reflection.written_at)
