"""May this person do this? Asked by every action; a no is a 403."""

from __future__ import annotations

from assignments.models import Assignment
from stretchhub.people.models import User


def can_acknowledge_dashboard(user: User, assignment: Assignment) -> bool:
    """The sponsor of this assignment says that they have read how it stands."""
    return user.is_active and user.pk == assignment.sponsor_id
