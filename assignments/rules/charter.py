"""The frame of an assignment: its charter, its pauses and its end."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, Charter, ManagerAgreement, Status
from .pair import mentee_or_mentor


def can_hand_over(user: User, assignment: Assignment) -> bool:
    """Mentee or mentor look for another sponsor, as long as there is something to sponsor."""
    return mentee_or_mentor(user, assignment) and assignment.status != Status.CLOSED


def can_edit_charter(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor write the charter; the sponsor acknowledges it or says what is missing."""
    return mentee_or_mentor(user, assignment) and assignment.status in (
        Status.CHARTERING,
        Status.ACTIVE,
        Status.PAUSED,
    )


def can_acknowledge_charter(user: User, charter: Charter) -> bool:
    assignment = charter.assignment
    return user.is_active and assignment.part_of(user) != "" and assignment.status != Status.CLOSED


def can_answer_for_hours(user: User, agreement: ManagerAgreement) -> bool:
    """The line manager who was asked, or the mentor in their place; nobody for somebody else."""
    return user.is_active and user.pk == agreement.manager_id


def can_pause(user: User, assignment: Assignment) -> bool:
    return mentee_or_mentor(user, assignment)


def can_close(user: User, assignment: Assignment) -> bool:
    """The mentor closes; the mentee may withdraw."""
    return mentee_or_mentor(user, assignment)
