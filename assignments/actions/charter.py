"""The charter: written by mentee and mentor, acknowledged by all three, then the work begins."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments import messages
from assignments.kickoff import agreed_parts
from assignments.models import Assignment, Charter, CharterAcknowledgement, Part, Status
from assignments.refusals import Stale
from assignments.rules import can_acknowledge_charter, can_edit_charter
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import check_in, invitation, kickoff, manager_agreement
from .assignment import raise_revision

FIELDS = (
    "outcome",
    "learning_goal",
    "in_scope",
    "out_of_scope",
    "stop_rule",
    "rights_form",
    "approver",
    "contributors",
    "informed",
    "decision_rights",
    "escalate_to",
    "escalate_after_days",
    "escalation",
    "resources",
    "hours_per_week",
    "cover",
    "rhythm",
    "sponsor_rhythm",
    "starts_on",
    "ends_on",
    "sponsor_sees",
    "raters",
    "review_on",
)
DATES = {"starts_on", "ends_on"}
OF_THE_PLAN = {"rhythm", *DATES}
OF_CALENDARS = {"sponsor_rhythm", *OF_THE_PLAN}


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
        kickoff.refuse_more_hours(assignment, charter)
    record(by, "charter.changed", charter, fields=changed)
    assignment.charter = charter
    _follow(assignment, charter, changed)
    raise_revision(assignment)
    _ask_everybody(assignment, charter, by)
    return charter


def follow_decision(assignment: Assignment, *, by: User, **values: Any) -> None:
    """Write into the charter what was decided elsewhere; everybody acknowledges the new version."""
    charter = Charter.objects.select_for_update(of=("self",)).get(assignment=assignment)
    _save(charter, charter.version, values)
    record(by, "charter.changed", charter, fields=values)
    assignment.charter = charter
    _follow(assignment, charter, set(values))
    _ask_everybody(assignment, charter, by)


def change_rhythm(assignment: Assignment, *, by: User, version: int, rhythm: str) -> Charter:
    """Another rhythm of check-ins and nothing else: a new version of the charter like any change of it."""
    require(can_edit_charter(by, assignment))
    charter = Charter.objects.get(assignment=assignment)
    words = {name: getattr(charter, name) for name in FIELDS} | {"rhythm": rhythm}
    if charter.version != version:
        raise Stale(_("The charter was changed while you were choosing."))
    return write(assignment, by=by, version=version, words=words)


def _begin(assignment: Assignment, by: User, words: dict[str, Any]) -> Charter:
    try:
        with transaction.atomic():
            charter = Charter.objects.create(assignment=assignment, updated_at=now(), **words)
    except IntegrityError:
        raise Stale(_("The other of you has begun the charter meanwhile.")) from None
    record(by, "charter.written", charter, fields=FIELDS)
    raise_revision(assignment)
    _ask_everybody(assignment, charter, by)
    return charter


def _ask_everybody(assignment: Assignment, charter: Charter, by: User) -> None:
    """The other two acknowledge; whoever answers for hours and cover is asked where those are new."""
    messages.charter.asked(charter, by=by)
    manager_agreement.ask(assignment, charter, by=by)


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
    if changed & OF_CALENDARS and assignment.status == Status.ACTIVE:
        invitation.send(assignment)


@transaction.atomic
def acknowledge(charter: Charter, *, by: User) -> None:
    """Agree to the version that was read; when nothing else is missing the third party's yes begins the work."""
    require(can_acknowledge_charter(by, charter))
    # The lock makes the last two of them come one after the other.
    current = Charter.objects.select_for_update(of=("self",)).get(pk=charter.pk)
    if current.version != charter.version:
        raise Stale(_("The charter was changed after you opened it. Read the new version, then acknowledge it."))
    assignment = Assignment.objects.select_related("mentee__manager", "mentor", "sponsor").get(pk=charter.assignment_id)
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
        kickoff.refuse_too_full_a_week(assignment, current, by)
        kickoff.begin_if_ready(assignment, current, by=by)
