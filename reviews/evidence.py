"""The evidence that a rater is shown and may rest a level on."""

from __future__ import annotations

from django.db.models import QuerySet

from assignments.models import Evidence, Setback

from .models import NAMED, Relation, Review

# The criterion that a setback speaks of.
RESTS_ON_SETBACKS = "adaptability"
# Those who see all evidence of an assignment, shared or not.
INSIDERS = ("mentee", "mentor")


def evidence_for(review: Review) -> QuerySet[Evidence]:
    """Mentee and mentor see all of it, the sponsor what is shared with the sponsor, and whoever
    is named, by account or from outside, what the mentee shared for the review.
    """
    evidence = Evidence.objects.filter(assignment_id=review.assignment_id)
    if review.relation == Relation.SPONSOR:
        evidence = evidence.filter(shared_with_sponsor=True)
    elif review.relation in NAMED:
        evidence = evidence.filter(shared_at_review=True)
    return evidence.order_by("-happened_on", "-id")


def setbacks_for(review: Review) -> QuerySet[Setback]:
    """Mentee and mentor see all of them, the sponsor those that are shared; whoever is named none."""
    setbacks = Setback.objects.filter(assignment_id=review.assignment_id)
    if review.relation == Relation.SPONSOR:
        setbacks = setbacks.filter(shared_with_sponsor=True)
    elif review.relation in NAMED:
        setbacks = setbacks.none()
    return setbacks.order_by("-happened_on", "-id")
