"""How far raters agree over a cycle or the whole programme, never per person rated; in a fixed number of queries.

A unit is one criterion of one panel, its ratings are the observers' levels as they were handed in: what a
calibration changed afterwards says nothing about how independently people judged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .agreement import Alpha, Interval, Reading, alpha, bootstrap, reading
from .calibration_page import first_level
from .models import Relation, Review, ReviewCycle, Score
from .panels import LEAST_UNITS, Band, Icc, MeanBand, Sem, band, icc, mean_band, sem
from .severity import Rated, Severity, estimate

Unit = tuple[int, int, int]
# How many observers the errors of a mean are shown for.
OBSERVERS = (1, 2, 3, 4, 5)
MIDDLE = 3.0


@dataclass(frozen=True)
class AlphaRow:
    """Krippendorff's α of one criterion, or of all; no word and no figure where there are too few units."""

    name: str
    alpha: Alpha
    interval: Interval | None
    reading: Reading

    @property
    def shown(self) -> bool:
        return self.reading.value is not None


@dataclass(frozen=True)
class IccRow:
    """ICC(1,1) or ICC(1,k) of the units with one number of raters, because raters are nested in people."""

    name: str
    icc: Icc
    band: Band

    @property
    def shown(self) -> bool:
        return self.icc.value is not None and self.icc.parts[0] >= LEAST_UNITS


@dataclass(frozen=True)
class ErrorRow:
    """How far the mean of so many observers may lie from what all would say, and the band about a mean of 3."""

    observers: int
    sem: Sem
    band: MeanBand


@dataclass(frozen=True)
class SeverityRow:
    name: str
    severity: Severity


@dataclass(frozen=True)
class ProgrammeAgreement:
    alphas: tuple[AlphaRow, ...]
    iccs: tuple[IccRow, ...]
    errors: tuple[ErrorRow, ...]
    severities: tuple[SeverityRow, ...]
    panels: int
    ratings: int


def read(cycle: ReviewCycle | None) -> ProgrammeAgreement:
    """Over one cycle, or over all where there is none; three queries."""
    scores = _scores(cycle)
    units: dict[Unit, list[int]] = defaultdict(list)
    by_criterion: dict[str, dict[Unit, list[int]]] = defaultdict(lambda: defaultdict(list))
    rated: list[Rated] = []
    names: dict[str, str] = {}
    for score in scores:
        level, review = first_level(score), score.review
        if level is None:
            continue
        unit = (review.assignment_id, review.cycle_id, score.criterion_id)
        units[unit].append(level)
        by_criterion[score.criterion.name][unit].append(level)
        rater = review.rater_email or str(review.rater_id)
        names[rater] = review.name
        rated.append(Rated(rater, unit, review.assignment.mentee_id, level))
    return ProgrammeAgreement(
        alphas=tuple(_alphas(units, by_criterion)),
        iccs=tuple(_iccs(list(units.values()))),
        errors=tuple(_errors()),
        severities=tuple(_severities(rated, names)),
        panels=len({(unit[0], unit[1]) for unit in units}),
        ratings=len(rated),
    )


def _scores(cycle: ReviewCycle | None) -> list[Score]:
    reviews = Review.objects.final().exclude(relation=Relation.SELF)
    if cycle is not None:
        reviews = reviews.filter(cycle=cycle)
    scores = Score.objects.filter(review__in=reviews.order_by())
    related = ("criterion", "review__rater", "review__assignment")
    return list(scores.select_related(*related).prefetch_related("changes").order_by("criterion__position", "pk"))


def _alphas(units: Mapping[Unit, list[int]], by_criterion: Mapping[str, Mapping[Unit, list[int]]]) -> list[AlphaRow]:
    return [
        _alpha("", list(units.values())),
        *(_alpha(name, list(own.values())) for name, own in by_criterion.items()),
    ]


def _alpha(name: str, units: Sequence[Sequence[int]]) -> AlphaRow:
    found = alpha(units, metric="ordinal")
    word = reading(found)
    return AlphaRow(name, found, bootstrap(units) if word.value is not None else None, word)


def _iccs(units: Sequence[Sequence[int]]) -> list[IccRow]:
    """Of the units with the number of ratings that occurs most: a correlation wants rows of one length."""
    lengths = Counter(len(unit) for unit in units if len(unit) > 1)
    if not lengths:
        return []
    most = max(lengths, key=lambda length: (lengths[length], length))
    found = icc([unit for unit in units if len(unit) == most])
    return [
        IccRow(name, found[key], band(found[key])) for name, key in (("ICC(1,1)", "icc_1_1"), ("ICC(1,k)", "icc_1_k"))
    ]


def _errors() -> list[ErrorRow]:
    """From the fallback until the programme has crossed ratings of its own: raters nested in people give none."""
    return [ErrorRow(k, error := sem(k), mean_band(MIDDLE, error)) for k in OBSERVERS]


def _severities(rated: Sequence[Rated], names: Mapping[str, str]) -> list[SeverityRow]:
    """By name: there is no order by figure."""
    found = estimate(rated)
    rows = [SeverityRow(names[str(rater)], severity) for rater, severity in found.items()]
    return sorted(rows, key=lambda row: row.name)
