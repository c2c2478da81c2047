"""Check-ins: planned by the rhythm, answered by each side, acknowledged by the other."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from assignments import cadence, messages
from assignments.models import Assignment, CheckIn, CheckInAnswer
from assignments.refusals import Refused
from assignments.rules import can_acknowledge_answer, can_answer_check_in
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require


def plan(assignment: Assignment, *, after: date | None = None) -> list[CheckIn]:
    """Plan the check-ins from today to the end, the first one full period after the last that stays.

    What is not answered yet and lies ahead is cancelled first, so that a new rhythm neither
    doubles a check-in nor skips one. `after` says from which day a period is counted instead.
    """
    day = today(assignment.mentee.zone)
    cancel_open(assignment, from_day=day, keep_today=True)
    known = CheckIn.objects.filter(assignment=assignment)
    kept = known.filter(cancelled_at__isnull=True).aggregate(last=Max("due_on"))["last"]
    start = max(d for d in (assignment.starts_on, kept, after) if d is not None)
    revision = (known.aggregate(last=Max("rhythm_revision"))["last"] or 0) + 1
    days = cadence.due_days(
        start, assignment.ends_on or start, assignment.charter.rhythm, assignment.mentee.working_days
    )
    return CheckIn.objects.bulk_create(
        CheckIn(assignment=assignment, due_on=due, rhythm_revision=revision, created_at=now())
        for due in days
        if due >= day
    )


def cancel_open(assignment: Assignment, *, from_day: date, keep_today: bool = False) -> int:
    """Take back what lies ahead and nobody has answered; what has passed stays on record."""
    ahead = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True)
    ahead = ahead.filter(due_on__gt=from_day) if keep_today else ahead.filter(due_on__gte=from_day)
    unanswered = ~Exists(CheckInAnswer.objects.filter(check_in=OuterRef("pk")))
    return ahead.filter(unanswered).update(cancelled_at=now())


@transaction.atomic
def answer(check_in: CheckIn, *, by: User, **words: Any) -> CheckInAnswer:
    """Write down one side's answer and tell the other side."""
    require(can_answer_check_in(by, check_in))
    try:
        with transaction.atomic():
            given = CheckInAnswer.objects.create(check_in=check_in, by=by, answered_at=now(), **words)
    except IntegrityError:
        raise Refused(_("You have answered this check-in already. Your first answer is kept.")) from None
    record(by, "check_in.answered", check_in, fields=[name for name, value in words.items() if value])
    messages.check_in.answered(given)
    return given


@transaction.atomic
def acknowledge(answer: CheckInAnswer, *, by: User) -> None:
    """Say that the other side's answer was read; the writer is told. Saying it twice is as once."""
    require(can_acknowledge_answer(by, answer))
    fresh = CheckInAnswer.objects.filter(pk=answer.pk, acknowledged_by__isnull=True)
    if fresh.update(acknowledged_by=by, acknowledged_at=now()):
        record(by, "check_in.acknowledged", answer.check_in, fields=["acknowledged_at"])
        messages.check_in.acknowledged(answer)
    answer.refresh_from_db(fields=["acknowledged_by", "acknowledged_at"])
