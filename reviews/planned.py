"""Reviews to hand in and calibrations to come to, for a person's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.planned import Planned

from .models import CalibrationSession, Review, ReviewStatus


def planned_for(user: User, since: date) -> Iterator[Planned]:
    """Reviews not handed in, and sessions this person leads or is asked to, from a day on; two queries."""
    asked = Review.objects.filter(rater=user, status=ReviewStatus.DRAFT, due_on__gte=since)
    for review in asked.select_related("assignment"):
        title = _("Hand in the review: %(title)s") % {"title": review.assignment.title}
        yield Planned(f"review-{review.code}", title, review.due_on)
    for session in CalibrationSession.objects.asking(user).filter(held_on__gte=since):
        title = _("Calibration: %(name)s") % {"name": session.name}
        yield Planned(f"calibration-{session.code}", title, session.held_on)
