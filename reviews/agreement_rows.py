"""The levels of observers as they were handed in, read in one pass however many there are.

Of a million levels nothing is kept but how many units have each set of ratings, and four numbers a level.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from .agreement import Pattern
from .models import Criterion, PracticeRating, RatingPractice, Relation, Review, ReviewCycle, Score, ScoreChange

CHUNK = 5000
COLUMNS = (
    "review__assignment_id", "review__cycle_id", "criterion_id",
    "review__rater_id", "review__rater_email", "review__assignment__mentee_id", "first",
)  # fmt: skip
# Where a level that was not observed at first has no number; no level is 0.
NOT_OBSERVED = 0


class Numbered(dict[Any, int]):
    """Numbers from 0 on, in the order in which things are met."""

    def __missing__(self, key: Any) -> int:
        number = self[key] = len(self)
        return number


@dataclass
class Rows:
    """What is left of all levels: patterns by criterion, and for severity four numbers a level."""

    patterns: dict[str, Counter[Pattern]] = field(default_factory=lambda: defaultdict(Counter))
    raters: Numbered = field(default_factory=Numbered)
    who: array = field(default_factory=lambda: array("q"))
    unit: array = field(default_factory=lambda: array("q"))
    mentee: array = field(default_factory=lambda: array("q"))
    level: array = field(default_factory=lambda: array("b"))
    panels: int = 0

    @property
    def ratings(self) -> int:
        return len(self.level)

    @property
    def every(self) -> Counter[Pattern]:
        """Over all criteria."""
        total: Counter[Pattern] = Counter()
        for own in self.patterns.values():
            total.update(own)
        return total


def rows_of(cycle: ReviewCycle | None) -> Rows:
    """Of one cycle, or of all where there is none; two queries."""
    names = dict(Criterion.objects.order_by("position", "pk").values_list("pk", "name"))
    found = Rows()
    for name in names.values():
        found.patterns[name] = Counter()
    panel: tuple[Any, ...] | None = None
    for number, (unit, own) in enumerate(groupby(_levels(cycle), key=lambda row: row[:3])):
        rated = list(own)
        found.patterns[names[unit[2]]][tuple(sorted(row[-1] for row in rated))] += 1
        found.panels += unit[:2] != panel
        panel = unit[:2]
        for _assignment, _cycle, _criterion, rater, email, mentee, level in rated:
            found.who.append(found.raters[email or rater])
            found.unit.append(number)
            found.mentee.append(mentee)
            found.level.append(level)
    found.patterns = {name: own for name, own in found.patterns.items() if own}
    return found


def _levels(cycle: ReviewCycle | None) -> Iterator[tuple[Any, ...]]:
    """What a calibration changed afterwards says nothing about how independently people judged."""
    reviews = Review.objects.final().exclude(relation=Relation.SELF)
    if cycle is not None:
        reviews = reviews.filter(cycle=cycle)
    changes = ScoreChange.objects.filter(score=OuterRef("pk")).order_by("pk")
    changed = changes.values(then=Coalesce("before", NOT_OBSERVED))[:1]
    first = Coalesce(Subquery(changed), "level", NOT_OBSERVED)
    scores = Score.objects.filter(review__in=reviews.order_by()).annotate(first=first).exclude(first=NOT_OBSERVED)
    return scores.order_by(*COLUMNS[:3], "pk").values_list(*COLUMNS).iterator(chunk_size=CHUNK)


@dataclass(frozen=True)
class Practised:
    """Cases by raters: the levels that everybody gave at first, before the experts' were known.

    `left_out` are those who have not rated every case that is published now.
    """

    table: tuple[tuple[int, ...], ...]
    raters: int
    left_out: int


def practised(cases: list[int]) -> Practised:
    """What each person gave each case the first time, of exercises in which the experts' levels were looked at.

    A case that was published later is rated in a later exercise, and still before its experts' level is known.
    """
    whole: list[tuple[int, ...]] = []
    people = 0
    for _person, rows in groupby(_practice_levels(), key=lambda row: row[0]):
        people += 1
        first: dict[int, int] = {}
        for _who, case, level in rows:
            first.setdefault(case, level)
        if all(case in first for case in cases):
            whole.append(tuple(first[case] for case in cases))
    return Practised(tuple(zip(*whole, strict=True)), len(whole), people - len(whole))


def _practice_levels() -> Iterator[tuple[Any, ...]]:
    seen = RatingPractice.objects.filter(seen_at__isnull=False)
    ratings = PracticeRating.objects.filter(practice__in=seen, round=PracticeRating.FIRST)
    columns = ("practice__person_id", "practice_id", "vignette_id")
    return ratings.order_by(*columns).values_list(columns[0], "vignette_id", "level").iterator(chunk_size=CHUNK)
