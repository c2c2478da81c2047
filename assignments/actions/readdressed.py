"""What happens here when somebody's mail address is another: what was mailed to the old one opens nothing."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from stretchhub.people.models import MailLink, Purpose, User

from .. import messages
from ..kickoff import answers_for_hours
from ..models import FeedbackRequest, ManagerAgreement, ManagerAnswer, Status
from ..models.feedback import fresh_link

BATCH = 500


@transaction.atomic
def on_readdressed(people: Collection[User]) -> None:
    """Their links of feedback become others, and the line managers among them are asked for hours once more."""
    _other_links(people)
    _ask_at_the_new_address(people)


def _other_links(people: Collection[User]) -> None:
    """The next mail carries the new one; signed in they answer from Today as before."""
    asked = list(FeedbackRequest.objects.filter(giver__in=people).only("pk"))
    for request in asked:
        request.link = fresh_link()
    FeedbackRequest.objects.bulk_update(asked, ["link"], batch_size=BATCH)


def _ask_at_the_new_address(people: Collection[User]) -> None:
    """Only of those whose question has been mailed: one that still waits goes to the new address by itself."""
    mailed = MailLink.objects.filter(purpose=Purpose.MANAGER_AGREEMENT, person__in=people).values("object_id")
    waiting = ManagerAgreement.objects.current().filter(manager__in=people, answer=ManagerAnswer.ASKED, pk__in=mailed)
    related = ("manager", "charter__assignment__mentee__manager", "charter__assignment__mentor")
    for agreement in waiting.exclude(charter__assignment__status=Status.CLOSED).select_related(*related):
        if answers_for_hours(agreement.charter.assignment) == agreement.manager:
            messages.manager_agreement.asked_again(agreement)
