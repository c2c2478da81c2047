"""The beginning: hours and cover are agreed to, and once nothing is missing the assignment becomes active."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments import kickoff, messages
from assignments.assessing import method_now
from assignments.models import Assignment, Charter, ManagerAgreement, ManagerAnswer, Option, Stage, Status
from assignments.refusals import Refused, Stale
from assignments.rules import can_answer_for_hours, can_edit_charter
from assignments.stretch_words import plain, week_words
from assignments.workload import Workload
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import check_in, invitation, scope
from .assignment import move, raise_revision


@transaction.atomic
def answer_for_hours(agreement: ManagerAgreement, *, by: User, answer: str, reason: str = "") -> None:
    """Agree to hours and cover, or say “not yet” or no with a reason; mentee and mentor are told.

    It may be said again until the work has begun on it. A yes that was the last thing missing begins the work.
    """
    require(can_answer_for_hours(by, agreement))
    # The lock makes the last two of them come one after the other.
    charter = Charter.objects.select_for_update(of=("self",)).get(pk=agreement.charter_id)
    assignment = Assignment.objects.select_related("mentee__manager", "mentor", "sponsor").get(pk=charter.assignment_id)
    reason = "" if answer == ManagerAnswer.AGREED else reason.strip()
    # The directory may take the question back without touching the charter, so it is held by itself too.
    current = ManagerAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if (current.answer, current.reason) == (answer, reason):
        return
    if not may_be_answered(current, assignment):
        raise Stale(_("It has moved on meanwhile, so this answer is not asked for any more."))
    current.answer, current.reason, current.answered_at = answer, reason, now()
    current.save(update_fields=["answer", "reason", "answered_at"])
    agreement.refresh_from_db()
    record(by, "hours.answered", agreement, fields=["answer", "reason"] if reason else ["answer"])
    raise_revision(assignment)
    messages.manager_agreement.answered(current, assignment, by=by)
    begin_if_ready(assignment, charter, by=by)


def may_be_answered(agreement: ManagerAgreement, assignment: Assignment) -> bool:
    """Until the work has begun on a yes, or is over."""
    if agreement.answer == ManagerAnswer.WITHDRAWN:
        return False
    waits = agreement.answer != ManagerAnswer.AGREED and assignment.status in (Status.ACTIVE, Status.PAUSED)
    return assignment.status == Status.CHARTERING or waits


@transaction.atomic
def begin(assignment: Assignment, *, by: User) -> None:
    """Begin the work where nothing is missing any more; what was missing may have been settled elsewhere."""
    require(can_edit_charter(by, assignment))
    charter = Charter.objects.select_for_update(of=("self",)).filter(assignment=assignment).first()
    if charter is not None:
        refuse_too_full_a_week(assignment, charter, by)
    if not begin_if_ready(assignment, charter, by=by):
        raise Refused(_("It cannot begin yet. The page of the charter says what is missing."))


def begin_if_ready(assignment: Assignment, charter: Charter | None, *, by: User) -> bool:
    """Make the assignment active if it waits for nothing else; whatever might have been the last asks this."""
    if assignment.status != Status.CHARTERING or charter is None or kickoff.missing(assignment, charter):
        return False
    move(assignment, Status.ACTIVE, activated_at=now(), starts_on=charter.starts_on, ends_on=charter.ends_on)
    Option.objects.filter(pk=assignment.option_id, stage=Stage.SEEKING_SPONSOR).update(
        stage=Stage.ACTIVE, stage_changed_at=now(), version=F("version") + 1
    )
    record(by, "assignment.activated", assignment, fields=["ends_on", "starts_on", "status"])
    raise_revision(assignment)
    scope.take_baseline(assignment, charter)
    check_in.plan(assignment)
    messages.assignment.active(assignment)
    invitation.send(assignment)
    return True


def refuse_too_full_a_week(assignment: Assignment, charter: Charter, by: User) -> None:
    """Weeks this long harm people, so such an assignment does not begin.

    The mentee's hours are between mentee and mentor: the sponsor hears that they stand in the way, never how many.
    """
    week = kickoff.week_of(assignment, charter)
    if not (against := _against(week)):
        return
    if by.pk != assignment.sponsor_id:
        raise Refused(_("It cannot begin yet: %(against)s") % {"against": against})
    if week.light == "stop":
        raise Refused(
            _(
                "It cannot begin yet: the mentee’s week would be too full. Mentee and mentor agree fewer hours in"
                " the charter, or what somebody else takes over; then acknowledge it again."
            )
        )
    raise Refused(
        _(
            "It cannot begin yet: nobody has written down what somebody else takes over meanwhile. Mentee and"
            " mentor write it into the option, or agree fewer hours in the charter; then acknowledge it again."
        )
    )


def refuse_more_hours(assignment: Assignment, charter: Charter) -> None:
    """Hours that would have kept the work from beginning are not agreed later either."""
    if against := _against(kickoff.week_of(assignment, charter)):
        raise Refused(_("Nothing is saved: %(against)s") % {"against": against})


def _against(week: Workload) -> str:
    """What stands against such a week, and what to do; empty where nothing does or the hours are not known."""
    method = method_now()
    if week.light == "stop":
        words = _(
            "%(week)s From %(stop)s hours on nobody should start something more. Agree fewer hours in the charter,"
            " or write into the option what somebody else takes over."
        )
        return words % {"week": week_words(week), "stop": plain(method.hours_stop)}
    if week.needs_backfill:
        words = _(
            "it takes %(taken)s %% of the week. Above %(share)s %% write into the option the hours that somebody"
            " else takes over, or agree fewer hours in the charter."
        )
        return words % {"taken": plain((week.share or 0) * 100), "share": plain(method.share_high * 100)}
    return ""
