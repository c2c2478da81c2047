"""Asking for feedback, and what the mentee does with it: ask more, take back, close, open again, share, thank."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments import messages
from assignments.confidential import LEAST_NUMBERS
from assignments.models import (
    Assignment,
    Competency,
    Evidence,
    FeedbackAnswer,
    FeedbackQuestion,
    FeedbackRequest,
    FeedbackRound,
    FeedbackState,
)
from assignments.models.feedback import UNANSWERED
from assignments.refusals import Refused
from assignments.rules import can_ask_feedback, can_keep_round, can_vouch
from stretchhub.addresses import mailbox_of
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .assignment import raise_revision
from .feedback_round import end, hold_open, publish

MOST_A_ROUND = 20
MOST_A_DAY = 40


@dataclass(frozen=True)
class Whom:
    """One person to ask: somebody here, or an outsider by name and address."""

    group: str
    giver: User | None = None
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Question:
    text: str
    form: str
    competency: Competency | None = None


@transaction.atomic
def ask_feedback(
    assignment: Assignment,
    *,
    by: User,
    words: dict[str, Any],
    questions: Sequence[Question],
    people: Sequence[Whom],
    evidence: Collection[Evidence] = (),
) -> FeedbackRound:
    """Put at most three questions to some people, each by a link of their own."""
    require(can_ask_feedback(by, assignment))
    made = FeedbackRound.objects.create(assignment=assignment, asked_by=by, created_at=now(), **words)
    if made.confidential and len(people) < LEAST_NUMBERS:
        raise Refused(_("Confidential answers are shown from three people on. Ask at least three, or ask by name."))
    if made.confidential and evidence:
        raise Refused(_("Judging evidence is done by name. Leave the evidence out, or ask by name."))
    made.evidence.set(evidence)
    FeedbackQuestion.objects.bulk_create(
        FeedbackQuestion(round=made, position=position, text=each.text, form=each.form, competency=each.competency)
        for position, each in enumerate(questions, start=1)
    )
    _put_to(made, people)
    fields = [name for name, value in words.items() if value]
    record(by, "feedback.asked", made, fields=[*fields, "questions", "requests"] + ["evidence"] * bool(evidence))
    return made


@transaction.atomic
def ask_more(round: FeedbackRound, *, by: User, people: Sequence[Whom]) -> None:
    """Put the same questions to more people while the round is open."""
    require(can_ask_feedback(by, round.assignment))
    hold_open(round)
    _put_to(round, people)
    record(by, "feedback.asked_more", round, fields=["requests"])


def _put_to(round: FeedbackRound, people: Sequence[Whom]) -> None:
    _within_bounds(round, people)
    asked = [
        FeedbackRequest(
            round=round,
            giver=each.giver,
            giver_name="" if each.giver else each.name,
            giver_email="" if each.giver else each.email.lower(),
            group=each.group,
            asked_at=now(),
            first_asked_at=now(),
        )
        for each in people
    ]
    FeedbackRequest.objects.bulk_create(asked)
    messages.feedback.asked(asked)
    if round.confidential and any(each.giver is None for each in people):
        messages.vouching.asked(round)


def _within_bounds(round: FeedbackRound, people: Sequence[Whom]) -> None:
    """So many a round and a day; nobody twice, and nobody who would read their own confidential answers."""
    assignment = round.assignment
    there = FeedbackRequest.objects.filter(round=round)
    if there.count() + len(people) > MOST_A_ROUND:
        raise Refused(_("One round goes to %(most)s people at most.") % {"most": MOST_A_ROUND})
    # Whoever is asked once more does not count, or the bound would say how many had not answered.
    today = {"first_asked_at__gt": now() - timedelta(days=1)}
    lately = FeedbackRequest.objects.filter(round__asked_by=round.asked_by, **today)
    if lately.count() + len(people) > MOST_A_DAY:
        raise Refused(_("You have asked many people today. Ask the others tomorrow."))
    if any(_is(each, assignment.mentee) for each in people):
        raise Refused(_("You cannot ask yourself. Write a reflection instead."))
    if round.confidential and any(_is(each, assignment.mentor) for each in people):
        raise Refused(_("Your mentor reads the confidential answers, so ask them by name."))
    taken = {giver or mailbox_of(email) for giver, email in there.values_list("giver", "giver_email")}
    keys = [each.giver.pk if each.giver else mailbox_of(each.email) for each in people]
    if len(set(keys)) < len(keys) or taken & set(keys):
        raise Refused(_("Somebody is named twice, or was asked in this round already."))


def _is(asked: Whom, person: User) -> bool:
    """This person by their account, or by another name of their own mailbox."""
    return asked.giver.pk == person.pk if asked.giver else mailbox_of(asked.email) == mailbox_of(person.email)


@transaction.atomic
def take_back(request: FeedbackRequest, *, by: User) -> None:
    """Take the question back from one person; their link ends at once.

    Of a confidential round it is told to nobody whether they had answered: what they wrote goes either way. Once
    answers were published nobody is taken out of them any more.
    """
    round = request.round
    require(can_keep_round(by, round))
    hold_open(round)
    if round.publication:
        raise Refused(_("Answers of this round were shown already, so everybody stays in it. Close it instead."))
    states = [*UNANSWERED, *[FeedbackState.SUBMITTED] * round.confidential]
    here = FeedbackRequest.objects.filter(pk=request.pk, state__in=states)
    if not here.update(state=FeedbackState.WITHDRAWN, settled_at=now(), draft={}, decline_reason=""):
        raise Refused(_("They have answered meanwhile, so there is nothing to take back."))
    FeedbackAnswer.objects.filter(request=request).delete()
    record(by, "feedback.taken_back", request, fields=["state"])


@transaction.atomic
def vouch(request: FeedbackRequest, *, by: User, known: bool) -> None:
    """The mentor says that they know who an outsider is, or no longer; only then is an answer in confidence let out.

    After the close what waits is let out with the last of them, if it is enough: one by one it would tell who has
    answered. What was let out stays as it was read.
    """
    require(can_vouch(by, request.round))
    round = FeedbackRound.objects.select_for_update().get(pk=request.round_id)
    if not round.confidential or round.purged_at:
        raise Refused(_("There is nobody to confirm here: answers are given by name, or are gone."))
    other_way = FeedbackRequest.objects.outside().filter(pk=request.pk, vouched_at__isnull=known)
    if not other_way.update(vouched_at=now() if known else None):
        return
    record(by, "feedback.vouched" if known else "feedback.vouched_no_more", request, fields=["vouched_at"])
    if round.closed_at and not FeedbackRequest.objects.unknown().filter(round=round).exists():
        publish(round)


@transaction.atomic
def close(round: FeedbackRound, *, by: User) -> None:
    """Close a round before its day; confidential answers are published now if there are enough."""
    require(can_keep_round(by, round))
    if not end(round):
        raise Refused(_("This round is closed already."))
    record(by, "feedback.closed", round, fields=["closed_at"])


@transaction.atomic
def reopen(round: FeedbackRound, *, by: User, closes_on: date) -> None:
    """Open a closed round again for those who have not answered; they are asked once more."""
    require(can_keep_round(by, round) and can_ask_feedback(by, round.assignment))
    if closes_on >= round.keep_until:
        raise Refused(_("Those who answered were told how long it is kept. Choose a day before that."))
    closed = FeedbackRound.objects.filter(pk=round.pk, closed_at__isnull=False, purged_at__isnull=True)
    if not closed.update(closed_at=None, closes_on=closes_on, opening=F("opening") + 1):
        raise Refused(_("This round is open, or its answers are gone."))
    round.refresh_from_db()
    waiting = FeedbackRequest.objects.filter(round=round, state=FeedbackState.EXPIRED)
    again = list(waiting.select_related("giver"))
    waiting.update(state=FeedbackState.ASKED, settled_at=None, asked_at=now())
    messages.feedback.asked(again, opening=round.opening)
    record(by, "feedback.opened_again", round, fields=["closes_on"])


@transaction.atomic
def share(request: FeedbackRequest, *, by: User, shared: bool) -> None:
    """Pass a named answer on to the sponsor, or no longer; nobody else can."""
    require(can_keep_round(by, request.round))
    if request.round.confidential:
        raise Refused(_("Confidential answers are not passed on."))
    answered = FeedbackRequest.objects.filter(pk=request.pk, state=FeedbackState.SUBMITTED)
    if not answered.filter(shared_with_sponsor=not shared).update(shared_with_sponsor=shared):
        return
    record(by, "feedback.shared" if shared else "feedback.unshared", request, fields=["shared_with_sponsor"])
    request.refresh_from_db()
    raise_revision(request.round.assignment)
    if shared:
        messages.feedback.shared(request)


@transaction.atomic
def show_at_review(request: FeedbackRequest, *, by: User, shown: bool) -> None:
    """Show a named answer to HR beside the review packet, or no longer; nobody else can."""
    require(can_keep_round(by, request.round))
    if request.round.confidential:
        raise Refused(_("Confidential answers are not passed on."))
    answered = FeedbackRequest.objects.filter(pk=request.pk, state=FeedbackState.SUBMITTED)
    if answered.filter(shared_at_review=not shown).update(shared_at_review=shown):
        verb = "feedback.shown_at_review" if shown else "feedback.hidden_at_review"
        record(by, verb, request, fields=["shared_at_review"])
        request.refresh_from_db()


@transaction.atomic
def thank(request: FeedbackRequest, *, by: User, words: str) -> None:
    """Close one named answer by what changed because of it; its giver is told, anew when the words change."""
    require(can_keep_round(by, request.round))
    answered = FeedbackRequest.objects.filter(pk=request.pk, state=FeedbackState.SUBMITTED, round__confidential=False)
    if not answered.exclude(changed_because=words).update(changed_because=words, thanked_at=now()):
        return
    record(by, "feedback.thanked", request, fields=["changed_because"])
    request.refresh_from_db()
    messages.feedback.thanked([request])


@transaction.atomic
def thank_all(round: FeedbackRound, *, by: User, words: str) -> None:
    """Close a confidential round that was published; everybody who was asked is told, so that nobody is singled out."""
    require(can_keep_round(by, round))
    shown = FeedbackRound.objects.filter(pk=round.pk, confidential=True, publication__gt=0)
    if not shown.exclude(changed_because=words).update(changed_because=words, thanked_at=now()):
        return
    record(by, "feedback.thanked", round, fields=["changed_because"])
    asked = FeedbackRequest.objects.filter(round=round).exclude(state=FeedbackState.WITHDRAWN)
    messages.feedback.thanked(list(asked.select_related("giver", "round")))
