"""What happens here when somebody is deactivated: what they were asked for waits for somebody who is there."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q

from assignments.actions import hand_over as requests
from assignments.models import Assignment, Status
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User

from .. import messages
from ..attention import needing
from ..models import Ask, AskState, HandOver, Introduction, SponsorCheckIn
from . import ask


@transaction.atomic
def on_deactivated(person: User) -> None:
    """Hand-overs are asked of somebody else, asks and introductions move on, and mentors hear of their sponsor."""
    asked = HandOver.objects.waiting().filter(request__sponsor=person)
    for hand_over in asked.select_related("request__assignment__mentee", "request__assignment__mentor"):
        requests.withdraw(hand_over.request, by=None)
        messages.hand_over.let_go(hand_over)
    SponsorCheckIn.objects.planned().filter(sponsor=person).update(cancelled_at=now())
    _move_asks(person)
    _move_introductions(person)
    # Also those whose mentor leaves after the sponsor did: it then waits for the mentee.
    for assignment in needing().filter(Q(sponsor=person) | Q(mentor=person)):
        messages.continuity.needed(assignment)


def _move_asks(person: User) -> None:
    """What was passed on to them goes back to the sponsor; the rest to whom the charter escalates, else to the two."""
    people = ("sponsor", "charter__escalate_to", "mentor", "mentee")
    mine = Q(state=AskState.OPEN, addressee=person) | Q(state=AskState.DELEGATED, delegated_to=person)
    waiting = Ask.objects.filter(mine).exclude(assignment__status=Status.CLOSED).order_by("pk")
    for each in waiting.select_related(*(f"assignment__{name}" for name in people)):
        work = each.assignment
        if to := _first_here(work.sponsor, _escalated(work), work.mentor, work.mentee):
            ask.readdress(each, to=to)


def _escalated(assignment: Assignment) -> User | None:
    charter = getattr(assignment, "charter", None)
    return charter.escalate_to if charter else None


def _move_introductions(person: User) -> None:
    """Whoever was to introduce is not there: the mentor does, else the mentee goes by themselves."""
    waiting = Introduction.objects.to_be_made_by(person)
    pair = ("candidate__option__mentorship__mentor", "candidate__option__mentorship__mentee")
    for introduction in waiting.select_related(*pair):
        mentorship = introduction.candidate.option.mentorship
        if to := _first_here(mentorship.mentor, mentorship.mentee):
            Introduction.objects.to_be_made_by(person).filter(pk=introduction.pk).update(
                introducer=to, asked_at=now(), version=F("version") + 1
            )
            record(None, "introduction.moved", introduction, fields=["introducer"])


def _first_here(*people: User | None) -> User | None:
    return next((each for each in people if each is not None and each.is_active), None)
