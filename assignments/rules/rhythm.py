"""The talks of the two, what is too much, and how the work stands by somebody's word."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, Status
from ..models.assignment import RUNNING
from .pair import mentee_or_mentor


def can_keep_agenda(user: User, assignment: Assignment) -> bool:
    """The two, until the work is over."""
    return mentee_or_mentor(user, assignment) and assignment.status != Status.CLOSED


def can_respond_to_workload(user: User, assignment: Assignment) -> bool:
    return mentee_or_mentor(user, assignment) and assignment.status in RUNNING


def can_set_status(user: User, assignment: Assignment) -> bool:
    """The two may know better than the signals while the work is under way."""
    return mentee_or_mentor(user, assignment) and assignment.status == Status.ACTIVE


def can_set_programme(user: User) -> bool:
    return user.is_active and (user.is_hr or user.is_administrator)
