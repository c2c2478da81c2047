"""What becomes of a panel that is complete: its reviews are final together, or wait for a calibration."""

from __future__ import annotations

from django.db.models import QuerySet

from assignments.actions.stretch import take_in_review
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User

from .. import calibration_messages, messages
from ..models import Relation, Review, ReviewStatus
from ..observers import observer_median
from . import packet as packets

HANDED_IN = (ReviewStatus.SUBMITTED, ReviewStatus.CALIBRATING)


def finalise(panel: QuerySet[Review], *, by: User | None) -> None:
    """Make every review of a panel final, freeze their packet and tell the two; the one way to be final."""
    panel.filter(status__in=HANDED_IN).update(status=ReviewStatus.FINAL, final_at=now())
    for each in panel:
        record(by, "review.finalised", each, fields=["status"])
    parties = ("assignment__mentee", "assignment__mentor", "assignment__sponsor")
    own = panel.select_related(*parties, "cycle__rubric").get(relation=Relation.SELF)
    # Where an outsider was the last one in, the step is written down by the mentor.
    take_in_review(own.assignment, by=by or own.assignment.mentor, observer_median=observer_median(panel))
    messages.final(own)
    packets.freeze(own.assignment, own.cycle, by=by)


def hold(panel: QuerySet[Review], *, by: User | None) -> None:
    """Let the reviews of a panel wait until what lies apart has been talked over, and tell those who calibrate."""
    ids = list(panel.filter(status=ReviewStatus.SUBMITTED).values_list("pk", flat=True))
    panel.filter(pk__in=ids).update(status=ReviewStatus.CALIBRATING)
    for each in panel.filter(pk__in=ids):
        record(by, "review.calibrating", each, fields=["status"])
    calibration_messages.wanted(panel.get(relation=Relation.SELF))
