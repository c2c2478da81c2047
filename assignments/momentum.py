"""How lively the work is over four weeks: what happened against what was expected, never a target for anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .method import Reason

WINDOW_DAYS = 28
# One piece of evidence, and one decision or reflection, a fortnight.
EXPECTED_DAYS = 14
STEADY_WITHIN = 15
DAY = timedelta(days=1)

Trend = Literal["up", "steady", "down"]


@dataclass(frozen=True)
class Pair:
    """What happened and what was expected of one kind; a kind of which nothing is expected does not count."""

    name: str
    actual: float
    expected: float

    @property
    def share(self) -> float:
        return min(1.0, self.actual / self.expected)


@dataclass(frozen=True)
class Momentum:
    """`value` from 0 to 100, None where nothing was expected; `parts` are the pairs that count."""

    value: float | None
    parts: tuple[Pair, ...]
    reason: Reason
    before: float | None = None
    trend: Trend | None = None


def momentum(now: Sequence[Pair], before: Sequence[Pair] = ()) -> Momentum:
    """The last four weeks, and against those before them where they can be told."""
    parts = tuple(pair for pair in now if pair.expected > 0)
    value, earlier = _mean(now), _mean(before)
    if value is None:
        return Momentum(None, parts, Reason("nothing_expected"), earlier)
    if earlier is None:
        return Momentum(value, parts, Reason("no_earlier"))
    change = value - earlier
    trend: Trend = "up" if change > STEADY_WITHIN else "down" if change < -STEADY_WITHIN else "steady"
    return Momentum(value, parts, Reason(trend, {"change": change}), earlier, trend)


def _mean(pairs: Sequence[Pair]) -> float | None:
    shares = [pair.share for pair in pairs if pair.expected > 0]
    return round(100 * sum(shares) / len(shares), 9) if shares else None


def window(end: date, pauses: Sequence[tuple[date, date | None]], first: date) -> tuple[date, date, int] | None:
    """The stretch of so many days that count up to `end`: its first and last day, and how many there are.

    Days of a pause do not count, so the stretch reaches back over them; None where the work had not begun.
    """
    day, counted, begun = end, 0, None
    while day >= first and counted < WINDOW_DAYS:
        if not any(since <= day and (until is None or day < until) for since, until in pauses):
            counted += 1
            begun = day
        day -= DAY
    return None if begun is None else (begun, end, counted)


def expected(days: int) -> float:
    """Of evidence, or of decisions and reflections together, in so many days that count."""
    return days / EXPECTED_DAYS
