"""What waits for a rater: the reviews they have not handed in."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.waiting import Waiting

from .models import Relation, Review, ReviewStatus


def waiting_for(user) -> list[Waiting]:
    """One line for each review this person was asked for and has not handed in."""
    asked = Review.objects.filter(rater=user, status=ReviewStatus.DRAFT).select_related("assignment__mentee")
    return [
        Waiting(
            kind="reviews.to_write",
            title=_("Review “%(title)s”") % {"title": review.assignment.title},
            reason=_reason(review),
            url=reverse("reviews:review", args=[review.code]),
            action=_("Review"),
            due_on=review.due_on,
            person=review.assignment.mentee,
        )
        for review in asked.order_by("due_on", "pk")
    ]


def _reason(review: Review) -> str:
    words = {"mentee": review.assignment.mentee.name}
    if review.relation == Relation.SELF:
        return _("Your own view stands beside the others’; it is never averaged in.")
    if review.relation == Relation.COLLEAGUE:
        return _("%(mentee)s’s work is being reviewed and you saw it.") % words
    return _("Nobody sees a rating of %(mentee)s’s work before all are in.") % words
