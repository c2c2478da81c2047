"""Geometry of capability over time: means with their bands by day, and beneath them the load of the work then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from .charts import between

WIDTH = 360
LEFT = 26
RIGHT = WIDTH - 12
TOP = 12
STEP = 30  # from one level to the next
FLOOR = TOP + 4 * STEP
LANE = 26  # the highest bar of a load
GAP = 18  # between a lane and what stands above it, for the figure on its bars
LEAST_LOAD = 8  # a load of less does not fill its lane
NARROW = 6
NAME = 26  # half of what the name of a month takes
FIRSTS = (1, 7)
MOST_DATES = 4


@dataclass(frozen=True)
class Mean:
    """What one review came to: the observers' mean with its band, and the own level beside it, where there are any."""

    day: date
    value: float | None = None
    low: float | None = None
    high: float | None = None
    own: int | None = None


@dataclass(frozen=True)
class Load:
    """How much a piece of work demanded, from its start to its end; None where nobody can say."""

    start: date
    end: date
    low: int | None
    high: int | None
    words: str = ""


@dataclass(frozen=True)
class Point:
    x: int
    y: int | None
    low_y: int | None
    high_y: int | None
    own_y: int | None


@dataclass(frozen=True)
class Bar:
    """A load: solid to what is sure, open to what it may be; the whole lane, open, where it is not known."""

    x: int
    width: int
    y: int
    height: int
    sure_y: int
    sure_height: int
    known: bool
    words: str
    middle: int


@dataclass(frozen=True)
class GrowthChart:
    points: tuple[Point, ...]
    bars: tuple[Bar, ...]
    levels: tuple[tuple[int, int], ...]
    dates: tuple[tuple[int, date, str], ...]  # with how the name is laid: "mid", or "end" where it would be cut off
    base: int
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT
    floor: int = FLOOR

    @property
    def line(self) -> str:
        """The means as a polyline has them; nothing below two."""
        met = [f"{point.x},{point.y}" for point in self.points if point.y is not None]
        return " ".join(met) if len(met) > 1 else ""

    @property
    def area(self) -> str:
        """The band as a polygon: along its upper edge and back along the lower one; nothing below two reviews."""
        met = [point for point in self.points if point.high_y is not None]
        if len(met) < 2:
            return ""
        there = [f"{point.x},{point.high_y}" for point in met]
        back = [f"{point.x},{point.low_y}" for point in reversed(met)]
        return " ".join([*there, *back])


def growth_chart(means: Sequence[Mean], loads: Sequence[Load] = ()) -> GrowthChart | None:
    """None where nothing was reviewed; the same scale of levels always, so that charts can be compared by eye."""
    if not means:
        return None
    first = min([each.day for each in means] + [each.start for each in loads])
    last = max([each.day for each in means] + [each.end for each in loads])

    def x(day: date) -> int:
        return between(day.toordinal(), first.toordinal(), last.toordinal(), LEFT + 10, RIGHT - 10)

    lanes = _lanes(loads)
    base = FLOOR + len(lanes) * (LANE + GAP)
    return GrowthChart(
        points=tuple(_point(each, x(each.day)) for each in sorted(means, key=lambda each: each.day)),
        bars=tuple(_bars(lanes, x)),
        levels=tuple((level, level_y(level)) for level in range(1, 6)),
        dates=tuple((x(day), day, "end" if x(day) > RIGHT - NAME else "mid") for day in _dates(first, last)),
        base=base,
        height=base + 22,
    )


def level_y(level: float) -> int:
    return round(FLOOR - (level - 1) * STEP)


def _point(mean: Mean, x: int) -> Point:
    return Point(
        x,
        *(None if value is None else level_y(value) for value in (mean.value, mean.low, mean.high)),
        None if mean.own is None else level_y(mean.own),
    )


def _lanes(loads: Iterable[Load]) -> list[list[Load]]:
    """Work that ran at the same time stands one beneath the other."""
    lanes: list[list[Load]] = []
    for load in sorted(loads, key=lambda each: (each.start, each.end)):
        free = next((lane for lane in lanes if lane[-1].end < load.start), None)
        if free is None:
            lanes.append([load])
        else:
            free.append(load)
    return lanes


def _bars(lanes: Sequence[Sequence[Load]], x) -> Iterable[Bar]:
    most = max([LEAST_LOAD, *(load.high for lane in lanes for load in lane if load.high is not None)])
    for number, lane in enumerate(lanes, start=1):
        foot = FLOOR + number * (LANE + GAP)
        for load in lane:
            left, right = x(load.start), x(load.end)
            known = load.low is not None and load.high is not None
            high = _tall(load.high, most) if known else LANE
            sure = _tall(load.low, most) if known else 0
            yield Bar(
                x=left,
                width=max(NARROW, right - left),
                y=foot - high,
                height=high,
                sure_y=foot - sure,
                sure_height=sure,
                known=known,
                words=load.words,
                middle=left + max(NARROW, right - left) // 2,
            )


def _tall(load: int | None, most: int) -> int:
    return max(2, round((load or 0) / most * LANE))


def _dates(first: date, last: date) -> list[date]:
    """The beginnings of half-years in between, at most four; where there is none, the first and the last day."""
    found = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in FIRSTS]
    found = [day for day in found if first < day <= last]
    if not found:
        return [first, last] if first != last else [first]
    return found[:: -(-len(found) // MOST_DATES)]
