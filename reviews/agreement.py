"""How far raters agree across many ratings: Krippendorff's α, which changing raters and gaps do not hinder.

A figure of the programme, never of a person. A unit is one criterion of one review; its ratings are those of its
observers, without the person's own. The intraclass correlations of complete tables stand in `reviews.panels`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from assignments.method import Reason

from .panels import Components, Icc, Sem, band, components, icc, mean_band, sem

__all__ = [
    "Alpha",
    "Components",
    "Icc",
    "Interval",
    "Metric",
    "Reading",
    "Sem",
    "alpha",
    "alpha_of_patterns",
    "band",
    "bootstrap",
    "bootstrap_of_patterns",
    "components",
    "icc",
    "mean_band",
    "reading",
    "sem",
]

Metric = Literal["nominal", "ordinal", "interval"]
# The ratings of a unit in ascending order.
Pattern = tuple[float, ...]
# Krippendorff 2004: what may be relied on, and what allows tentative conclusions.
RELIABLE, TENTATIVE = 0.8, 0.667
# Fewer units than this show no word at all; so many are aimed at before a word is more than a hint.
LEAST_UNITS, AIM_UNITS = 10, 30
DRAWS = 2000
SEED = 20240601
# An interval is of the draws that have an α; where more than this share has none, there is no interval.
LOST_AT_MOST = 0.05


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's α (`value`); None where it is undefined.

    `parts` are the disagreement that was observed and the one to expect by chance, both on the metric's own scale;
    `units` were rated twice or more often and hold `pairable` ratings. The reason is `counted`, `nothing_pairable`
    (no unit has two ratings) or `no_variation` (one level is used throughout: this is neither agreement nor its lack).
    """

    value: float | None
    reason: Reason
    parts: tuple[float, float] | None
    metric: Metric
    units: int
    pairable: int


@dataclass(frozen=True)
class Interval:
    """The 95 % interval of an α by drawing units again (`value` is its α); the ends are None where it has none.

    The reason is `drawn`, that of an undefined α, or `too_even`: too many draws meet no variation. `parts` are the
    draws with an α and all draws.
    """

    value: float | None
    reason: Reason
    low: float | None
    high: float | None
    parts: tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """The word for a figure (`value`), None where none may be shown; `parts` are what it was judged on."""

    value: str | None
    reason: Reason
    parts: tuple[Any, ...] = ()


def alpha(units: Sequence[Sequence[float | None]], metric: Metric = "ordinal") -> Alpha:
    """Krippendorff's α of units, each with its ratings; None stands for a missing one."""
    return _alpha(_Coincidences.of(units), metric)


def alpha_of_patterns(patterns: Mapping[Pattern, int], metric: Metric = "ordinal") -> Alpha:
    """The same of any number of units, given as how many there are of each set of ratings in ascending order."""
    return _alpha(_Coincidences(patterns), metric)


def _alpha(table: _Coincidences, metric: Metric) -> Alpha:
    n = table.pairable
    if not n:
        return Alpha(None, Reason("nothing_pairable"), None, metric, 0, 0)
    if len(table.levels) == 1:
        return Alpha(None, Reason("no_variation", {"level": table.levels[0]}), None, metric, table.units, n)
    observed, expected = table.disagreement(table.total, metric)
    reason = Reason("counted", {"units": table.units, "ratings": n})
    return Alpha(1 - observed / expected, reason, (observed, expected), metric, table.units, n)


def bootstrap(
    units: Sequence[Sequence[float | None]], metric: Metric = "ordinal", *, draws: int = DRAWS, seed: int = SEED
) -> Interval:
    """How far α could have come out otherwise: the middle 95 % of the αs of units drawn again with replacement."""
    table = _Coincidences.of(units)
    return _bootstrap(table, _alpha(table, metric), metric, draws, seed)


def bootstrap_of_patterns(
    patterns: Mapping[Pattern, int], metric: Metric = "ordinal", *, draws: int = DRAWS, seed: int = SEED
) -> Interval:
    """The same of any number of units: how many of each pattern a draw holds is drawn at once."""
    table = _Coincidences(patterns)
    return _bootstrap(table, _alpha(table, metric), metric, draws, seed)


def _bootstrap(table: _Coincidences, found: Alpha, metric: Metric, draws: int, seed: int) -> Interval:
    if found.value is None:
        return Interval(None, found.reason, None, None, (0, 0))
    drawn = np.array([table.alpha_of(counts, metric) for counts in table.drawn(draws, seed)])
    drawn = drawn[~np.isnan(drawn)]
    parts = (len(drawn), draws)
    if len(drawn) < draws * (1 - LOST_AT_MOST):
        return Interval(
            found.value, Reason("too_even", {"draws": draws, "lost": draws - len(drawn)}), None, None, parts
        )
    low, high = (float(end) for end in np.quantile(drawn, (0.025, 0.975)))
    return Interval(found.value, Reason("drawn", {"draws": draws}), low, high, parts)


def reading(found: Alpha) -> Reading:
    """What an α allows: `reliable`, `tentative` or `not_for_decisions`; no word for fewer than ten units.

    The reason is that of an undefined α, `too_few_units`, `below_aim` (a hint, with fewer than thirty) or `enough`.
    """
    parts = (found.value, found.units)
    if found.value is None:
        return Reading(None, found.reason, parts)
    params = {"units": found.units, "least": LEAST_UNITS, "aim": AIM_UNITS}
    if found.units < LEAST_UNITS:
        return Reading(None, Reason("too_few_units", params), parts)
    low = found.value < TENTATIVE
    word = "not_for_decisions" if low else "tentative" if found.value < RELIABLE else "reliable"
    return Reading(word, Reason("enough" if found.units >= AIM_UNITS else "below_aim", params), parts)


class _Coincidences:
    """How often each level meets each other level within a unit; every unit weighs as many as its ratings."""

    def __init__(self, patterns: Mapping[Pattern, int], places: Any = None) -> None:
        kept = {pattern: units for pattern, units in sorted(patterns.items()) if len(pattern) > 1 and units}
        self.levels = sorted({level for pattern in kept for level in pattern})
        self.counts = np.array(list(kept.values()), dtype=np.int64)
        self.units = int(self.counts.sum())
        self.pairable = sum(len(pattern) * units for pattern, units in kept.items())
        self.tables = np.array([self._of(pattern) for pattern in kept])
        # Which pattern each unit has, in the order they came in; not known of many.
        self.places = places

    @classmethod
    def of(cls, units: Sequence[Sequence[float | None]]) -> _Coincidences:
        """Of units one by one: those with the same ratings make one pattern."""
        rated = [tuple(sorted(level for level in unit if level is not None)) for unit in units]
        pairs = [unit for unit in rated if len(unit) > 1]
        at = {pattern: place for place, pattern in enumerate(sorted(set(pairs)))}
        return cls(Counter(pairs), np.array([at[unit] for unit in pairs], dtype=np.int64))

    @property
    def total(self) -> Any:
        return self._sum(self.counts)

    def _of(self, pattern: Sequence[float]) -> Any:
        counts = np.array([pattern.count(level) for level in self.levels], dtype=float)
        return (np.outer(counts, counts) - np.diag(counts)) / (len(pattern) - 1)

    def _sum(self, counts: Any) -> Any:
        return np.tensordot(counts, self.tables, axes=1)

    def drawn(self, draws: int, seed: int) -> Iterator[Any]:
        """How many units of each pattern every draw holds."""
        random = np.random.default_rng(seed)
        for _ in range(draws):
            if self.places is None:
                yield random.multinomial(self.units, self.counts / self.units)
            else:
                places = self.places[random.integers(0, self.units, self.units)]
                yield np.bincount(places, minlength=len(self.tables))

    def alpha_of(self, counts: Any, metric: Metric) -> float:
        """The α of so many units of each pattern; not a number where it is undefined."""
        observed, expected = self.disagreement(self._sum(counts), metric)
        return 1 - observed / expected if expected else math.nan

    def disagreement(self, table: Any, metric: Metric) -> tuple[float, float]:
        """What was observed and what chance would give, both as a mean over pairs of ratings."""
        used = table.sum(axis=1)
        n = used.sum()
        distance = _distance(self.levels, used, metric)
        expected = (np.outer(used, used) * distance).sum() / (n * (n - 1))
        return float((table * distance).sum() / n), float(expected)


def _distance(levels: Sequence[float], used: Any, metric: Metric) -> Any:
    """The squared distance of each level from each, which on the ordinal metric rests on how often they are used."""
    if metric == "nominal":
        return 1.0 - np.eye(len(levels))
    if metric == "interval":
        scale = np.array(levels, dtype=float)
    elif metric == "ordinal":
        # The ratings below a level and half of its own: two levels are as far apart as the ratings between them.
        scale = np.cumsum(used) - used / 2
    else:
        raise ValueError("metric")
    return np.subtract.outer(scale, scale) ** 2
