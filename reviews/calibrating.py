"""Which criteria of a panel are talked over before its reviews are final, and which have been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Count, QuerySet

from .models import (
    CalibrationItem,
    CalibrationWaiver,
    Outcome,
    Relation,
    Review,
    ReviewCycle,
    ReviewStatus,
    Score,
)
from .talking_points import Given, Point, point

# A panel is known by its assignment and its cycle.
Panel = tuple[int, int]


def panel_of(cycle_id: int, assignment_id: int) -> QuerySet[Review]:
    """The reviews that one assignment is asked in one cycle."""
    return Review.objects.asked().filter(cycle=cycle_id, assignment=assignment_id)


def points_of(reviews: Iterable[Review]) -> dict[Panel, dict[int, Point]]:
    """For each panel the criteria worth talking over, by the levels that count now; two queries for any number.

    The mentee's own review stands beside and brings nothing on an agenda.
    """
    panels = {review.pk: (review.assignment_id, review.cycle_id) for review in reviews}
    scores = (
        Score.objects.filter(review__in=panels.keys())
        .exclude(review__relation=Relation.SELF)
        .annotate(pieces=Count("evidence", distinct=True) + Count("setbacks", distinct=True))
        .order_by("criterion__position", "criterion_id", "review_id")
    )
    given: dict[Panel, dict[int, list[Given]]] = defaultdict(lambda: defaultdict(list))
    for score in scores:
        word = Given(score.review_id, score.level, score.pieces)
        given[panels[score.review_id]][score.criterion_id].append(word)
    return {
        panel: {criterion: found for criterion, words in criteria.items() if (found := point(words)).value}
        for panel, criteria in given.items()
    }


def needs_calibration(panel: QuerySet[Review]) -> bool:
    """Whether the reviews of a complete panel wait for a calibration; HR may have said that they need not."""
    first = panel.select_related("cycle").first()
    if first is None or not first.cycle.calibrates:
        return False
    if CalibrationWaiver.objects.filter(cycle=first.cycle_id, assignment=first.assignment_id).exists():
        return False
    return bool(open_points([first.assignment_id], first.cycle))


def open_points(assignments: Collection[int], cycle: ReviewCycle) -> dict[int, dict[int, Point]]:
    """By assignment the criteria that no locked session of this cycle has decided; none where all is settled."""
    reviews = Review.objects.asked().filter(cycle=cycle, assignment__in=assignments)
    decided = set(
        CalibrationItem.objects.filter(session__cycle=cycle, assignment__in=assignments, locked=True)
        .exclude(outcome=Outcome.OPEN)
        .values_list("assignment_id", "criterion_id")
    )
    found = {}
    for (assignment, _cycle), points in points_of(reviews.only("assignment_id", "cycle_id")).items():
        left = {criterion: each for criterion, each in points.items() if (assignment, criterion) not in decided}
        if left:
            found[assignment] = left
    return found


def waiting() -> QuerySet[Review]:
    """One row for each panel that waits for its calibration: the mentee's own review stands for it."""
    held = Review.objects.filter(status=ReviewStatus.CALIBRATING, relation=Relation.SELF)
    return held.order_by("assignment__title", "pk")
