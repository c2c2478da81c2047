"""Which groups of raters may be shown: never a cell, and never a difference of cells, over one or two people.

A group that is too small goes to “other”; while that is too small itself, the smallest group still shown joins it.
Whoever answers is in exactly one cell, or nobody is in any: so no sum that is known beside the cells tells more.
What is published later stands in cells of its own and never changes those that were read before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OTHER = "other"
# How many people a number is over, and how many a text may come from, at the least.
LEAST_NUMBERS = 3
LEAST_WORDS = 5


@dataclass(frozen=True)
class Cell:
    """Some groups of raters that are shown as one, and how many people answered in it."""

    name: str
    groups: frozenset[str]
    people: int


@dataclass(frozen=True)
class Cells:
    """What may be shown: the cells, how many answered in each group, and “shown”, “nobody” or “too_few”."""

    value: tuple[Cell, ...]
    parts: tuple[tuple[str, int], ...]
    reason: str

    @property
    def people(self) -> int:
        return sum(cell.people for cell in self.value)

    def of(self, group: str) -> Cell | None:
        return next((cell for cell in self.value if group in cell.groups), None)


@dataclass(frozen=True)
class Publication:
    """Whether what waits may be published now, how many wait, and “enough”, “nobody” or “too_few”."""

    value: bool
    parts: int
    reason: str


def cells(counts: Mapping[str, int], *, least: int = LEAST_NUMBERS) -> Cells:
    """The cells of so many answers a group; none when fewer than `least` answered in all."""
    least = max(least, LEAST_NUMBERS)
    parts = tuple(sorted((group, n) for group, n in counts.items() if n > 0))
    total = sum(n for _group, n in parts)
    if total < least:
        return Cells((), parts, "too_few" if total else "nobody")
    shown = sorted(((n, group) for group, n in parts if n >= least), reverse=True)
    merged = [(n, group) for group, n in parts if n < least]
    while 0 < sum(n for n, _group in merged) < least:
        merged.append(shown.pop())
    own = [Cell(group, frozenset({group}), n) for n, group in shown]
    if merged:
        own.append(Cell(OTHER, frozenset(group for _n, group in merged), sum(n for n, _group in merged)))
    return Cells(tuple(own), parts, "shown")


def publication(waiting: int) -> Publication:
    """Answers come out together, at the close, and only three or more at a time; fewer go on waiting."""
    if waiting <= 0:
        return Publication(False, 0, "nobody")
    return Publication(waiting >= LEAST_NUMBERS, waiting, "enough" if waiting >= LEAST_NUMBERS else "too_few")


def middle(levels: Iterable[int]) -> float | None:
    """The median of the levels that were given; None where there are none."""
    given = sorted(levels)
    if not given:
        return None
    half = len(given) // 2
    return float(given[half]) if len(given) % 2 else (given[half - 1] + given[half]) / 2
