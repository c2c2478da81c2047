"""The status set by hand: with a reason, for fourteen days at the most, and taken back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment, StatusOverride
from assignments.refusals import Refused, Stale
from assignments.rules import can_set_status
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .revision import raise_revision

LONGEST = timedelta(days=14)


@transaction.atomic
def set_status(assignment: Assignment, *, by: User, value: str, reason: str, expires_on: date) -> StatusOverride:
    """Let this status hold in place of what the signals say; everybody who sees the status reads who and why."""
    require(can_set_status(by, assignment))
    day = today(assignment.mentee.zone)
    if not day <= expires_on <= day + LONGEST:
        raise Refused(_("It holds for fourteen days at the most. Choose an earlier day."))
    standing(assignment).update(ended_at=now())
    try:
        with transaction.atomic():
            override = StatusOverride.objects.create(
                assignment=assignment, value=value, reason=reason, expires_on=expires_on, by=by, at=now()
            )
    except IntegrityError:
        raise Stale(_("The other of you has set the status at the same moment.")) from None
    record(by, "status.set", override, fields=["expires_on", "reason", "value"])
    raise_revision(assignment)
    return override


@transaction.atomic
def take_back(assignment: Assignment, *, by: User) -> None:
    """What the signals say holds again; saying it twice is as once."""
    require(can_set_status(by, assignment))
    if standing(assignment).update(ended_at=now()):
        record(by, "status.taken_back", assignment, fields=["ended_at"])
        raise_revision(assignment)


def standing(assignment: Assignment):
    return StatusOverride.objects.filter(assignment=assignment, ended_at__isnull=True)
