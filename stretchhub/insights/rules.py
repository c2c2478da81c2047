"""May this person read the programme? Asked by every page; a no is a 403."""

from __future__ import annotations

from stretchhub.people.models import User


def can_read_programme(user: User) -> bool:
    """HR alone: neither administrators nor mentors nor sponsors."""
    return user.is_active and user.is_hr
