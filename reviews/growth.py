"""Whether levels have changed from one review to another, by more than raters differ anyway.

A level that stays the same on harder work is growth too: whoever shows these figures shows the load beside them.
What is too little to tell says so; it is never a change of nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from assignments.method import Reason
from assignments.pilot import t975

from .panels import Sem

# Jacobson and Truax 1991: a change this many times its error is more than noise in 95 of 100 cases.
RELIABLE = 1.96
LEAST_REVIEWS = 4
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Change:
    """After less before (`value`), and how it compares with what raters differ by; None where a review is missing.

    `rci` is the reliable change index, `error` the spread of such a difference without any change, `detectable` the
    least change that would be told from noise. The reason is `grown`, `fallen`, `within_noise`, `not_reviewed` or
    `nobody`; its parameter `basis` is that of the errors: `programme`, `fallback` or `same_raters`.
    """

    value: float | None
    reason: Reason
    parts: tuple[float | None, float | None]
    rci: float | None = None
    error: float | None = None
    detectable: float | None = None

    @property
    def reliable(self) -> bool:
        return self.reason.code in {"grown", "fallen"}


@dataclass(frozen=True)
class Slope:
    """Levels a month (`value`) over several reviews, with Student's interval; None where there are too few to tell.

    `parts` are the reviews as (month, level). The reason is `rising`, `falling` or `not_clear` by the interval;
    `on_a_line` where the reviews leave no scatter to make one from; `too_few_reviews` or `one_day`.
    """

    value: float | None
    reason: Reason
    parts: tuple[tuple[float, float], ...]
    low: float | None = None
    high: float | None = None
    se: float | None = None
    r2: float | None = None

    @property
    def per_year(self) -> float | None:
        return None if self.value is None else self.value * MONTHS_A_YEAR

    @property
    def interval_per_year(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low * MONTHS_A_YEAR, self.high * MONTHS_A_YEAR)


def change(before: float | None, after: float | None, error_before: Sem, error_after: Sem) -> Change:
    """How a mean of levels changed between two reviews, each with the error of its own raters.

    Where the same people rated both, ask `panels.sem` for both errors with `same_raters`.
    """
    parts = (before, after)
    if before is None or after is None:
        return Change(None, Reason("not_reviewed"), parts)
    if error_before.value is None or error_after.value is None:
        return Change(None, Reason("nobody"), parts)
    difference = after - before
    error = math.hypot(error_before.value, error_after.value)
    detectable = RELIABLE * error
    reason = Reason(_direction(difference, detectable), {"basis": _basis(error_before, error_after)})
    rci = difference / error if error else None
    return Change(difference, reason, parts, rci, error, detectable)


def slope(reviews: Sequence[tuple[float, float]]) -> Slope:
    """The straight line through reviews, each as (months since the first, mean level); four are the least."""
    parts, n = tuple(reviews), len(reviews)
    if n < LEAST_REVIEWS:
        return Slope(None, Reason("too_few_reviews", {"reviews": n, "least": LEAST_REVIEWS}), parts)
    month, level = fmean(at for at, _ in parts), fmean(y for _, y in parts)
    width = math.fsum((at - month) ** 2 for at, _ in parts)
    if not width:
        return Slope(None, Reason("one_day"), parts)
    value = math.fsum((at - month) * (y - level) for at, y in parts) / width
    scatter = math.fsum((y - level - value * (at - month)) ** 2 for at, y in parts)
    whole = math.fsum((y - level) ** 2 for _, y in parts)
    if scatter <= 1e-12 * (1 + whole):
        return Slope(value, Reason("on_a_line"), parts, r2=1.0 if whole > 1e-12 else None)
    se = math.sqrt(scatter / (n - 2) / width)
    reach = t975(n - 2) * se
    low, high = value - reach, value + reach
    code = "rising" if low > 0 else "falling" if high < 0 else "not_clear"
    return Slope(value, Reason(code, {"reviews": n}), parts, low, high, se, 1 - scatter / whole)


def _direction(difference: float, detectable: float) -> str:
    # Where raters never differ, no change is still no change.
    if not difference or abs(difference) < detectable:
        return "within_noise"
    return "grown" if difference > 0 else "fallen"


def _basis(before: Sem, after: Sem) -> str:
    """The weaker of what the two errors rest on."""
    codes = (before.reason.code, after.reason.code)
    return next(code for code in ("fallback", "programme", "same_raters") if code in codes)
