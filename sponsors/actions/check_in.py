"""Check-ins with the sponsor: planned by the charter's rhythm, written down by one, acknowledged by another."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.cadence import sponsor_days
from assignments.models import Assignment, DashboardChange, Status
from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require
from stretchhub.wake import wake

from .. import messages
from ..models import CheckInPlan, SponsorCheckIn
from ..rules import can_acknowledge_check_in, can_record_check_in

BATCH = 500


def plan_behind() -> int:
    """Plan for every assignment that has changed since it was planned; one query when none has."""
    planned = 0
    behind = Assignment.objects.filter(sponsor__isnull=False, charter__isnull=False)
    behind = behind.exclude(sponsor_plan__revision=F("revision")).order_by("pk")
    last = 0
    while batch := list(behind.filter(pk__gt=last).select_related("charter", "sponsor")[:BATCH]):
        for assignment in batch:
            plan(assignment)
        last, planned = batch[-1].pk, planned + len(batch)
    return planned


@transaction.atomic
def plan(assignment: Assignment) -> None:
    """Plan the days with the sponsor from today to the end; doing it twice changes nothing.

    What lies ahead and is no longer wanted is cancelled: by a pause, an end, another rhythm or another sponsor.
    What has passed stays on record, kept or missed.
    """
    sponsor = assignment.sponsor
    assert sponsor is not None  # `plan_behind` leaves out what nobody sponsors yet
    day = today(sponsor.zone)
    wanted = _wanted(assignment, sponsor, day)
    before = planned_days(assignment)
    standing = SponsorCheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True)
    planned = standing.planned()
    planned.exclude(sponsor=sponsor).update(cancelled_at=now())
    # Today's stays while the work goes on, whatever the new rhythm says.
    first = day + timedelta(days=1) if assignment.status == Status.ACTIVE else day
    planned.filter(due_on__gte=first).exclude(due_on__in=wanted).update(cancelled_at=now())
    known = set(standing.values_list("due_on", flat=True))
    SponsorCheckIn.objects.bulk_create(
        [SponsorCheckIn(assignment=assignment, sponsor=sponsor, due_on=due) for due in wanted if due not in known],
        ignore_conflicts=True,
    )
    if planned_days(assignment) != before:
        _show_again(assignment)
    CheckInPlan.objects.update_or_create(assignment=assignment, defaults={"revision": assignment.revision})


def planned_days(assignment: Assignment) -> list[date]:
    planned = SponsorCheckIn.objects.planned().filter(assignment=assignment)
    return list(planned.order_by("due_on").values_list("due_on", flat=True))


def _show_again(assignment: Assignment) -> None:
    """The next talk stands on the sponsor's page: it is built once more, without a change to acknowledge."""
    DashboardChange.objects.note([assignment.sponsor_id])
    wake("sponsors.tasks.build_dashboards")


def _wanted(assignment: Assignment, sponsor: User, day: date) -> list[date]:
    """The days that the charter's rhythm asks for, counted from where this sponsor began or the work resumed."""
    if assignment.status != Status.ACTIVE or not sponsor.is_active:
        return []
    begun = assignment.talks_from
    assert begun and assignment.ends_on  # a constraint: what is active has both
    days = sponsor_days(assignment.charter.sponsor_rhythm, begun, assignment.ends_on, sponsor.working_days)
    return [due for due in days if due >= day]


@transaction.atomic
def write_down(check_in: SponsorCheckIn, *, by: User, held_on: date, **facts: str) -> None:
    """Keep the four facts of a talk and tell the other two; of two who write at once the first is kept."""
    require(can_record_check_in(by, check_in))
    planned = SponsorCheckIn.objects.planned().filter(pk=check_in.pk)
    written = planned.update(recorded_by=by, recorded_at=now(), held_on=held_on, **facts)
    check_in.refresh_from_db()
    if not written:
        raise Refused(_("This check-in was written down meanwhile. The first words are kept; read them here."))
    record(by, "sponsor_check_in.written", check_in, fields=["held_on", *(name for name in facts if facts[name])])
    messages.check_in.written(check_in)
    _show_again(check_in.assignment)


@transaction.atomic
def acknowledge(check_in: SponsorCheckIn, *, by: User) -> None:
    """Say that it was so; the writer is told. Saying it twice is as once."""
    require(can_acknowledge_check_in(by, check_in))
    fresh = SponsorCheckIn.objects.filter(pk=check_in.pk, acknowledged_by__isnull=True)
    if fresh.update(acknowledged_by=by, acknowledged_at=now()):
        record(by, "sponsor_check_in.acknowledged", check_in, fields=["acknowledged_at"])
        check_in.refresh_from_db()
        messages.check_in.acknowledged(check_in)
