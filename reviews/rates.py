"""Two groups of people and how many of each were chosen: the usual figures, worked out without any package.

A group is (chosen, eligible). These figures are exact, and exact figures of small groups tell of single people:
`reviews.equity` says which of them may be shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from assignments.method import Reason
from assignments.pilot import Z

# The rule of thumb of 29 CFR 1607.4D: a rate below four fifths of the highest is worth a look.
FOUR_FIFTHS = 0.8

Group = tuple[int, int]


@dataclass(frozen=True)
class Ratio:
    """The other group's rate divided by the best one's (`value`) with Katz's interval; None where nobody was chosen.

    The reason is `ratio`, `nobody_chosen`, or `no_interval` where the other group has none. `parts` are both groups.
    """

    value: float | None
    reason: Reason
    parts: tuple[Group, Group]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Swap:
    """The ratio if one choice had gone to the other group instead (`value`); None where there is none to move.

    The reason is `reverses` (the other group would then be ahead), `clears` (it would reach four fifths), `stands` or
    `none_to_move`; `parts` are the two rates after the move.
    """

    value: float | None
    reason: Reason
    parts: tuple[float, float] | None = None

    @property
    def reverses(self) -> bool:
        return self.reason.code == "reverses"

    @property
    def clears(self) -> bool:
        return self.value is not None and self.value >= FOUR_FIFTHS


def ratio(best: Group, other: Group) -> Ratio:
    (hits, n), (few, size) = best, other
    if not hits:
        return Ratio(None, Reason("nobody_chosen"), (best, other))
    # Whole numbers first, so that exactly four fifths are not a hair below.
    value = (few * n) / (size * hits)
    if not few:
        return Ratio(value, Reason("no_interval"), (best, other))
    reach = Z * math.sqrt(1 / few - 1 / size + 1 / hits - 1 / n)
    return Ratio(value, Reason("ratio"), (best, other), value * math.exp(-reach), value * math.exp(reach))


def swap(best: Group, other: Group) -> Swap:
    """What moving one choice from the best group to the other would change."""
    (hits, n), (few, size) = best, other
    if not hits or few == size:
        return Swap(None, Reason("none_to_move"))
    # Whole numbers, so that rates which are equal are equal.
    ahead, behind = (few + 1) * n, (hits - 1) * size
    value = ahead / behind if behind else math.inf
    code = "reverses" if ahead > behind else "clears" if value >= FOUR_FIFTHS else "stands"
    return Swap(value, Reason(code), ((hits - 1) / n, (few + 1) / size))


@lru_cache(maxsize=4096)
def fisher(one: Group, other: Group) -> float:
    """Fisher's exact test on both sides: all tables with the same margins that are no likelier than this one."""
    (hits, n), (few, size) = one, other
    chosen = hits + few
    least = max(0, chosen - size)
    ways = [math.comb(n, least) * math.comb(size, chosen - least)]
    for at in range(least, min(n, chosen)):
        ways.append(ways[-1] * (n - at) * (chosen - at) // ((at + 1) * (size - chosen + at + 1)))
    return sum(way for way in ways if way <= ways[hits - least]) / math.comb(n + size, chosen)


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """The p of several comparisons, so that together they err in no more than 5 of 100 cases."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    raised: dict[int, float] = {}
    highest = 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(values[at] * (len(values) - rank), 1.0))
        raised[at] = highest
    return tuple(raised[at] for at in range(len(values)))


def effect(one: Group, other: Group) -> float:
    """Cohen's h: how far apart two rates are on a scale on which all differences weigh the same."""
    return 2 * math.asin(math.sqrt(one[0] / one[1])) - 2 * math.asin(math.sqrt(other[0] / other[1]))


def false_alarms(n: int, size: int, rate: float) -> float:
    """How often two groups with the very same true rate fall below four fifths by chance."""
    if not 0 < rate < 1:
        raise ValueError("rate")
    one, other = np.arange(n + 1)[:, None] * size, np.arange(size + 1)[None, :] * n
    below = 5 * np.minimum(one, other) < 4 * np.maximum(one, other)
    return float((np.outer(_chances(n, rate), _chances(size, rate)) * below).sum())


def _chances(n: int, rate: float) -> Any:
    """How likely each number of choices is."""
    hits = np.arange(n + 1)
    ways = math.lgamma(n + 1) - np.array([math.lgamma(at + 1) + math.lgamma(n - at + 1) for at in hits])
    return np.exp(ways + hits * math.log(rate) + (n - hits) * math.log1p(-rate))
