"""Geometry of the charts: numbers in, whole-number coordinates out. No Django, no colours, no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

STRIP = 340  # width of the small charts, in the units of their own drawing
PAD = 12
LINE = 720  # width of a timeline
LANE = 26
WIDE = 240  # width of a line from 1 to 5 that stands among others
LEAP = 3


def between(value: float, low: float, high: float, start: int, end: int) -> int:
    """Where `value` falls when low…high is laid on start…end."""
    if high == low:
        return round((start + end) / 2)
    return round(start + (value - low) / (high - low) * (end - start))


# --- outcome: baseline, target, actual and its honest range -------------------------------------


@dataclass(frozen=True)
class Bullet:
    """An outcome on the way from its baseline (left) to its target (right), whichever number is larger."""

    baseline_x: int
    target_x: int
    bar_x: int | None
    bar_width: int | None
    actual_x: int | None
    range_x: int | None
    range_width: int | None
    backward: bool
    progress: float | None  # 0 at the baseline, 1 at the target; None where undefined
    width: int = STRIP
    height: int = 36


def bullet(
    baseline: float,
    target: float,
    actual: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Bullet | None:
    """None when baseline and target are the same: then there is no way to draw."""
    if baseline == target:
        return None

    def share(value: float) -> float:
        return (value - baseline) / (target - baseline)

    known = [share(value) for value in (actual, low, high) if value is not None]
    left, right = min([0.0, *known]), max([1.0, *known])

    def x(value: float) -> int:
        return between(share(value), left, right, PAD, STRIP - PAD)

    start = x(baseline)
    end = x(actual) if actual is not None else None
    ends = sorted((x(low), x(high))) if low is not None and high is not None else None
    return Bullet(
        baseline_x=start,
        target_x=x(target),
        bar_x=min(start, end) if end is not None else None,
        bar_width=abs(end - start) if end is not None else None,
        actual_x=end,
        range_x=ends[0] if ends else None,
        range_width=max(2, ends[1] - ends[0]) if ends else None,
        backward=actual is not None and share(actual) < 0,
        progress=share(actual) if actual is not None else None,
    )


# --- dots on 1–5 --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    label: str
    value: float
    ring: bool


@dataclass(frozen=True)
class DotStrip:
    """Raters as dots on one line from 1 to 5; self is a ring and does not count into the median."""

    ticks: tuple[tuple[int, int], ...]
    dots: tuple[Dot, ...]
    median: float | None
    median_x: int | None
    axis_y: int
    height: int
    width: int = STRIP


def level_x(value: float, width: int = STRIP) -> int:
    return between(value, 1, 5, PAD, width - PAD)


def dot_strip(marks: Sequence[tuple[str, float | None, bool]]) -> DotStrip:
    """`marks` are (label, level or None for not observed, is self)."""
    seen = [(label, value, ring) for label, value, ring in marks if value is not None]
    stacked: dict[float, int] = {}
    placed = []
    for label, value, ring in seen:
        row = stacked[value] = stacked.get(value, -1) + 1
        placed.append((label, value, ring, row))
    axis_y = 14 + 16 * max(stacked.values(), default=0)
    counted = [value for _label, value, ring in seen if not ring]
    middle = median(counted) if counted else None
    return DotStrip(
        ticks=tuple((level, level_x(level)) for level in range(1, 6)),
        dots=tuple(Dot(level_x(v), axis_y - 16 * row, label, v, ring) for label, v, ring, row in placed),
        median=middle,
        median_x=level_x(middle) if middle is not None else None,
        axis_y=axis_y,
        height=axis_y + 30,
    )


# --- level now and level wanted -----------------------------------------------------------------


@dataclass(frozen=True)
class LevelRow:
    """One line from 1 to 5 with what is demonstrated and what is demanded."""

    label: str
    now: float | None
    wanted: float | None
    now_x: int | None
    wanted_x: int | None
    gap: float | None
    ticks: tuple[int, ...]
    note: str = ""
    width: int = 200
    height: int = 24


def level_row(label: str, now: float | None, wanted: float | None, note: str = "") -> LevelRow:
    return LevelRow(
        label=label,
        note=note,
        now=now,
        wanted=wanted,
        now_x=level_x(now, 200) if now is not None else None,
        wanted_x=level_x(wanted, 200) if wanted is not None else None,
        gap=wanted - now if now is not None and wanted is not None else None,
        ticks=tuple(level_x(level, 200) for level in range(1, 6)),
    )


# --- how far something reaches beyond what was shown ------------------------------------------------


@dataclass(frozen=True)
class Dumbbell:
    """One line from 1 to 5 with what was shown and what is demanded; what nobody knows is an open range."""

    label: str
    shown: int | None
    demanded: int | None
    words: str
    shown_x: int | None
    demanded_x: int | None
    gap: int | None
    gap_x: int | None
    gap_width: int | None
    tone: str  # "leap" from three steps on, "step", or "none" where nothing is demanded beyond what was shown
    width: int = WIDE
    height: int = 24


def dumbbell(label: str, shown: int | None, demanded: int | None, words: str = "") -> Dumbbell:
    gap = demanded - shown if demanded is not None and shown is not None else None
    shown_x = level_x(shown, WIDE) if shown is not None else None
    demanded_x = level_x(demanded, WIDE) if demanded is not None else None
    ends = sorted((shown_x, demanded_x)) if shown_x is not None and demanded_x is not None else None
    return Dumbbell(
        label=label,
        shown=shown,
        demanded=demanded,
        words=words,
        shown_x=shown_x,
        demanded_x=demanded_x,
        gap=gap,
        gap_x=ends[0] if ends else None,
        gap_width=ends[1] - ends[0] if ends else None,
        tone="none" if gap is None or gap <= 0 else "leap" if gap >= LEAP else "step",
    )


# --- parts of a whole ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Segment:
    x: int
    width: int
    label: str
    value: float
    percent: int
    tone: str
    pattern: int  # a second way to tell the parts apart


@dataclass(frozen=True)
class Strip:
    segments: tuple[Segment, ...]
    total: float
    width: int = STRIP
    height: int = 28


def stacked_strip(parts: Sequence[tuple[str, float, str]]) -> Strip:
    """`parts` are (label, value, tone); the widths add up to the whole strip exactly."""
    total = sum(value for _label, value, _tone in parts)
    edge, run, segments = 0, 0.0, []
    for index, (label, value, tone) in enumerate(parts):
        run += value
        end = round(STRIP * run / total) if total else 0
        percent = round(100 * value / total) if total else 0
        segments.append(Segment(edge, end - edge, label, value, percent, tone, index % 3))
        edge = end
    return Strip(tuple(segments), total)


# --- timeline -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """Something that happened or is planned on a day. `planned` marks are drawn hollow."""

    day: date
    label: str
    icon: str
    tone: str = "muted"
    planned: bool = False
    url: str = ""


@dataclass(frozen=True)
class Placed:
    x: int
    y: int
    mark: Mark


@dataclass(frozen=True)
class Timeline:
    months: tuple[tuple[int, date], ...]
    placed: tuple[Placed, ...]
    today_x: int | None
    axis_y: int
    height: int
    start: date
    end: date
    width: int = LINE


def timeline(start: date, end: date, marks: Sequence[Mark], today: date | None = None) -> Timeline:
    """Marks on one line; those too near each other to read stand above one another."""
    start = min([start, *(mark.day for mark in marks)])
    end = max([end, start + timedelta(days=1), *(mark.day for mark in marks)])

    def x(day: date) -> int:
        return between(day.toordinal(), start.toordinal(), end.toordinal(), 16, LINE - 16)

    lanes: list[int] = []
    rows = []
    for mark in sorted(marks, key=lambda each: each.day):
        at = x(mark.day)
        lane = next((i for i, last in enumerate(lanes) if at - last >= LANE), len(lanes))
        lanes[lane : lane + 1] = [at]
        rows.append((at, lane, mark))
    axis_y = 18 + LANE * max(0, len(lanes) - 1)
    return Timeline(
        # A name at the very end would be cut off.
        months=tuple((x(day), day) for day in _months(start, end) if x(day) <= LINE - 40),
        placed=tuple(Placed(at, axis_y - LANE * lane, mark) for at, lane, mark in rows),
        today_x=x(today) if today and start <= today <= end else None,
        axis_y=axis_y,
        height=axis_y + 42,
        start=start,
        end=end,
    )


def _months(start: date, end: date) -> list[date]:
    """The first days of the months in between, at most about a dozen of them."""
    firsts = []
    day = start.replace(day=1)
    while day <= end:
        if day >= start:
            firsts.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return firsts[:: max(1, -(-len(firsts) // 12))]
