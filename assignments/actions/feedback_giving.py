"""Answering: a draft that saves itself, sending it, saying no. Opening the form is none of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assignments import messages
from assignments.feedback_words import SOURCES
from assignments.models import (
    Evidence,
    EvidenceVerification,
    FeedbackAnswer,
    FeedbackGroup,
    FeedbackQuestion,
    FeedbackRequest,
    FeedbackState,
    Source,
)
from assignments.models.feedback import UNANSWERED
from assignments.refusals import Refused, Stale
from assignments.rules import can_give_feedback
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .feedback_round import hold_open, is_open

NO = (FeedbackState.DECLINED, FeedbackState.NO_CONTACT)
# An autosave of the same page may still be on its way when its button is pressed.
UNDER_WAY = timedelta(seconds=10)


@dataclass(frozen=True)
class Said:
    """The answer to one question."""

    question: FeedbackQuestion
    words: str = ""
    level: int | None = None


@dataclass(frozen=True)
class Judged:
    """What somebody says of one piece of evidence."""

    evidence: Evidence
    verdict: str
    words: str = ""


def save_draft(request: FeedbackRequest, *, by: User | None, words: Mapping[str, str], edit: int) -> int:
    """Keep what is typed so far; answers the number of the save. Only the giver ever reads it.

    The same words again write nothing and are no conflict; `edit` is 0 where nothing was saved yet.
    """
    require(can_give_feedback(by, request))
    if not is_open(request.round):
        raise Refused(_("This round of feedback is closed."))
    former = dict(request.draft)
    if former.get("words") == dict(words):
        return int(former["edit"])
    here = FeedbackRequest.objects.filter(pk=request.pk, state__in=UNANSWERED, round__closed_at__isnull=True)
    same = Q(draft__edit=edit) if edit else Q(draft={})
    kept = {"edit": edit + 1, "words": dict(words)}
    if not here.filter(same).update(draft=kept, drafted_at=now()):
        request.refresh_from_db()
        if request.state not in UNANSWERED:
            raise Refused(_("You have answered already, or the question was taken back."))
        raise Stale(_("Other words were saved here from another window."))
    request.draft = kept
    return edit + 1


def require_newest(request: FeedbackRequest, *, words: Mapping[str, str], edit: int) -> None:
    """Stop before words that another window saved after `edit` are sent away with older ones."""
    kept = request.draft
    if not kept or kept["words"] == dict(words) or kept["edit"] <= edit:
        return
    own = kept["edit"] == edit + 1 and request.drafted_at is not None and now() - request.drafted_at < UNDER_WAY
    if not own:
        raise Stale(_("Other words were saved here from another window."))


@transaction.atomic
def give(request: FeedbackRequest, *, by: User | None, answers: Sequence[Said], judged: Sequence[Judged] = ()) -> None:
    """Send the answers; after that the link leads to nothing that could be changed."""
    require(can_give_feedback(by, request))
    _hold(request)
    if not answers and not judged:
        raise Refused(_("Answer at least one of the questions."))
    if not _settle(request, FeedbackState.SUBMITTED):
        raise Refused(_("This was answered already."))
    FeedbackAnswer.objects.bulk_create(
        FeedbackAnswer(request=request, question=each.question, words=each.words, level=each.level) for each in answers
    )
    _judge(request, judged)
    _remember(request, "feedback.given", ["answers", "state"] + ["verifications"] * bool(judged))
    if not request.round.confidential:
        messages.feedback.answered(request)


@transaction.atomic
def decline(request: FeedbackRequest, *, by: User | None, why: str, reason: str = "") -> None:
    """Say no, or that one has not seen enough to judge; until the round closes one may still answer."""
    require(can_give_feedback(by, request) and why in NO)
    _hold(request)
    # In a confidential round nobody learns who said no, so no reason is kept either.
    words = "" if request.round.confidential else reason
    if not _settle(request, why, decline_reason=words):
        raise Refused(_("This was answered already."))
    _remember(request, "feedback.declined", ["state"])


def _hold(request: FeedbackRequest) -> None:
    if not is_open(request.round):
        raise Refused(_("This round of feedback is closed."))
    hold_open(request.round)


def _settle(request: FeedbackRequest, state: str, **values: Any) -> bool:
    here = FeedbackRequest.objects.filter(pk=request.pk, state__in=UNANSWERED)
    settled = here.update(state=state, settled_at=now(), draft={}, drafted_at=None, **values)
    request.refresh_from_db()
    return settled == 1


def _judge(request: FeedbackRequest, judged: Sequence[Judged]) -> None:
    """Their word on the evidence, once a person: what they verified elsewhere stands."""
    known = set()
    if request.giver_id:
        mine = EvidenceVerification.objects.filter(by=request.giver_id, evidence__in=[one.evidence for one in judged])
        known = set(mine.values_list("evidence", flat=True))
    is_mentor = request.giver_id is not None and request.giver_id == request.round.assignment.mentor_id
    EvidenceVerification.objects.bulk_create(
        EvidenceVerification(
            evidence=one.evidence,
            by=request.giver,
            request=request,
            source=Source.MENTOR if is_mentor else SOURCES[FeedbackGroup(request.group)],
            verdict=one.verdict,
            words=one.words,
            evidence_version=one.evidence.version,
            at=now(),
        )
        for one in judged
        if one.evidence.pk not in known
    )


@transaction.atomic
def stop_reminders(request: FeedbackRequest) -> None:
    """No reminder of this request any more, a waiting one included; the form stays open. Twice is as once."""
    again = FeedbackRequest.objects.filter(pk=request.pk, reminders_stopped_at__isnull=True)
    if again.update(reminders_stopped_at=now()):
        _remember(request, "feedback.reminders_stopped", ["reminders_stopped_at"])


def _remember(request: FeedbackRequest, verb: str, fields: list[str]) -> None:
    """The trail names who answered only where the answers are named; else the round alone."""
    if request.round.confidential:
        record(None, verb, request.round, fields=["requests"])
    else:
        record(request.giver, verb, request, fields=fields)
