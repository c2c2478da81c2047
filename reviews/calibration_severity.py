"""The mean of an item beside what it would be by raters of middling severity; for calibrators and HR.

By what raters gave to other work, as it was worked out last night. What somebody gave in practice is theirs alone and
enters nothing here, so of a rater who shares too little work with others nothing is known.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from assignments.method import Reason

from .calibration_page import level_then
from .models import CalibrationItem, RaterSeverity, Relation, Review, Score
from .severity import SHRINKAGE, Adjusted, Rated, Severity, adjust


@dataclass(frozen=True)
class Beside:
    """The mean with severities taken off beside the plain one, and what the raters are called."""

    found: Adjusted
    names: Mapping[Hashable, str]


def mean_beside(item: CalibrationItem) -> Beside | None:
    """Over the observers' levels as they count now; None where nobody gave one. Three queries."""
    scores = Score.objects.filter(review__assignment=item.assignment_id, criterion=item.criterion_id)
    asked = scores.filter(review__in=Review.objects.asked().filter(cycle=item.session.cycle_id))
    observed = asked.exclude(review__relation=Relation.SELF).select_related("review__rater").prefetch_related("changes")
    names: dict[Hashable, str] = {}
    rated = []
    for score in observed.order_by("review_id", "pk"):
        level = level_then(score)
        if level is not None:
            rater = score.review.rater_email or score.review.rater_id
            names[rater] = score.review.name
            rated.append(Rated(rater, item.pk, item.assignment_id, level))
    if not rated:
        return None
    return Beside(adjust(rated, _severities(names))[item.pk], names)


def _severities(raters: Mapping[Hashable, str]) -> dict[Hashable, Severity]:
    """Of those among these people of whom it can be told, over all cycles."""
    people = [rater for rater in raters if isinstance(rater, int)]
    outsiders = [rater for rater in raters if isinstance(rater, str)]
    whose = Q(rater__in=people) | Q(email__in=outsiders)
    rows = RaterSeverity.objects.filter(whose, reading__all_cycles=True)
    return {
        row.email or row.rater_id: Severity(
            row.value, Reason("estimated"), (row.raw, row.ratings, row.mentees, SHRINKAGE)
        )
        for row in rows
    }
