"""Which work has lost its sponsor, and whom that waits for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from assignments.models import Assignment, RequestStatus, SponsorRequest, Status


def has_no_sponsor() -> Q:
    """The sponsor has left, while nobody is asked to take over."""
    asked = SponsorRequest.objects.filter(assignment=OuterRef("pk"), status=RequestStatus.ASKED)
    return Q(~Exists(asked), ~Q(status=Status.CLOSED), sponsor__is_active=False)


def looked_after_by(user) -> Q:
    """What waits for this person: as the mentor, and where the mentor has left as the mentee."""
    return Q(mentor=user) | Q(mentee=user, mentor__is_active=False)


def needing() -> QuerySet[Assignment]:
    """Work whose sponsor has left, while nobody is asked to take over."""
    return Assignment.objects.filter(has_no_sponsor()).select_related("mentee", "mentor", "sponsor").order_by("pk")


def whose(assignment: Assignment):
    """Who looks for another sponsor."""
    return assignment.mentor if assignment.mentor.is_active else assignment.mentee
