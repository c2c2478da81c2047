"""A round of feedback on its way: held open, ended, published, reminded of, and at last forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from assignments import messages
from assignments.confidential import publication
from assignments.feedback_cells import numbers_to_keep
from assignments.models import FeedbackAnswer, FeedbackRequest, FeedbackRound, FeedbackState
from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import LocalDays, now
from stretchhub.notices.models import Notice

# A reminder goes out so many days before the round closes, to whoever has had the question for two days or more.
REMIND_DAYS = 3
KNOWN_DAYS = timedelta(days=2)
# The widest a day can lie apart from the one in UTC.
ANYWHERE = timedelta(days=1)


def hold_open(round: FeedbackRound) -> None:
    """Go on only while the round is open, and let nobody close it before this is saved."""
    if not FeedbackRound.objects.open().filter(pk=round.pk).update(closed_at=None):
        raise Refused(_("This round of feedback is closed."))


def is_open(round: FeedbackRound) -> bool:
    """Until the end of its last day where the mentee is."""
    return round.closed_at is None and LocalDays(now())[round.assignment.mentee.zone] <= round.closes_on


@transaction.atomic
def end(round: FeedbackRound) -> bool:
    """Close it: whoever has not answered is asked no more, and what waits is published if it is enough."""
    if not FeedbackRound.objects.open().filter(pk=round.pk).update(closed_at=now()):
        return False
    left = FeedbackRequest.objects.filter(round=round, state=FeedbackState.ASKED)
    left.update(state=FeedbackState.EXPIRED, settled_at=now())
    # Words that were never sent are nobody's to keep.
    FeedbackRequest.objects.filter(round=round).exclude(draft={}).update(draft={}, drafted_at=None)
    if round.confidential:
        publish(round)
    round.refresh_from_db()
    messages.feedback.closed(round)
    return True


def publish(round: FeedbackRound) -> None:
    """Let out what waits of those who count, if it is enough; whoever asks for it holds the round."""
    waiting = FeedbackRequest.objects.counted().filter(round=round, state=FeedbackState.SUBMITTED, publication=0)
    if not publication(waiting.count()).value:
        return
    FeedbackRound.objects.filter(pk=round.pk).update(publication=F("publication") + 1, published_at=now())
    round.refresh_from_db()
    waiting.update(publication=round.publication)


def close_due() -> int:
    """Close the rounds whose last day is over where the mentee is; running it twice changes nothing."""
    moment = now()
    days = LocalDays(moment)
    over = FeedbackRound.objects.open().filter(closes_on__lt=moment.date() + ANYWHERE)
    closed = 0
    for round in over.select_related("assignment__mentee").order_by("closes_on", "pk"):
        if days[round.assignment.mentee.zone] > round.closes_on and end(round):
            record(None, "feedback.closed", round, fields=["closed_at"])
            closed += 1
    return closed


def remind_givers() -> int:
    """Remind each person who has not answered once, some days before the round closes."""
    moment = now()
    days = LocalDays(moment)
    soon = moment.date() + timedelta(days=REMIND_DAYS) + ANYWHERE
    told = Notice.objects.filter(
        kind=messages.feedback.REMINDED, object_id=OuterRef("pk"), created_at__gte=OuterRef("asked_at")
    )
    asked = FeedbackRequest.objects.reachable().filter(
        ~Exists(told),
        state=FeedbackState.ASKED,
        reminders_stopped_at__isnull=True,
        asked_at__lt=moment - KNOWN_DAYS,
        round__closed_at__isnull=True,
        round__closes_on__lte=soon,
    )
    due = [request for request in asked.select_related("giver", "round__assignment__mentee") if _near(request, days)]
    messages.feedback.remind(due)
    return len(due)


def _near(request: FeedbackRequest, days: LocalDays) -> bool:
    left = (request.round.closes_on - days[request.round.assignment.mentee.zone]).days
    return 0 <= left <= REMIND_DAYS


def forget() -> int:
    """Delete the answers that were kept for as long as their givers were told; of confidential ones the numbers that
    were shown stay, without words."""
    over = FeedbackRound.objects.filter(keep_until__lt=now().date(), purged_at__isnull=True)
    return sum(_forget(round, now()) for round in over.select_related("assignment").order_by("pk"))


@transaction.atomic
def _forget(round: FeedbackRound, moment: datetime) -> bool:
    kept: list[dict[str, Any]] = numbers_to_keep(round)
    here = FeedbackRound.objects.filter(pk=round.pk, purged_at__isnull=True)
    if not here.update(purged_at=moment, kept=kept, closed_at=round.closed_at or moment):
        return False
    requests = FeedbackRequest.objects.filter(round=round)
    requests.filter(state=FeedbackState.ASKED).update(state=FeedbackState.EXPIRED, settled_at=moment)
    FeedbackAnswer.objects.filter(request__round=round).delete()
    requests.update(draft={}, drafted_at=None, decline_reason="", shared_with_sponsor=False, shared_at_review=False)
    for outsider in requests.filter(giver__isnull=True):
        requests.filter(pk=outsider.pk).update(
            giver_name=_("Somebody from outside"), giver_email=f"{outsider.code.hex}@removed.invalid"
        )
    record(None, "feedback.forgotten", round, fields=["answers", "requests"])
    return True
