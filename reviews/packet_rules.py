"""May this person do this to that packet or narrative? Asked by every action; a no is a 403."""

from __future__ import annotations

from assignments.models import Assignment, FeedbackRequest
from stretchhub.people.models import User

from .models import AddendumBy, ReviewPacket


def can_write_narrative(user: User, assignment: Assignment) -> bool:
    """The mentee; whether it can still be changed is a matter of the packet."""
    return user.is_active and user.pk == assignment.mentee_id


def can_state(user: User, packet: ReviewPacket) -> bool:
    """The mentee alone says something for themselves."""
    return user.is_active and user.pk == packet.assignment.mentee_id


def can_add(user: User, packet: ReviewPacket) -> bool:
    return user.is_active and part_in(user, packet) is not None


def part_in(user: User, packet: ReviewPacket) -> AddendumBy | None:
    """As whom this person adds something: mentee, mentor or HR; nobody else does."""
    part = packet.assignment.part_of(user)
    if part in (AddendumBy.MENTEE, AddendumBy.MENTOR):
        return AddendumBy(part)
    return AddendumBy.HR if user.is_hr else None


def can_read_all(user: User, packet: ReviewPacket) -> bool:
    """Mentee, mentor and HR; the sponsor reads no feedback and no evidence that was not passed on.

    Whoever answered in confidence could take their own answer out of the numbers, so they are shown none.
    """
    if user.pk == packet.assignment.mentee_id:
        return True
    if part_in(user, packet) is None:
        return False
    asked = FeedbackRequest.objects.filter(giver=user, round__assignment=packet.assignment_id, round__confidential=True)
    return not asked.exists()
