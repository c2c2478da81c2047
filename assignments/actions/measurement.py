"""Actual values of an outcome, recorded during the work and taken back where they were wrong."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Assignment, BriefOutcome, BriefStatus, Measurement
from ..refusals import Refused
from ..rules import can_record_measurement
from .assignment import raise_revision


@transaction.atomic
def record_measurement(assignment: Assignment, *, by: User, outcome: BriefOutcome, **words: Any) -> Measurement:
    """Write down what an outcome came to on a day, which the sponsor sees too."""
    require(can_record_measurement(by, assignment))
    agreed = BriefOutcome.objects.filter(
        pk=outcome.pk,
        version__brief__option=assignment.option_id,
        version__status=BriefStatus.SPONSOR_ACCEPTED,
    )
    if not agreed.exists():
        raise Refused(_("This outcome is not one that the sponsor agreed to."))
    measurement = Measurement.objects.create(
        assignment=assignment, outcome=outcome, recorded_by=by, recorded_at=now(), **words
    )
    record(by, "measurement.recorded", measurement, fields=["outcome", *words])
    raise_revision(assignment)
    return measurement


@transaction.atomic
def take_back(measurement: Measurement, *, by: User) -> None:
    """Count a measurement no longer; it stays on record and can be put back."""
    require(can_record_measurement(by, measurement.assignment))
    if not Measurement.objects.filter(pk=measurement.pk, taken_back_at__isnull=True).update(taken_back_at=now()):
        raise Refused(_("This measurement was taken back already."))
    _moved(measurement, by, "measurement.taken_back")


@transaction.atomic
def put_back(measurement: Measurement, *, by: User) -> None:
    """Count a measurement again that was taken back."""
    require(can_record_measurement(by, measurement.assignment))
    if not Measurement.objects.filter(pk=measurement.pk, taken_back_at__isnull=False).update(taken_back_at=None):
        raise Refused(_("This measurement counts already."))
    _moved(measurement, by, "measurement.put_back")


def _moved(measurement: Measurement, by: User, verb: str) -> None:
    measurement.refresh_from_db()
    record(by, verb, measurement, fields=["taken_back_at"])
    raise_revision(measurement.assignment)
