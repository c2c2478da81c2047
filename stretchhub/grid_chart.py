"""Geometry of a grid of five by five with four fields: whole-number coordinates. No Django, no colours, no words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 3, 4, 5)
CELL = 62
LEFT, TOP = 34, 10
SIZE = CELL * len(STEPS)
# Marks in one cell stand side by side, from its middle outwards.
SEATS = ((0, 0), (-17, 0), (17, 0), (0, -17), (0, 17), (-17, -17), (17, 17), (17, -17), (-17, 17))


@dataclass(frozen=True)
class Mark:
    """Something known by a number, at a step across and a step upwards."""

    number: int
    label: str
    across: int
    upwards: int


@dataclass(frozen=True)
class Placed:
    x: int
    y: int
    mark: Mark


@dataclass(frozen=True)
class Field:
    """One of the four: which corner it is, its place and where its name stands."""

    corner: str
    x: int
    y: int
    width: int
    height: int
    label_y: int

    @property
    def label_x(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Grid:
    fields: tuple[Field, ...]
    across: tuple[tuple[int, int], ...]
    upwards: tuple[tuple[int, int], ...]
    placed: tuple[Placed, ...]
    left: int = LEFT
    bottom: int = TOP + SIZE
    width: int = LEFT + SIZE + 6
    height: int = TOP + SIZE + 44


def grid(marks: Sequence[Mark], high: int) -> Grid:
    """Steps from `high` on are the upper and the right half."""
    cut_x, cut_y = LEFT + (high - 1) * CELL, TOP + (STEPS[-1] - high + 1) * CELL
    right, bottom = LEFT + SIZE, TOP + SIZE
    return Grid(
        fields=(
            Field("work_closely", cut_x, TOP, right - cut_x, cut_y - TOP, TOP + 15),
            Field("keep_satisfied", LEFT, TOP, cut_x - LEFT, cut_y - TOP, TOP + 15),
            Field("keep_informed", cut_x, cut_y, right - cut_x, bottom - cut_y, bottom - 7),
            Field("monitor", LEFT, cut_y, cut_x - LEFT, bottom - cut_y, bottom - 7),
        ),
        across=tuple((step, _x(step)) for step in STEPS),
        upwards=tuple((step, _y(step)) for step in STEPS),
        placed=_seated(marks),
    )


def _x(step: int) -> int:
    return LEFT + (step - 1) * CELL + CELL // 2


def _y(step: int) -> int:
    return TOP + (STEPS[-1] - step) * CELL + CELL // 2


def _seated(marks: Sequence[Mark]) -> tuple[Placed, ...]:
    """Marks of one cell beside each other; a tenth takes the first seat again."""
    taken: dict[tuple[int, int], int] = defaultdict(int)
    found = []
    for mark in marks:
        cell = (mark.across, mark.upwards)
        dx, dy = SEATS[taken[cell] % len(SEATS)]
        taken[cell] += 1
        found.append(Placed(_x(mark.across) + dx, _y(mark.upwards) + dy, mark))
    return tuple(found)
