"""Geometry of a map with zones: numbers in, whole-number coordinates out. No Django, no colours, no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 340
LEFT, RIGHT = 28, 332
TOP, ROW = 28, 44
STEPS = (1, 2, 3, 4, 5)
WIDEST = 3.0  # what lies beyond is drawn at the edge
NEAR = 16  # units within which two marks would cover each other
SHIFTS = (0, -13, 13)


@dataclass(frozen=True)
class Spot:
    """Something known by a number, from `low` to `high` across and at a step upwards."""

    number: int
    label: str
    low: float
    high: float
    step: int
    tone: str


@dataclass(frozen=True)
class Band:
    """A zone across the map, from edge to edge."""

    x: int
    width: int
    label: str
    tone: str

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Placed:
    x: int
    y: int
    from_x: int
    spot: Spot

    @property
    def is_range(self) -> bool:
        return self.from_x != self.x


@dataclass(frozen=True)
class Scatter:
    bands: tuple[Band, ...]
    ticks: tuple[tuple[str, int], ...]
    rows: tuple[tuple[int, int], ...]
    placed: tuple[Placed, ...]
    line_x: int
    line_y: int
    axis_y: int
    height: int
    left: int = LEFT
    right: int = RIGHT
    width: int = WIDTH
    zone_height: int = TOP - 24 + len(STEPS) * ROW


def scatter(spots: Sequence[Spot], zones: Sequence[tuple[float, str, str]], line_at: float, line_from: int) -> Scatter:
    """`zones` are (upper edge, label, tone), the last one open; the line marks what lies right of or above it."""
    edges = [edge for edge, _label, _tone in zones[:-1]]
    furthest = max([*edges, *(spot.high for spot in spots)], default=1)
    widest = min(max(edges[-1] * 1.5, furthest), WIDEST)

    def x(value: float) -> int:
        return round(LEFT + min(value, widest) / widest * (RIGHT - LEFT))

    def y(step: float) -> int:
        return round(TOP + (STEPS[-1] - step) * ROW + ROW / 2)

    axis_y = TOP + len(STEPS) * ROW
    starts, ends = [0.0, *edges], [*edges, widest]
    return Scatter(
        bands=tuple(
            Band(x(start), x(end) - x(start), label, tone)
            for start, end, (_edge, label, tone) in zip(starts, ends, zones, strict=True)
        ),
        ticks=tuple((f"{edge:g}", x(edge)) for edge in starts),
        rows=tuple((step, y(step)) for step in STEPS),
        placed=_apart([Placed(x(spot.high), y(spot.step), x(spot.low), spot) for spot in spots]),
        line_x=x(line_at),
        line_y=y(line_from - 0.5),
        axis_y=axis_y,
        height=axis_y + 40,
    )


def _apart(marks: Sequence[Placed]) -> tuple[Placed, ...]:
    """Marks near each other in a row stand above and below one another, as far as there is room."""
    found: list[Placed] = []
    for mark in sorted(marks, key=lambda each: (each.y, each.x, each.spot.number)):
        near = sum(1 for other in found[-len(SHIFTS) :] if _row(other, mark) and mark.x - other.x < NEAR)
        found.append(Placed(mark.x, mark.y + SHIFTS[near % len(SHIFTS)], mark.from_x, mark.spot))
    return tuple(found)


def _row(other: Placed, mark: Placed) -> bool:
    return abs(other.y - mark.y) < ROW // 2
