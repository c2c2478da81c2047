"""Which work has lost its sponsor, and whom that waits for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from assignments.models import Assignment, RequestStatus, SponsorRequest, Status
from stretchhub.people.models import User


def has_no_sponsor() -> Q:
    """The sponsor has left, while nobody is asked to take over."""
    asked = SponsorRequest.objects.filter(assignment=OuterRef("pk"), status=RequestStatus.ASKED)
    return Q(~Exists(asked), ~Q(status=Status.CLOSED), sponsor__is_active=False)


def looked_after_by(user) -> Q:
    """What waits for this person: as the mentor, and where the mentor has left as the mentee."""
    # Looked up by their key for the few rows there are: for a join all people would be read.
    mentor_is_here = Subquery(User.objects.filter(pk=OuterRef("mentor")).order_by().values("is_active")[:1])
    return Q(mentor=user) | Q(Exact(mentor_is_here, False), mentee=user)


def needing() -> QuerySet[Assignment]:
    """Work whose sponsor has left, while nobody is asked to take over."""
    return Assignment.objects.filter(has_no_sponsor()).select_related("mentee", "mentor", "sponsor").order_by("pk")


def whose(assignment: Assignment):
    """Who looks for another sponsor."""
    return assignment.mentor if assignment.mentor.is_active else assignment.mentee
