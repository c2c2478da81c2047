"""What is done while an assignment runs."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, CheckIn, CheckInAnswer, Evidence, Milestone, Status
from ..models.assignment import RUNNING
from .pair import mentee_or_mentor

WORKING = (Status.ACTIVE, Status.REVIEWING)


def can_edit_plan(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor keep the milestones, from chartering until the review."""
    return mentee_or_mentor(user, assignment) and assignment.status in (
        Status.CHARTERING,
        Status.ACTIVE,
        Status.REVIEWING,
    )


def can_finish_milestone(user: User, milestone: Milestone) -> bool:
    assignment = milestone.assignment
    return mentee_or_mentor(user, assignment) and assignment.status in WORKING


def can_record_measurement(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor write down what an outcome came to, also while the work rests."""
    return mentee_or_mentor(user, assignment) and assignment.status in RUNNING


def can_log_evidence(user: User, assignment: Assignment) -> bool:
    """The mentee logs evidence while the assignment runs."""
    return user.is_active and user.pk == assignment.mentee_id and assignment.status in WORKING


def can_share_evidence(user: User, evidence: Evidence) -> bool:
    """Only the author widens or narrows who sees a piece of evidence."""
    return user.is_active and user.pk == evidence.logged_by_id


def can_answer_check_in(user: User, check_in: CheckIn) -> bool:
    assignment = check_in.assignment
    return mentee_or_mentor(user, assignment) and assignment.status in WORKING and check_in.cancelled_at is None


def can_acknowledge_answer(user: User, answer: CheckInAnswer) -> bool:
    """The other side acknowledges, never the writer."""
    part = answer.check_in.assignment.part_of(user)
    return user.is_active and part in ("mentee", "mentor") and user.pk != answer.by_id
