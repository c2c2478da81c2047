"""What a pilot shows: two counts or two means with their interval, or a row of values over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from assignments.method import Reason

# Fewer cases than this on a side are shown as dots and told in words: an interval would pretend to know.
FEW = 10
# So many values in a row on one side of the median are a shift (Perla, Provost and Murray 2011).
SHIFT = 6
Z = 1.959963984540054

Side = Literal["above", "below", ""]


@dataclass(frozen=True)
class Interval:
    """A share or a mean (`value`) with the ends of its 95 % interval; None where it was taken of nobody."""

    value: float | None
    reason: Reason
    low: float | None = None
    high: float | None = None
    parts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Difference:
    """After less before (`value`) with its 95 % interval; None where there are too few cases or no spread.

    `parts` are before and after. `clear` says whether the interval leaves no room for “no difference”.
    """

    value: float | None
    reason: Reason
    parts: tuple[Interval, Interval]
    low: float | None = None
    high: float | None = None
    se: float | None = None
    df: float | None = None

    @property
    def clear(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Shift:
    """Whether a row of values has shifted (`value`); None where it is too short to show it.

    `parts` are the first and the last place of the longest run; values on the median neither break nor lengthen it.
    """

    value: bool | None
    reason: Reason
    median: float | None = None
    length: int = 0
    side: Side = ""
    parts: tuple[int, int] | None = None


def t975(df: float) -> float:
    """Student's t that 2.5 % lie above."""
    from scipy.special import stdtrit  # noqa: PLC0415 (takes longer to load than most commands run)

    return float(stdtrit(df, 0.975))


def wilson(hits: int, n: int) -> Interval:
    """A share with Wilson's interval, which stays within 0 and 1 and has a width even at its ends."""
    if not 0 <= hits <= n:
        raise ValueError("hits")
    if not n:
        return Interval(None, Reason("nobody"), parts=(hits, n))
    share = hits / n
    centre = share + Z**2 / (2 * n)
    reach = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    whole = 1 + Z**2 / n
    low = 0.0 if hits == 0 else (centre - reach) / whole
    high = 1.0 if hits == n else (centre + reach) / whole
    return Interval(share, Reason("share", {"hits": hits, "n": n}), low, high, (hits, n))


def proportions(before_hits: int, before_n: int, after_hits: int, after_n: int) -> Difference:
    """How two shares differ, with Newcombe's interval made from Wilson's."""
    before, after = wilson(before_hits, before_n), wilson(after_hits, after_n)
    if few := _few(before_n, after_n):
        return Difference(None, few, (before, after))
    return newcombe(before, after)


def newcombe(before: Interval, after: Interval) -> Difference:
    """The difference of two shares that are both there, however few cases they rest on."""
    one, other = _ends(before), _ends(after)
    value = other[0] - one[0]
    low = value - math.hypot(other[0] - other[1], one[2] - one[0])
    high = value + math.hypot(other[2] - other[0], one[0] - one[1])
    return _told(Difference(value, Reason("differs"), (before, after), low, high))


def mean(value: float, sd: float, n: int) -> Interval:
    """A mean with Student's interval; one case alone has none."""
    if n < 2:
        return Interval(value if n else None, Reason("mean_of_one" if n else "nobody"), parts=(sd, n))
    reach = t975(n - 1) * sd / math.sqrt(n)
    return Interval(value, Reason("mean", {"sd": sd, "n": n}), value - reach, value + reach, (sd, n))


def means(
    before_mean: float, before_sd: float, before_n: int, after_mean: float, after_sd: float, after_n: int
) -> Difference:
    """How two means differ, with Welch's interval, which asks for no equal spread."""
    if before_sd < 0 or after_sd < 0:
        raise ValueError("sd")
    sides = mean(before_mean, before_sd, before_n), mean(after_mean, after_sd, after_n)
    if few := _few(before_n, after_n):
        return Difference(None, few, sides)
    one, other = before_sd**2 / before_n, after_sd**2 / after_n
    if not one + other:
        return Difference(None, Reason("no_spread"), sides)
    se = math.sqrt(one + other)
    df = (one + other) ** 2 / (one**2 / (before_n - 1) + other**2 / (after_n - 1))
    value, reach = after_mean - before_mean, t975(df) * se
    return _told(Difference(value, Reason("differs"), sides, value - reach, value + reach, se, df))


def run_shift(values: Sequence[float]) -> Shift:
    """Whether six values or more in a row lie on one side of the median of all."""
    if not values:
        return Shift(None, Reason("too_few", {"n": 0, "needs": 2 * SHIFT}))
    middle = median(values)
    places = [(at, value > middle) for at, value in enumerate(values) if value != middle]
    longest: list[tuple[int, bool]] = []
    run: list[tuple[int, bool]] = []
    for place in places:
        run = [*run, place] if run and run[-1][1] == place[1] else [place]
        longest = max(longest, run, key=len)
    if len(places) < 2 * SHIFT and len(longest) < SHIFT:
        return Shift(None, Reason("too_few", {"n": len(values), "needs": 2 * SHIFT}), middle)
    side: Side = "above" if longest[0][1] else "below"
    shifted = len(longest) >= SHIFT
    reason = Reason("shifted" if shifted else "no_shift", {"length": len(longest), "side": side})
    return Shift(shifted, reason, middle, len(longest), side, (longest[0][0], longest[-1][0]))


def _few(before: int, after: int) -> Reason | None:
    if min(before, after) >= FEW:
        return None
    return Reason("few", {"before": before, "after": after, "needs": FEW})


def _ends(share: Interval) -> tuple[float, float, float]:
    if share.value is None or share.low is None or share.high is None:
        raise ValueError("a share of nobody")
    return share.value, share.low, share.high


def _told(found: Difference) -> Difference:
    code = "clear" if found.clear else "not_clear"
    return Difference(found.value, Reason(code), found.parts, found.low, found.high, found.se, found.df)
