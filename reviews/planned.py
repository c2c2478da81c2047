"""Reviews to hand in, for the calendar of their rater."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.planned import Planned

from .models import Review, ReviewStatus


def planned_for(user: User, since: date) -> Iterator[Planned]:
    """Those this person was asked for and has not handed in, from a day on; one query."""
    asked = Review.objects.filter(rater=user, status=ReviewStatus.DRAFT, due_on__gte=since)
    for review in asked.select_related("assignment"):
        title = _("Hand in the review: %(title)s") % {"title": review.assignment.title}
        yield Planned(f"review-{review.code}", title, review.due_on)
