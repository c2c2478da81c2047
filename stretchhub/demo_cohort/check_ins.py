"""Check-ins kept, missed and still to come, with what each side wrote."""

from __future__ import annotations

from datetime import date

from assignments.models import AgendaItem, Assignment, CheckIn, CheckInAnswer, Milestone, Rhythm
from stretchhub.people.models import User

from .cohort import Cohort, Story

STEP = {"weekly": 7, "fortnightly": 14, "monthly": 28}
HOURS = {"mentee": 10, "mentor": 14}
ANSWER = ("moved", "next")


def add_check_ins(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """Those the story tells, and while the assignment is active those still to come."""
    for talk in told.get("talk", []):
        check_in = _schedule(cohort, assignment, talk["due"])
        for part, hour in HOURS.items():
            if part in talk:
                _answer(cohort, check_in, part, hour, talk["due"], talk[part])
    if assignment.status == "active":
        _schedule_rest(cohort, assignment, told)


def add_agenda(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """What the two still want to talk about."""
    for row in told.get("agenda", []):
        by: User = getattr(assignment, row["by"])
        AgendaItem.objects.create(
            code=cohort.code(),
            assignment=assignment,
            text=row["text"],
            added_by=by,
            added_at=cohort.moment(row["at"], HOURS[row["by"]], by),
        )


def _schedule(cohort: Cohort, assignment: Assignment, offset: int) -> CheckIn:
    return _planned(cohort, assignment, cohort.calendar.day(offset))


def _planned(cohort: Cohort, assignment: Assignment, day: date, milestone: Milestone | None = None) -> CheckIn:
    return CheckIn.objects.create(
        code=cohort.code(), assignment=assignment, due_on=day, milestone=milestone, created_at=assignment.activated_at
    )


def _schedule_rest(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    rhythm = told["charter"].get("rhythm", "fortnightly")
    if rhythm == Rhythm.BY_MILESTONE:
        ahead = assignment.milestones.open().filter(due_on__gt=cohort.calendar.today)
        for milestone in ahead.order_by("due_on", "pk"):
            _planned(cohort, assignment, milestone.due_on, milestone)
        return
    step = STEP[rhythm]
    last = told["talk"][-1]["due"] if told.get("talk") else told["starts"]
    for offset in range(last + step, told["ends"] + 1, step):
        _schedule(cohort, assignment, offset)


def _answer(cohort: Cohort, check_in: CheckIn, part: str, hour: int, due: int, told: Story) -> None:
    """One side's words; acknowledged by the other a day later unless the story says not yet."""
    assignment = check_in.assignment
    by: User = getattr(assignment, part)
    other: User = assignment.mentor if part == "mentee" else assignment.mentee
    day = told.get("at", due)
    seen = told.get("seen", min(day + 1, -1) > day and day + 1)
    answer = CheckInAnswer.objects.create(
        code=cohort.code(),
        check_in=check_in,
        by=by,
        moved=told["moved"],
        avoided=told.get("avoided", ""),
        decision_missing=told.get("missing", ""),
        scope=told.get("scope", ""),
        load=told.get("load"),
        hours=told.get("hours"),
        feedback_from=told.get("feedback", ""),
        next_try=told["next"],
        answered_at=cohort.moment(day, hour, by),
        acknowledged_by=other if seen else None,
        acknowledged_at=cohort.moment(seen, 18, other) if seen else None,
    )
    cohort.tell(other, "assignments.check_in_answered", answer, answer.answered_at)
    cohort.remember(by, "check_in.answered", check_in, answer.answered_at, ["load", "moved", "next_try"])
    if answer.acknowledged_at:
        cohort.tell(by, "assignments.check_in_acknowledged", answer, answer.acknowledged_at)
        cohort.remember(other, "check_in.acknowledged", check_in, answer.acknowledged_at, ["acknowledged_at"])
