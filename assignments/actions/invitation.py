"""The rhythm as an invitation to calendars: sent when work begins, again when days change, taken back at the end."""

from __future__ import annotations

from django.db.models import F

from assignments import messages
from assignments.models import Assignment, Charter
from stretchhub.people.models import User


def send(assignment: Assignment) -> None:
    """Invite everybody to their days; calendars replace what an earlier invitation said."""
    if charter := _numbered(Charter.objects.filter(assignment=assignment)):
        messages.invitation.sent(assignment, charter)


def cancel(assignment: Assignment) -> None:
    """Take the days back out of the calendars of those who were invited."""
    if charter := _numbered(Charter.objects.filter(assignment=assignment, invitations__gt=0)):
        messages.invitation.cancelled(assignment, charter)


def withdraw_from(assignment: Assignment, sponsor: User) -> None:
    """Take the sponsor's days out of the calendar of somebody who is not the sponsor any more."""
    if charter := _numbered(Charter.objects.filter(assignment=assignment, invitations__gt=0)):
        messages.invitation.withdrawn(assignment, charter, sponsor)


def _numbered(charters) -> Charter | None:
    """The charter with the number of this invitation, one more than the last."""
    charters.update(invitations=F("invitations") + 1)
    return charters.first()
