"""The log of an assignment: decisions, setbacks and reflections."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, Decision, Reflection, Setback, Status
from ..models.assignment import RUNNING
from .pair import mentee_or_mentor


def can_log_decision(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor write down what was decided, until the assignment is closed."""
    return mentee_or_mentor(user, assignment) and assignment.status != Status.CLOSED


def can_edit_decision(user: User, decision: Decision) -> bool:
    return can_log_decision(user, decision.assignment)


def can_look_back(user: User, decision: Decision) -> bool:
    """Mentee and mentor; what came of a decision may show only after the end."""
    return mentee_or_mentor(user, decision.assignment)


def can_write_setback(user: User, assignment: Assignment) -> bool:
    """The mentee, from the start to the end, also while the work rests."""
    return user.is_active and user.pk == assignment.mentee_id and assignment.status in RUNNING


def can_edit_setback(user: User, setback: Setback) -> bool:
    return user.is_active and user.pk == setback.by_id and setback.assignment.status != Status.CLOSED


def can_own_setback(user: User, setback: Setback) -> bool:
    """Only its author shares a setback, or says whether the change held."""
    return user.is_active and user.pk == setback.by_id


def can_reflect(user: User, assignment: Assignment) -> bool:
    """The mentee, at any time: it is their own notebook."""
    return user.is_active and user.pk == assignment.mentee_id


def can_own_reflection(user: User, reflection: Reflection) -> bool:
    """Only its author changes a reflection or who reads it."""
    return user.is_active and user.pk == reflection.by_id


def can_see_as_others(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor look at their work through the eyes of the sponsor or of HR."""
    return mentee_or_mentor(user, assignment)
