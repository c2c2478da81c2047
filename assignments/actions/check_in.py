"""Check-ins: planned by the rhythm, answered by each side, acknowledged by the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from assignments import cadence, messages
from assignments.models import Assignment, Charter, CheckIn, CheckInAnswer, Milestone, Rhythm, Status
from assignments.refusals import Refused
from assignments.rules import can_acknowledge_answer, can_answer_check_in
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.actions import draft as draft_rows
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import invitation
from .revision import raise_revision

# The draft of an answer, kept by the code of its check-in.
DRAFT = "check-in"


def plan(assignment: Assignment, *, after: date | None = None) -> bool:
    """Plan the check-ins from today to the end, the first one full period after the last that stays.

    What has come due or is answered stays, and so does one whose day is still right; what else lies ahead is
    cancelled. So a new rhythm neither doubles a check-in nor skips one. `after` says from which day a period is
    counted instead. Whether any day has changed is the answer.
    """
    day = today(assignment.mentee.zone)
    known = CheckIn.objects.filter(assignment=assignment)
    answers = CheckInAnswer.objects.filter(check_in=OuterRef("pk"))
    local = TruncDate("answered_at", tzinfo=assignment.mentee.zone)
    ahead = answers.annotate(answered_on=local).filter(answered_on__lt=OuterRef("due_on"))
    live = list(known.filter(cancelled_at__isnull=True).annotate(answered=Exists(answers), early=Exists(ahead)))
    kept = [row for row in live if row.due_on <= day or row.answered]
    open_rows = {row.due_on: row for row in live if row not in kept}
    wanted = _wanted(assignment, kept, list(open_rows.values()), day, after)
    gone = [row.pk for on, row in open_rows.items() if on not in wanted]
    new = [on for on in wanted if on not in open_rows]
    known.filter(pk__in=gone).update(cancelled_at=now())
    moved = [row for on, row in open_rows.items() if on in wanted and row.milestone_id != wanted[on]]
    for row in moved:
        row.milestone_id = wanted[row.due_on]
    CheckIn.objects.bulk_update(moved, ["milestone"])
    revision = (known.aggregate(last=Max("rhythm_revision"))["last"] or 0) + 1
    CheckIn.objects.bulk_create(
        CheckIn(assignment=assignment, due_on=on, milestone_id=wanted[on], rhythm_revision=revision, created_at=now())
        for on in new
    )
    return bool(gone or new)


def _wanted(
    assignment: Assignment, kept: Sequence[CheckIn], ahead: Sequence[CheckIn], day: date, after: date | None
) -> dict[date, int | None]:
    """The days ahead on which there should be a check-in, each with its milestone where the rhythm goes by those."""
    working_days, rhythm = assignment.mentee.working_days, assignment.charter.rhythm
    taken = {row.due_on for row in kept}
    if rhythm == Rhythm.BY_MILESTONE:
        days = cadence.milestone_days(_milestones(assignment, kept, ahead), day, working_days)
        return {on: milestone for on, milestone in days.items() if on not in taken}
    # After a pause a full period is counted from its end, also where the rhythm changes meanwhile.
    begun = (assignment.starts_on, assignment.resumed_on, max(taken, default=None), after)
    start = max(d for d in begun if d is not None)
    planned = cadence.due_days(start, assignment.ends_on or start, rhythm, working_days)
    return {on: None for on in planned if on >= day}


def _milestones(assignment: Assignment, kept: Sequence[Any], ahead: Sequence[CheckIn]) -> dict[int, date]:
    """The due days of what is still to do, and of what was finished early: the talk about it is worth having.

    A milestone whose check-in somebody has answered ahead of its day has had it.
    """
    had = {row.milestone_id for row in kept if row.early}
    early = Q(done_at__isnull=True) | Q(pk__in=[row.milestone_id for row in ahead if row.milestone_id])
    rows = Milestone.objects.filter(early, assignment=assignment).exclude(pk__in=[pk for pk in had if pk])
    return dict(rows.values_list("pk", "due_on"))


def follow_milestones(assignment: Assignment) -> None:
    """A milestone came, went or moved: where the rhythm goes by milestones its check-in moves with it."""
    charter = Charter.objects.filter(assignment=assignment, rhythm=Rhythm.BY_MILESTONE).first()
    if charter is None or assignment.status != Status.ACTIVE:
        return
    assignment.charter = charter
    if plan(assignment):
        invitation.send(assignment)


def cancel_open(assignment: Assignment, *, from_day: date) -> int:
    """Take back what lies ahead and nobody has answered; what has passed stays on record."""
    ahead = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True, due_on__gte=from_day)
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
    draft_rows.forget(by, DRAFT, check_in.code)
    record(by, "check_in.answered", check_in, fields=[name for name, value in words.items() if value])
    # Whether it was kept, and what the work takes of the week, are signals of the status.
    raise_revision(check_in.assignment)
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
