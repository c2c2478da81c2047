"""An assignment on its way: begun by a sponsor's yes, paused, resumed, reviewed, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateField, F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from assignments import kickoff, messages
from assignments.kickoff_words import sentence
from assignments.models import Assignment, Charter, Ending, Milestone, Option, Pause, SponsorRequest, Stage, Status
from assignments.models.assignment import ENDINGS, NEXT
from assignments.refusals import Refused
from assignments.rules import can_close, can_pause
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import check_in, invitation, manager_agreement
from .revision import raise_revision as raise_revision

OPTION_REASON = 500


@transaction.atomic
def begin_chartering(request: SponsorRequest, *, by: User) -> Assignment:
    """Make the assignment that a sponsor has said yes to; its charter is written next."""
    require(by.is_active and by.pk == request.sponsor_id)
    version = request.version
    option = version.brief.option
    assignment = Assignment.objects.create(
        option=option,
        title=option.title,
        outcome=outcome_sentence(version),
        mentee=option.mentorship.mentee,
        mentor=option.mentorship.mentor,
        sponsor=request.sponsor,
        created_at=now(),
    )
    record(by, "assignment.created", assignment, fields=["mentee", "mentor", "outcome", "sponsor", "title"])
    raise_revision(assignment)
    return assignment


def outcome_sentence(version: Any) -> str:
    """The outcomes of a brief in one sentence: “Cycle time from 21 to 14 days by Tue 24 Nov.”"""
    parts = []
    for outcome in version.outcomes.all():
        words = _("%(metric)s from %(baseline)s to %(target)s") % {
            "metric": outcome.metric,
            "baseline": plain_number(outcome.baseline),
            "target": plain_number(outcome.target),
        }
        parts.append(f"{words} {outcome.unit}".strip())
    return f"{'; '.join(parts)}." if parts else ""


def plain_number(number: Any) -> str:
    """21 instead of 21.00."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def move(assignment: Assignment, to: str, **values: Any) -> None:
    """Change the status if the table allows it and nobody was faster.

    Every door to an active assignment leads through here, so this is where the kickoff's gate stands.
    """
    if (assignment.status, to) == (Status.CHARTERING, Status.ACTIVE):
        _refuse_before_kickoff(assignment)
    came_from = [status for status, followers in NEXT.items() if to in followers]
    here = assignment.status
    moved = here in came_from and Assignment.objects.filter(pk=assignment.pk, status=here).update(status=to, **values)
    if not moved:
        raise Refused(_("This assignment has moved on meanwhile. Look at where it stands now."))
    assignment.refresh_from_db()


def _refuse_before_kickoff(assignment: Assignment) -> None:
    """Nothing begins while something of the kickoff is missing; the lock keeps it from changing meanwhile."""
    with transaction.atomic():
        locked = Charter.objects.select_for_update(of=("self",)).filter(assignment=assignment)
        missing = kickoff.missing(assignment, locked.select_related("approver", "escalate_to").first())
    if missing:
        said = " ".join(sentence(one) for one in missing)
        raise Refused(_("It cannot begin yet: %(missing)s") % {"missing": said})


@transaction.atomic
def pause(assignment: Assignment, *, by: User, reason: str) -> None:
    """Stop all clocks: no check-in falls due and nothing gets late until it is resumed."""
    require(can_pause(by, assignment))
    day = today(assignment.mentee.zone)
    move(assignment, Status.PAUSED, paused_on=day, pause_reason=reason)
    Pause.objects.create(assignment=assignment, from_on=day)
    check_in.cancel_open(assignment, from_day=day)
    invitation.cancel(assignment)
    record(by, "assignment.paused", assignment, fields=["pause_reason", "paused_on", "status"])
    raise_revision(assignment)
    messages.assignment.paused(assignment, by=by)


@transaction.atomic
def resume(assignment: Assignment, *, by: User) -> None:
    """Start the clocks again: open days move by the length of the pause, check-ins a full period on."""
    require(can_pause(by, assignment))
    if assignment.status != Status.PAUSED or assignment.paused_on is None:
        raise Refused(_("This assignment is not paused any more. Look at where it stands now."))
    day, since = today(assignment.mentee.zone), assignment.paused_on
    away = max(day - since, timedelta(0))
    ends_on = assignment.ends_on + away if assignment.ends_on else None
    move(assignment, Status.ACTIVE, paused_on=None, pause_reason="", resumed_on=day, ends_on=ends_on)
    _end_pause(assignment, max(day, since))
    Milestone.objects.filter(assignment=assignment, due_on__gte=since).open().update(
        due_on=F("due_on") + away, version=F("version") + 1
    )
    check_in.plan(assignment, after=day)
    invitation.send(assignment)
    record(by, "assignment.resumed", assignment, fields=["ends_on", "resumed_on", "status"])
    raise_revision(assignment)
    messages.assignment.resumed(assignment, by=by)


@transaction.atomic
def begin_review(assignment: Assignment, *, by: User) -> None:
    """The work is done: mentee, mentor, sponsor and a colleague look back at it."""
    require(can_close(by, assignment))
    move(assignment, Status.REVIEWING)
    record(by, "assignment.reviewing", assignment, fields=["status"])
    raise_revision(assignment)


@transaction.atomic
def close(assignment: Assignment, *, by: User, ending: str, reason: str) -> None:
    """End the assignment, saying how and what was learned; its option ends with it."""
    withdrawing = ending == Ending.WITHDRAWN
    require(can_close(by, assignment) and (by.pk != assignment.mentee_id or withdrawing))
    if ending not in ENDINGS.get(assignment.status, set()):
        raise Refused(_("It cannot end that way from where it stands now. Choose another ending."))
    chartering = assignment.status == Status.CHARTERING
    move(assignment, Status.CLOSED, ending=ending, ending_reason=reason, closed_at=now(), paused_on=None)
    _end_pause(assignment, today(assignment.mentee.zone))
    _end_option(assignment, Stage.DECLINED if chartering else Stage.CLOSED, reason)
    check_in.cancel_open(assignment, from_day=today(assignment.mentee.zone))
    if charter := Charter.objects.filter(assignment=assignment).first():
        manager_agreement.settle(charter, by=by)
    invitation.cancel(assignment)
    record(by, "assignment.closed", assignment, fields=["ending", "ending_reason", "status"])
    raise_revision(assignment)
    messages.assignment.closed(assignment, by=by)


def _end_pause(assignment: Assignment, day: date) -> None:
    """The clocks count again from this day on."""
    Pause.objects.filter(assignment=assignment, until_on__isnull=True).update(
        until_on=Greatest(F("from_on"), Value(day, output_field=DateField()))
    )


def _end_option(assignment: Assignment, stage: str, reason: str) -> None:
    """An option whose charter was never agreed was declined; one that ran is closed."""
    option = Option.objects.filter(pk=assignment.option_id)
    if stage == Stage.CLOSED:
        option = option.filter(stage=Stage.ACTIVE)
    option.update(stage=stage, stage_reason=reason[:OPTION_REASON], stage_changed_at=now(), version=F("version") + 1)
