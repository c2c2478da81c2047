"""What a charter agrees on beside the story's own words, and the line manager's word on hours and cover."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assignments.kickoff import TERMS, answers_for_hours
from assignments.models import Assignment, BriefVersion, Charter, ManagerAgreement, ManagerAnswer

from .cohort import Cohort, Story

STOP = "If nothing has moved by the middle, we sit down with the sponsor and change the scope, or stop."
COVER = (
    "The team takes turns by a list; urgent things go to the duty lead.",
    "A colleague takes the routine part, and the monthly report comes a week later.",
    "The hours come out of a project that has ended; nothing else moves.",
    "Two colleagues share the desk on the days that are kept free.",
)
SEES = (
    "Outcomes with their range, milestones, status with its reasons, decisions needed, and evidence that is shared."
    " Never reflections or the notes of check-ins."
)


def agreements(assignment: Assignment, told: Story) -> dict[str, Any]:
    """The fields of the charter that a story leaves to the brief and to what is usual."""
    accepted = BriefVersion.objects.filter(brief__option=assignment.option).order_by("-number").first()
    stakeholders = [each.name for each in accepted.stakeholders.all()] if accepted else []
    goal = assignment.option.goal
    people = [assignment.mentee, assignment.mentor, assignment.sponsor]
    return {
        "outcome": told.get("outcome", assignment.outcome),
        "learning_goal": told.get("learn") or (goal.title if goal else assignment.option.why),
        "stop_rule": told.get("stop", STOP),
        "contributors": told.get("contributors", ", ".join(stakeholders)),
        "informed": told.get("informed", ""),
        "escalate_to": assignment.sponsor,
        "escalate_after_days": told.get("after", 3),
        "resources": told.get("resources") or (accepted.dependencies if accepted else "") or "Nothing beside time.",
        "cover": told.get("cover", COVER[len(assignment.title) % len(COVER)]),
        "sponsor_sees": told.get("sees", SEES),
        "raters": told.get("raters", f"{', '.join(person.name for person in people)} and a colleague."),
    }


def add_hours(cohort: Cohort, charter: Charter, told: Story, begun: datetime | None) -> None:
    """What the line manager was asked; they agreed before the work began, or said what the story tells."""
    assignment = charter.assignment
    answer = ManagerAnswer.AGREED if begun else told.get("hours_answer", ManagerAnswer.ASKED)
    answered_at = begun
    if answer != ManagerAnswer.ASKED and not begun:
        answered_at = cohort.moment(told["hours_at"], 11, assignment.mentor)
    agreement = ManagerAgreement.objects.create(
        code=cohort.code(),
        charter=charter,
        manager=answers_for_hours(assignment),
        answer=answer,
        reason=told.get("hours_reason", "") if not begun else "",
        asked_at=charter.updated_at,
        answered_at=answered_at,
        **{name: getattr(charter, name) for name in TERMS},
    )
    cohort.remember(assignment.mentee, "hours.asked", agreement, charter.updated_at, [*TERMS, "manager"])
    if answered_at:
        cohort.remember(agreement.manager, "hours.answered", agreement, answered_at, ["answer"])
