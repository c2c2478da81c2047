"""Handing work over to another sponsor, with all that hangs on it here."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from assignments.actions import hand_over as requests
from assignments.models import Assignment
from reviews.actions import hand_over as reviews
from stretchhub.people.models import User

from .. import messages
from ..models import Ask, DashboardSnapshot, HandOver
from . import ask, check_in
from .dashboard import rebuild


@transaction.atomic
def ask_to_take_over(
    assignment: Assignment, *, by: User, sponsor: User, reason: str, note: str, kickoff_on: date
) -> HandOver:
    """Ask somebody to take over; the reason stays with mentee and mentor, the note goes to them."""
    outgoing = assignment.sponsor
    request = requests.ask_to_take_over(assignment, by=by, sponsor=sponsor, note=note)
    assert outgoing is not None  # whoever accepted a brief is the sponsor
    hand_over = HandOver.objects.create(request=request, outgoing=outgoing, reason=reason, kickoff_on=kickoff_on)
    messages.hand_over.asked(hand_over)
    return hand_over


@transaction.atomic
def withdraw(hand_over: HandOver, *, by: User) -> None:
    requests.withdraw(hand_over.request, by=by)


@transaction.atomic
def decline(hand_over: HandOver, *, by: User, reason: str) -> None:
    requests.decline(hand_over.request, by=by, reason=reason)
    messages.hand_over.declined(hand_over)


@transaction.atomic
def accept(hand_over: HandOver, *, by: User) -> Assignment:
    """Take over: what waits for the one before waits for the new sponsor, and both pages say so at once."""
    before = Assignment.objects.filter(hand_overs=hand_over.request).values_list("sponsor", flat=True)
    sponsors = [*before, by.pk]
    assignment = requests.take_over(hand_over.request, by=by, kickoff_on=hand_over.kickoff_on)
    messages.hand_over.accepted(hand_over)
    _put_again(assignment, by)
    reviews.follow_sponsor(assignment, by=by)
    _plan_anew(assignment)
    _show_at_once(sponsors)
    return assignment


def _put_again(assignment: Assignment, sponsor: User) -> None:
    """What is asked now is asked of the new sponsor, as if for the first time."""
    for waiting in Ask.objects.open().filter(assignment=assignment).select_related("assignment"):
        ask.readdress(waiting, to=sponsor, by=sponsor)


def _plan_anew(assignment: Assignment) -> None:
    """Check-ins are with the new sponsor from the new kickoff on; without a charter there are none yet."""
    chartered = Assignment.objects.filter(pk=assignment.pk, charter__isnull=False)
    for each in chartered.select_related("charter", "sponsor"):
        check_in.plan(each)


def _show_at_once(sponsors: list[int]) -> None:
    """Build both pages in this transaction; a build that began before does not count any more."""
    DashboardSnapshot.objects.filter(sponsor__in=sponsors).update(generation=F("generation") + 1)
    rebuild(sponsors)
