"""The charter: written by mentee and mentor, acknowledged by all three, then the work begins."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments import messages
from assignments.assessing import load_of, method_now, running_hours
from assignments.models import Assignment, Charter, CharterAcknowledgement, Option, Part, Stage, Status
from assignments.refusals import Refused, Stale
from assignments.rules import can_acknowledge_charter, can_edit_charter
from assignments.stretch_words import plain, week_words
from assignments.workload import Workload
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import check_in
from .assignment import move, raise_revision

FIELDS = (
    "in_scope",
    "out_of_scope",
    "decision_rights",
    "escalation",
    "hours_per_week",
    "rhythm",
    "starts_on",
    "ends_on",
    "review_on",
)
DATES = {"starts_on", "ends_on"}
OF_THE_PLAN = {"rhythm", *DATES}


@transaction.atomic
def write(assignment: Assignment, *, by: User, version: int, words: dict[str, Any]) -> Charter:
    """Save the charter and ask everybody to acknowledge it; `version` is the one that was on the page.

    A change during the work raises the version and asks again without stopping the work; a new
    rhythm or new dates plan the check-ins that lie ahead anew. More hours than the week holds are refused.
    """
    require(can_edit_charter(by, assignment))
    charter = Charter.objects.filter(assignment=assignment).first()
    if charter is None:
        return _begin(assignment, by, words)
    changed = {name for name in FIELDS if getattr(charter, name) != words[name]}
    if not changed:
        return charter
    more = assignment.status != Status.CHARTERING and words["hours_per_week"] > charter.hours_per_week
    _save(charter, version, {name: words[name] for name in changed})
    if more:
        _refuse_more_hours(assignment, charter)
    record(by, "charter.changed", charter, fields=changed)
    assignment.charter = charter
    _follow(assignment, charter, changed)
    raise_revision(assignment)
    messages.charter.asked(charter, by=by)
    return charter


def _begin(assignment: Assignment, by: User, words: dict[str, Any]) -> Charter:
    try:
        with transaction.atomic():
            words = {"approver": assignment.sponsor or assignment.mentor, **words}
            charter = Charter.objects.create(assignment=assignment, updated_at=now(), **words)
    except IntegrityError:
        raise Stale(_("The other of you has begun the charter meanwhile.")) from None
    record(by, "charter.written", charter, fields=FIELDS)
    raise_revision(assignment)
    messages.charter.asked(charter, by=by)
    return charter


def _save(charter: Charter, version: int, values: dict[str, Any]) -> None:
    rows = Charter.objects.filter(pk=charter.pk, version=version)
    if not rows.update(version=F("version") + 1, updated_at=now(), **values):
        raise Stale(_("The charter was changed while you were writing."))
    charter.refresh_from_db()


def _follow(assignment: Assignment, charter: Charter, changed: set[str]) -> None:
    """What a changed charter means for an assignment that has begun."""
    if assignment.status == Status.CHARTERING:
        return
    if changed & DATES:
        Assignment.objects.filter(pk=assignment.pk).update(starts_on=charter.starts_on, ends_on=charter.ends_on)
        assignment.starts_on, assignment.ends_on = charter.starts_on, charter.ends_on
    if changed & OF_THE_PLAN and assignment.status == Status.ACTIVE:
        check_in.plan(assignment)


@transaction.atomic
def acknowledge(charter: Charter, *, by: User) -> None:
    """Agree to the version that was read; with the third party's yes the assignment becomes active."""
    require(can_acknowledge_charter(by, charter))
    # The lock makes the last two of them come one after the other.
    current = Charter.objects.select_for_update(of=("self",)).get(pk=charter.pk)
    if current.version != charter.version:
        raise Stale(_("The charter was changed after you opened it. Read the new version, then acknowledge it."))
    assignment = Assignment.objects.select_related("mentee", "mentor", "sponsor").get(pk=charter.assignment_id)
    mine = [part for part in Part.values if getattr(assignment, f"{part}_id") == by.pk]
    new = [part for part in mine if part not in agreed_parts(current)]
    if not new:
        return
    CharterAcknowledgement.objects.bulk_create(
        CharterAcknowledgement(charter=current, charter_version=current.version, part=part, person=by, at=now())
        for part in new
    )
    record(by, "charter.acknowledged", current, fields=["acknowledgements"])
    raise_revision(assignment)
    if assignment.status == Status.CHARTERING and agreed_parts(current) >= set(Part.values):
        _refuse_too_full_a_week(assignment, current, by)
        _activate(assignment, current, by)


def week_of(assignment: Assignment, charter: Charter) -> Workload:
    """How full the week is with the hours of this charter in it; nothing is made up where hours are unknown."""
    option = Option.objects.select_related("mentorship").get(pk=assignment.option_id)
    running = running_hours(assignment.mentee_id)
    return load_of(option, option.mentorship, method_now(), running=running, agreed=charter.hours_per_week)


def _refuse_too_full_a_week(assignment: Assignment, charter: Charter, by: User) -> None:
    """Weeks this long harm people, so such an assignment does not begin.

    The mentee's hours are between mentee and mentor: the sponsor hears that they stand in the way, never how many.
    """
    week = week_of(assignment, charter)
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


def _refuse_more_hours(assignment: Assignment, charter: Charter) -> None:
    """Hours that would have kept the work from beginning are not agreed later either."""
    if against := _against(week_of(assignment, charter)):
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


def agreed_parts(charter: Charter) -> set[str]:
    """Who has acknowledged the current version."""
    rows = charter.acknowledgements.filter(charter_version=charter.version)
    return set(rows.values_list("part", flat=True))


def _activate(assignment: Assignment, charter: Charter, by: User) -> None:
    move(
        assignment,
        Status.ACTIVE,
        activated_at=now(),
        starts_on=charter.starts_on,
        ends_on=charter.ends_on,
    )
    Option.objects.filter(pk=assignment.option_id, stage=Stage.SEEKING_SPONSOR).update(
        stage=Stage.ACTIVE, stage_changed_at=now(), version=F("version") + 1
    )
    record(by, "assignment.activated", assignment, fields=["ends_on", "starts_on", "status"])
    check_in.plan(assignment)
    messages.assignment.active(assignment)
