"""Who belongs to a mentorship or to an assignment."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Assignment, Mentorship


def of_the_pair(user: User, mentorship: Mentorship) -> bool:
    """Whether this person is one of the two, while the mentorship runs."""
    parts = (mentorship.mentee_id, mentorship.mentor_id)
    return user.is_active and mentorship.ended_on is None and user.pk in parts


def mentee_or_mentor(user: User, assignment: Assignment) -> bool:
    """Whether this person is one of the two who do the work together."""
    return user.is_active and assignment.part_of(user) in ("mentee", "mentor")
