"""How much milder or stricter each rater is than those who rated the same units.

Shown to whoever calibrates, beside what was rated and never in its place; never worked out for groups of people.
Where everybody rates people of their own, a strict rater cannot be told from weak work: then nothing is estimated,
and what vignettes showed of the rater stands in for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from assignments.method import Reason

from .panels import HIGHEST, LOWEST

LEAST_RATINGS, LEAST_MENTEES = 5, 3
# How many ratings of no severity are added before a rater's own severity is believed.
SHRINKAGE = 5.0


@dataclass(frozen=True)
class Rated:
    """One level that a rater gave to a unit, which is one criterion of one mentee's review."""

    rater: Hashable
    unit: Hashable
    mentee: Hashable
    level: float


@dataclass(frozen=True)
class Severity:
    """How far above (milder) or below (stricter) the others somebody rates, drawn towards nothing (`value`).

    None where it cannot be told: the reason is then `nobody_shares` (no unit of theirs was rated by anybody else),
    `too_few_ratings` or `too_few_mentees`; otherwise `estimated`. `parts` are the raw estimate, the ratings and the
    mentees it rests on, and the ratings that were added to draw it in; only units with a second rater count.
    """

    value: float | None
    reason: Reason
    parts: tuple[float | None, int, int, float]

    @property
    def raw(self) -> float | None:
        return self.parts[0]

    @property
    def ratings(self) -> int:
        return self.parts[1]

    @property
    def mentees(self) -> int:
        return self.parts[2]


@dataclass(frozen=True)
class Adjusted:
    """The mean of a unit with its raters' severity taken off (`value`, within the scale), beside the plain `raw` mean.

    None where nothing is known of one of its raters. `parts` are (rater, level, severity). The reason is
    `by_ratings`, `by_vignettes` or `by_both`, for what the severities rest on, or `unknown_raters`.
    """

    value: float | None
    reason: Reason
    raw: float
    parts: tuple[tuple[Hashable, float, float | None], ...]


def estimate(ratings: Iterable[Rated], *, shrinkage: float | None = SHRINKAGE) -> Mapping[Hashable, Severity]:
    """The severity of every rater, by least squares among all who are joined by units that they share.

    Without a `shrinkage` it is found from the ratings: how much they scatter against how much raters differ.
    """
    every = tuple(ratings)
    units: dict[Hashable, list[Rated]] = defaultdict(list)
    for each in every:
        units[each.unit].append(each)
    shared = [rated for rated in units.values() if len({each.rater for each in rated}) > 1]
    found: dict[Hashable, Severity] = {}
    for joined in _joined(shared):
        found |= _among(joined, shrinkage)
    alone = Severity(None, Reason("nobody_shares"), (None, 0, 0, 0.0))
    return {each.rater: found.get(each.rater, alone) for each in every}


def adjust(
    ratings: Iterable[Rated],
    severities: Mapping[Hashable, Severity],
    vignette_bias: Mapping[Hashable, float] | None = None,
) -> Mapping[Hashable, Adjusted]:
    """The means of all units beside what they would be by raters of middling severity."""
    units: dict[Hashable, list[Rated]] = defaultdict(list)
    for each in ratings:
        units[each.unit].append(each)
    return {unit: _adjusted(rated, severities, vignette_bias or {}) for unit, rated in units.items()}


def _adjusted(
    rated: Sequence[Rated], severities: Mapping[Hashable, Severity], bias: Mapping[Hashable, float]
) -> Adjusted:
    raw = fmean(each.level for each in rated)
    own = [severities[each.rater].value if each.rater in severities else None for each in rated]
    used = [bias.get(each.rater) if value is None else value for each, value in zip(rated, own, strict=True)]
    parts = tuple((each.rater, each.level, value) for each, value in zip(rated, used, strict=True))
    known = [value for value in used if value is not None]
    if len(known) < len(used):
        unknown = tuple(rater for rater, _, value in parts if value is None)
        return Adjusted(None, Reason("unknown_raters", {"raters": unknown}), raw, parts)
    by_ratings = sum(value is not None for value in own)
    code = "by_ratings" if by_ratings == len(own) else "by_both" if by_ratings else "by_vignettes"
    return Adjusted(min(max(raw - fmean(known), LOWEST), HIGHEST), Reason(code), raw, parts)


def _joined(units: Sequence[Sequence[Rated]]) -> list[list[Sequence[Rated]]]:
    """The units in groups, each of units that are joined by raters, directly or through others."""
    parent: dict[Hashable, Hashable] = {each.rater: each.rater for rated in units for each in rated}

    def head(rater: Hashable) -> Hashable:
        while parent[rater] != rater:
            parent[rater] = parent[parent[rater]]
            rater = parent[rater]
        return rater

    for rated in units:
        for each in rated:
            parent[head(each.rater)] = head(rated[0].rater)
    groups: dict[Hashable, list[Sequence[Rated]]] = defaultdict(list)
    for rated in units:
        groups[head(rated[0].rater)].append(rated)
    return list(groups.values())


def _among(units: Sequence[Sequence[Rated]], shrinkage: float | None) -> dict[Hashable, Severity]:
    """The severities of raters who are joined; they add up to nothing."""
    own: dict[Hashable, list[Rated]] = defaultdict(list)
    for each in (each for rated in units for each in rated):
        own[each.rater].append(each)
    at = {rater: place for place, rater in enumerate(own)}
    # Levels less the mean of their unit know nothing of the unit any more: what is left is the raters' doing.
    laplacian, pull = np.zeros((len(at), len(at))), np.zeros(len(at))
    for rated in units:
        places, levels = [at[each.rater] for each in rated], np.array([each.level for each in rated], dtype=float)
        np.add.at(laplacian, (places, places), 1.0)
        np.subtract.at(laplacian, np.ix_(places, places), 1 / len(rated))
        np.add.at(pull, places, levels - levels.mean())
    # With the mean of all added, it can be inverted, and what it says of differences stays the same.
    inverse = np.linalg.inv(laplacian + 1 / len(at))
    raw = inverse @ pull
    added = _found_shrinkage(raw, float(np.trace(inverse)) - 1, pull, units) if shrinkage is None else shrinkage
    return {
        rater: told(float(raw[place]), len(own[rater]), len({each.mentee for each in own[rater]}), added)
        for rater, place in at.items()
    }


def _found_shrinkage(raw: Any, uncertain: float, pull: Any, units: Sequence[Sequence[Rated]]) -> float:
    """The scatter of ratings divided by the variance of raters, each free of the other; endless if raters are alike."""
    count, raters = sum(len(rated) for rated in units), len(raw)
    free = count - len(units) - raters + 1
    if free < 1:
        return SHRINKAGE
    within = sum(float(np.var([each.level for each in rated])) * len(rated) for rated in units)
    residual = max(within - float(raw @ pull), 0.0) / free
    of_raters = (float(raw @ raw) - residual * uncertain) / (raters - 1)
    return residual / of_raters if of_raters > 0 else float("inf")


def told(raw: float, ratings: int, mentees: int, added: float) -> Severity:
    """An estimate drawn in, or why it rests on too little."""
    parts = (raw, ratings, mentees, added)
    if ratings < LEAST_RATINGS:
        return Severity(None, Reason("too_few_ratings", {"ratings": ratings, "least": LEAST_RATINGS}), parts)
    if mentees < LEAST_MENTEES:
        return Severity(None, Reason("too_few_mentees", {"mentees": mentees, "least": LEAST_MENTEES}), parts)
    return Severity(raw * ratings / (ratings + added), Reason("estimated"), parts)
