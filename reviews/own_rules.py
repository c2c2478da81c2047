"""May this person write and issue this about their own growth? Asked by every action; a no is a 403."""

from __future__ import annotations

from assignments.models import Assignment, Status
from stretchhub.people.models import User


def can_write_own(user: User, assignment: Assignment) -> bool:
    """The mentee, once the work is done or over."""
    over = assignment.status in (Status.REVIEWING, Status.CLOSED) and assignment.starts_on is not None
    return user.is_active and user.pk == assignment.mentee_id and over
