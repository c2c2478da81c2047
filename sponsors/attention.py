"""Which work has lost its sponsor, and whom that waits for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from assignments.models import Assignment, RequestStatus, SponsorRequest, Status


def needing() -> QuerySet[Assignment]:
    """Work whose sponsor has left, while nobody is asked to take over."""
    asked = SponsorRequest.objects.filter(assignment=OuterRef("pk"), status=RequestStatus.ASKED)
    return (
        Assignment.objects.exclude(status=Status.CLOSED)
        .filter(~Exists(asked), sponsor__is_active=False)
        .select_related("mentee", "mentor", "sponsor")
        .order_by("pk")
    )


def needing_of(user) -> QuerySet[Assignment]:
    """Those that wait for this person: the mentor, and where the mentor has left the mentee."""
    return needing().filter(Q(mentor=user) | Q(mentee=user, mentor__is_active=False))


def whose(assignment: Assignment):
    """Who looks for another sponsor."""
    return assignment.mentor if assignment.mentor.is_active else assignment.mentee
