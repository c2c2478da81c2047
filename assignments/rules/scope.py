"""Changes of what was agreed at kickoff: mentee and mentor ask, one other person decides."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, ScopeChange, ScopeState
from ..models.assignment import RUNNING
from .pair import mentee_or_mentor


def can_change_scope(user: User, assignment: Assignment) -> bool:
    """Mentee and mentor write down what changes, while the assignment runs."""
    return mentee_or_mentor(user, assignment) and assignment.status in RUNNING


def can_decide_scope(user: User, change: ScopeChange) -> bool:
    """The one whose right it is, never whoever asked."""
    decider = decider_of(change)
    return user.is_active and decider is not None and user.pk == decider.pk and change.assignment.status in RUNNING


def can_withdraw_scope(user: User, change: ScopeChange) -> bool:
    return user.is_active and user.pk == change.asked_by_id and change.assignment.status in RUNNING


def decider_of(change: ScopeChange) -> User | None:
    """The charter's approver; where that is whoever asked, or is gone, the sponsor, then the mentor."""
    if change.state != ScopeState.PROPOSED:
        return None
    assignment = change.assignment
    order = (assignment.charter.approver, assignment.sponsor, assignment.mentor)
    return next((person for person in order if person and person.is_active and person.pk != change.asked_by_id), None)
