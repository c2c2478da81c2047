"""What several ratings of one criterion say together; numbers in, a reasoned result out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, variance

from assignments.method import Reason

LEVELS = (1, 2, 3, 4, 5)
# What the ratings would spread by if raters chose among five levels blindly.
CHANCE_VARIANCE = (len(LEVELS) ** 2 - 1) / 12
MIN_OBSERVERS = 2
ALIGNED, CLOSE, DISCUSS = "aligned", "close", "discuss"


@dataclass(frozen=True)
class Agreement:
    """How far observers agree on one criterion.

    `value` is aligned, close or discuss, and None where fewer than two observers rated.
    The person's own rating stands beside and enters no figure but `self_gap`.
    """

    value: str | None
    reason: str
    ratings: tuple[int, ...]
    median: float | None
    mean: float | None
    range: int | None
    r_wg: float | None
    self_level: int | None
    self_gap: float | None


@dataclass(frozen=True)
class Raters:
    """How many raters make a mean as reliable as wanted (`value`); None where no number of them does.

    `parts` are the reliability of one rater, the one wanted, and the number before it is rounded up.
    """

    value: int | None
    reason: Reason
    parts: tuple[float, float, float | None]


def agreement(observed: Iterable[int], self_level: int | None = None) -> Agreement:
    """Range 0 is aligned, 1 is close, 2 or more is worth discussing."""
    ratings = tuple(sorted(observed))
    mean = fmean(ratings) if ratings else None
    gap = self_level - mean if self_level is not None and mean is not None else None
    if len(ratings) < MIN_OBSERVERS:
        middle = float(ratings[0]) if ratings else None
        return Agreement(None, "too_few", ratings, middle, mean, None, None, self_level, gap)
    spread = ratings[-1] - ratings[0]
    return Agreement(
        value=_word(spread),
        reason=f"range_{min(spread, 2)}",
        ratings=ratings,
        median=float(median(ratings)),
        mean=mean,
        range=spread,
        r_wg=1 - variance(ratings) / CHANCE_VARIANCE,
        self_level=self_level,
        self_gap=gap,
    )


def _word(spread: int) -> str:
    return (ALIGNED, CLOSE)[spread] if spread < MIN_OBSERVERS else DISCUSS


def gap_is_worth_a_word(gap: float | None) -> bool:
    """Whether somebody sees themselves a level or more apart from their observers."""
    return gap is not None and abs(gap) >= 1


def positions(ratings: Sequence[int]) -> dict[int, int]:
    """How many ratings stand at each level, for the dots of a line."""
    return {level: ratings.count(level) for level in LEVELS}


def reliability(raters: int, single: float) -> float:
    """How reliable the mean of so many raters is when one alone is as reliable as `single` (Spearman and Brown)."""
    if raters < 1 or not 0 <= single <= 1:
        raise ValueError("raters" if raters < 1 else "single")
    return raters * single / (1 + (raters - 1) * single)


def raters_needed(single: float, wanted: float) -> Raters:
    """The same the other way round; the reason is `counted`, `never` or `always` (one is as good as any number)."""
    if not (0 <= single <= 1 and 0 <= wanted <= 1):
        raise ValueError("a reliability is not between 0 and 1")
    if single == 1 or not wanted:
        return Raters(1, Reason("always"), (single, wanted, 1.0))
    if not single or wanted == 1:
        return Raters(None, Reason("never"), (single, wanted, None))
    exact = wanted * (1 - single) / (single * (1 - wanted))
    # What is a whole number but for the last bit of its fraction is that number.
    return Raters(max(math.ceil(round(exact, 9)), 1), Reason("counted"), (single, wanted, exact))
