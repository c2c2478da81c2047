"""What the observers of a piece of work say together: everybody but the mentee, what they did not see left out."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from .minimum import Minimum, minimum
from .models import NOT_ASKED, Relation, Review, Score


def observer_median(panel: Iterable[Review]) -> float | None:
    """The median of every level that observers gave in these reviews, over all criteria; None where they gave none."""
    levels = Score.objects.filter(review__in=[review.pk for review in panel], level__isnull=False)
    given = list(levels.exclude(review__relation=Relation.SELF).values_list("level", flat=True))
    return float(median(given)) if given else None


def minimum_of(panel: Iterable[Review]) -> Minimum:
    """Whether those of these reviews that are asked for, written or not, are enough to become final."""
    return minimum(review.relation for review in panel if review.status not in NOT_ASKED)
