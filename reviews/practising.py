"""Where somebody's rating practice stands, and what it shows; in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .models import Criterion, PracticeRating, RatingPractice, Rubric, RubricStatus, Vignette
from .vignettes import Practice, practice

# How many are rated again once the experts' levels are known.
AGAIN = 3


@dataclass(frozen=True)
class Case:
    """A case with what this person gave it first and again; None where not yet."""

    number: int
    vignette: Vignette
    first: int | None
    again: int | None
    gold: int

    @property
    def gap(self) -> int:
        """How many levels above the experts the first one was; 0 before it is given."""
        return self.first - self.gold if self.first is not None else 0


@dataclass(frozen=True)
class Practising:
    """All cases in order, those that are rated again, and the figures of the first and the second time."""

    cases: tuple[Case, ...]
    seen: bool
    rated_again: tuple[Case, ...]
    first: Practice
    second: Practice

    @property
    def round(self) -> int:
        return PracticeRating.AGAIN if self.seen else PracticeRating.FIRST

    @property
    def to_rate(self) -> tuple[Case, ...]:
        """Those that may be given a level now; before the experts' are seen one may change one's mind."""
        return tuple(case for case in self.rated_again if case.again is None) if self.seen else self.cases

    @property
    def unrated(self) -> tuple[Case, ...]:
        """Those still without a level in this round."""
        return self.to_rate if self.seen else tuple(case for case in self.cases if case.first is None)

    @property
    def is_over(self) -> bool:
        return self.seen and not self.to_rate


def practising(one: RatingPractice) -> Practising:
    """The cases that it began with, with what this person gave them; two queries."""
    given = {(rating.vignette_id, rating.round): rating for rating in PracticeRating.objects.filter(practice=one)}
    cases = tuple(_case(number, each, given) for number, each in enumerate(one.cases.all(), start=1))
    again = _to_rate_again(cases)
    return Practising(
        cases=cases,
        seen=one.seen_at is not None,
        rated_again=again,
        first=practice([case.gold for case in cases], [case.first for case in cases]),
        second=practice([case.gold for case in again], [case.again for case in again], least=AGAIN),
    )


def _case(number: int, vignette: Vignette, given: dict[tuple[int, int], PracticeRating]) -> Case:
    first = given.get((vignette.pk, PracticeRating.FIRST))
    again = given.get((vignette.pk, PracticeRating.AGAIN))
    gold = first.gold if first else vignette.gold
    return Case(number, vignette, first.level if first else None, again.level if again else None, gold)


def _to_rate_again(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Where the first level lay furthest from the experts', in the order of the cases."""
    furthest = sorted(cases, key=lambda case: (-abs(case.gap), case.number))[:AGAIN]
    return tuple(sorted(furthest, key=lambda case: case.number))


def criterion_of(vignette: Vignette) -> Criterion | None:
    """The criterion with the anchors that a case is rated by: of the newest version that was published."""
    published = Criterion.objects.filter(key=vignette.criterion_key).exclude(rubric__status=RubricStatus.DRAFT)
    newest = published.order_by("rubric__status", "-rubric__version", "rubric__name", "pk")
    return newest.prefetch_related("levels").select_related("rubric").first()


def rubric_in_use() -> Rubric | None:
    """The rubric whose anchors are read before practising."""
    return Rubric.objects.published().order_by("-version", "name").first()
