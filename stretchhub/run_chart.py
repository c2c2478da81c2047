"""Geometry of a run chart: values day by day, between where it began and where it should come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .charts import between

WIDTH = 340
TOP = 14
BOTTOM = 124
HEIGHT = 148
RIGHT = 10
APART = 14  # two names nearer than this would stand on each other


@dataclass(frozen=True)
class Value:
    """What was measured on a day, with the range it honestly lies in where there is one."""

    day: date
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Point:
    x: int
    y: int
    low_y: int | None
    high_y: int | None


@dataclass(frozen=True)
class RunChart:
    """Points from left to right by their days; more is higher, whichever way is the better one."""

    points: tuple[Point, ...]
    baseline_y: int
    target_y: int
    median_y: int | None
    names_baseline: bool  # whether the start has room for its name beside the target's
    left: int
    width: int = WIDTH
    height: int = HEIGHT
    bottom: int = BOTTOM
    right: int = WIDTH - RIGHT

    @property
    def line(self) -> str:
        """The points as a polyline has them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def run_chart(
    values: Sequence[Value], baseline: float, target: float, median: float | None = None, left: int = 40
) -> RunChart | None:
    """None below two values: one alone is no run."""
    if len(values) < 2:
        return None
    ordered = sorted(values, key=lambda each: each.day)
    known = [baseline, target, *(each.value for each in ordered)]
    known += [end for each in ordered for end in (each.low, each.high) if end is not None]
    bottom, top = min(known), max(known)
    first, last = ordered[0].day.toordinal(), ordered[-1].day.toordinal()

    def x(day: date) -> int:
        # A point drawn on the edge would be cut in half.
        return between(day.toordinal(), first, last, left + 10, WIDTH - RIGHT - 10)

    def y(value: float) -> int:
        return between(value, bottom, top, BOTTOM - 8, TOP)

    return RunChart(
        points=tuple(
            Point(
                x(each.day),
                y(each.value),
                y(each.low) if each.low is not None else None,
                y(each.high) if each.high is not None else None,
            )
            for each in ordered
        ),
        baseline_y=y(baseline),
        target_y=y(target),
        median_y=y(median) if median is not None else None,
        names_baseline=abs(y(baseline) - y(target)) >= APART,
        left=left,
    )
