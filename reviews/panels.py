"""Tables in which the same raters rated every unit: how reliable they are, and how wide one result is.

A row is a unit and a column a rater. Rows with a gap are left out and counted. Where each person has raters of their
own, the columns are no raters: then only ICC(1,1) and ICC(1,k), or α, say something.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assignments.method import Reason

ICCS = ("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k")
# Koo and Li 2016: where an intraclass correlation stops being poor, moderate and good.
BANDS = ((0.5, "poor"), (0.75, "moderate"), (0.9, "good"))
BEST = "excellent"
# How far a single rating lies from what all raters would say, while a programme knows too little of its own.
FALLBACK_SD = 0.75
LEAST_UNITS = 10
WIDTH = 1.96
NOTHING = 1e-12
# What two ways of reckoning the same end may differ by.
SLACK = 1e-9
LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True)
class Icc:
    """One intraclass correlation (`value`) with its 95 % interval by F; None where it is undefined.

    The reason is `counted`; `no_interval` (raters never disagree, or more than the formula can tell, so nothing says
    how surely); `too_few` (two units by two raters are the least); `no_variation` (one level throughout) or
    `not_estimable` (the units differ less than the raters do). `parts` are the complete units, the raters, and the
    units left out for a gap.
    """

    value: float | None
    reason: Reason
    low: float | None = None
    high: float | None = None
    parts: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class Band:
    """The cautious word for an intraclass correlation (`value`); `parts` are the words of both ends of its interval.

    The reason is `one_band`, `between_bands`, or why there is no interval to judge it on.
    """

    value: str | None
    reason: Reason
    parts: tuple[str, str] | None = None


@dataclass(frozen=True)
class Squares:
    """The mean squares of a complete table: of rows, of columns, of what is left, and within rows."""

    rows: float
    columns: float
    error: float
    within: float
    units: int
    raters: int
    left_out: int


@dataclass(frozen=True)
class Components:
    """What ratings vary by: the variance of units, of raters, and the rest; less than nothing counts as nothing.

    `value` is the spread of a single rating about what all raters would say, and None where there is no table for it.
    """

    value: float | None
    reason: Reason
    parts: tuple[float, float, float] = (0.0, 0.0, 0.0)
    units: int = 0

    @property
    def unit(self) -> float:
        return self.parts[0]

    @property
    def rater(self) -> float:
        return self.parts[1]

    @property
    def residual(self) -> float:
        return self.parts[2]


@dataclass(frozen=True)
class Sem:
    """The standard error of the mean of some raters (`value`); None where nobody rated.

    `parts` are the spread of a single rating and the number of raters. The reason is `programme`; `fallback` (too few
    units of the programme's own, and said so); `same_raters` (their severity falls out of a difference) or `nobody`.
    """

    value: float | None
    reason: Reason
    parts: tuple[float, int]


@dataclass(frozen=True)
class MeanBand:
    """A mean (`value`) and the ends of its 95 % band, which end where the scale does; `parts` are mean and reach."""

    value: float | None
    reason: Reason
    low: float | None = None
    high: float | None = None
    parts: tuple[float, float] | None = None


def squares(table: Sequence[Sequence[float | None]], times: Sequence[int] | None = None) -> Squares | None:
    """The mean squares of the rows without a gap; None where there are fewer than two rows or columns.

    With `times` each row stands for so many alike, which costs no more than one.
    """
    if len({len(row) for row in table}) > 1:
        raise ValueError("the rows are not equally long")
    counts = [1] * len(table) if times is None else times
    kept = [(row, count) for row, count in zip(table, counts, strict=True) if None not in row]
    n = sum(count for _row, count in kept)
    if n < 2 or len(kept[0][0]) < 2:
        return None
    rated = np.array([row for row, _count in kept], dtype=float)
    weights = np.array([count for _row, count in kept], dtype=float)
    k = rated.shape[1]
    centred = rated - np.average(rated.mean(axis=1), weights=weights)
    rows, columns = centred.mean(axis=1), np.average(centred, axis=0, weights=weights)
    within = centred - rows[:, None]
    rest = within - columns[None, :]
    return Squares(
        rows=_tidy((rows**2) @ weights * k / (n - 1)),
        columns=_tidy((columns**2).sum() * n / (k - 1)),
        error=_tidy((rest**2).sum(axis=1) @ weights / ((n - 1) * (k - 1))),
        within=_tidy((within**2).sum(axis=1) @ weights / (n * (k - 1))),
        units=n,
        raters=k,
        left_out=sum(counts) - n,
    )


def _tidy(square: Any) -> float:
    """What is left of nothing when floating numbers are subtracted is nothing."""
    return 0.0 if square < 1e-20 else float(square)


def icc(table: Sequence[Sequence[float | None]], times: Sequence[int] | None = None) -> Mapping[str, Icc]:
    """The six intraclass correlations of Shrout and Fleiss (1979), with the intervals of McGraw and Wong (1996).

    With `times` each row stands for so many alike.
    """
    found = squares(table, times)
    if found is None:
        counts = [1] * len(table) if times is None else times
        whole = sum(count for row, count in zip(table, counts, strict=True) if None not in row)
        parts = (whole, len(table[0]) if table else 0, sum(counts) - whole)
        return dict.fromkeys(ICCS, Icc(None, Reason("too_few", {"units": whole}), parts=parts))
    parts = (found.units, found.raters, found.left_out)
    if not found.rows + found.within:
        return dict.fromkeys(ICCS, Icc(None, Reason("no_variation"), parts=parts))
    counted = Reason("counted", {"units": found.units, "raters": found.raters})
    return {name: _told(ends, counted, parts) for name, ends in zip(ICCS, _all_six(found), strict=True)}


Ends = tuple[float | None, float | None, float | None]


def _told(ends: Ends, counted: Reason, parts: tuple[int, int, int]) -> Icc:
    value, low, high = ends
    if value is None:
        return Icc(None, Reason("not_estimable"), parts=parts)
    # With very few units the approximation for drawn raters may miss the very value it is for.
    if low is None or high is None or not math.isfinite(low + high) or not low - SLACK <= value <= high + SLACK:
        return Icc(value, Reason("no_interval"), parts=parts)
    return Icc(value, counted, low, high, parts)


def _all_six(of: Squares) -> tuple[Ends, ...]:
    n, k = of.units, of.raters
    alone = _by_f(of.rows, of.within, k, n * (k - 1), n)
    fixed = _by_f(of.rows, of.error, k, (n - 1) * (k - 1), n)
    drawn = _of_drawn_raters(of)
    return (alone[0], drawn[0], fixed[0], alone[1], drawn[1], fixed[1])


def _by_f(rows: float, rest: float, k: int, df: int, n: int) -> tuple[Ends, Ends]:
    """The correlation of one rating and of the mean of k where the interval follows from F itself."""
    if not rows + rest:
        return (None, None, None), (None, None, None)
    one = (rows - rest) / (rows + (k - 1) * rest)
    mean = (rows - rest) / rows if rows else None
    if not rest:
        return (one, None, None), (mean, None, None)
    f = rows / rest
    low, high = f / _f975(n - 1, df), f * _f975(df, n - 1)
    single = (one, float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1)))
    return single, ((mean, float(1 - 1 / low), float(1 - 1 / high)) if rows else (None, None, None))


def _f975(above: float, below: float) -> Any:
    """Fisher's F, of so many degrees of freedom above and below the line, that 2.5 % lie above."""
    from scipy.special import fdtri  # noqa: PLC0415 (takes longer to load than most commands run)

    return fdtri(above, below, 0.975)


def _of_drawn_raters(of: Squares) -> tuple[Ends, Ends]:
    """The same where the raters are a sample and how strict they are counts: the degrees of freedom are estimated."""
    n, k, rows, columns, error = of.units, of.raters, of.rows, of.columns, of.error
    base_one = rows + (k - 1) * error + k * (columns - error) / n
    base_mean = rows + (columns - error) / n
    one, mean = _share(rows - error, base_one), _share(rows - error, base_mean)
    if one is None or not rows + error or not of.within:
        return (one, None, None), (mean, None, None)
    weight = k * one / (n * (1 - one))
    a, b = weight * columns, (1 + weight * (n - 1)) * error
    spread = a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1))
    if not spread:
        return (one, None, None), (mean, None, None)
    df = (a + b) ** 2 / spread
    f_low, f_high = _f975(n - 1, df), _f975(df, n - 1)
    # Of next to no degrees of freedom F has no end.
    if not math.isfinite(f_low + f_high):
        return (one, None, None), (mean, None, None)
    spare = k * columns + (k * n - k - n) * error
    low = _share(n * (rows - f_low * error), f_low * spare + n * rows)
    high = _share(n * (f_high * rows - error), spare + n * f_high * rows)
    return (one, low, high), (mean, _stepped_up(low, k), _stepped_up(high, k))


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > NOTHING else None


def _stepped_up(one: float | None, k: int) -> float | None:
    """What one rating says, for the mean of k; None where it says less than nothing can."""
    return None if one is None else _share(k * one, 1 + (k - 1) * one)


def band(found: Icc) -> Band:
    """How reliable a table is: poor, moderate, good or excellent, judged on the interval and not on its middle."""
    if found.low is None or found.high is None:
        return Band(None, found.reason)
    low, high = _word(found.low), _word(found.high)
    return Band(low, Reason("one_band" if low == high else "between_bands", {"low": low, "high": high}), (low, high))


def _word(value: float) -> str:
    return next((word for end, word in BANDS if value < end), BEST)


def components(table: Sequence[Sequence[float | None]]) -> Components:
    """What the ratings of a complete table vary by; the reason is `counted`, `none_negative` or `too_few`."""
    found = squares(table)
    if found is None:
        return Components(None, Reason("too_few"))
    raw = (
        (found.rows - found.error) / found.raters,
        (found.columns - found.error) / found.units,
        found.error,
    )
    unit, rater, rest = (max(each, 0.0) for each in raw)
    reason = Reason("counted" if min(raw) >= 0 else "none_negative", {"units": found.units, "raters": found.raters})
    return Components(math.sqrt(rater + rest), reason, (unit, rater, rest), found.units)


def sem(raters: int, of: Components | None = None, *, same_raters: bool = False, least_units: int = LEAST_UNITS) -> Sem:
    """How far the mean of so many raters lies from what all would say.

    With `same_raters` it is for a difference between two reviews by the same people, whose severity falls out of it.
    Fewer than ten units of the programme's own tell too little: then a single rating is taken to spread by 0.75.
    """
    if raters < 1:
        return Sem(None, Reason("nobody"), (FALLBACK_SD, raters))
    units = of.units if of else 0
    if of is None or of.value is None or units < least_units:
        params = {"units": units, "least": least_units, "sd": FALLBACK_SD}
        return Sem(FALLBACK_SD / math.sqrt(raters), Reason("fallback", params), (FALLBACK_SD, raters))
    single = math.sqrt(of.residual) if same_raters else of.value
    reason = Reason("same_raters" if same_raters else "programme", {"units": units})
    return Sem(single / math.sqrt(raters), reason, (single, raters))


def mean_band(mean: float | None, error: Sem) -> MeanBand:
    """The 95 % band of a mean of levels."""
    if mean is None or error.value is None:
        return MeanBand(None, Reason("nobody"))
    reach = WIDTH * error.value
    low, high = max(mean - reach, LOWEST), min(mean + reach, HIGHEST)
    return MeanBand(mean, error.reason, low, high, (mean, reach))
