"""How full the week becomes with an assignment in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assignments.method import DEFAULT, Method, Reason

Light = Literal["green", "amber", "red", "stop"]
LIGHTS: tuple[Light, ...] = ("green", "amber", "red", "stop")
# A load from here on, at so many check-ins running, is strain.
STRAIN_FROM, RUNNING = 4, 2
# Hours count as more, or less, than agreed from a quarter on; somebody's week is no clockwork.
MARGIN = 1.25


@dataclass(frozen=True)
class Workload:
    """Hours a week over those contracted (`value`); parts add up to the hours.

    A week at "stop" is refused, and so is one that `needs_backfill`: more than the usual share of the week, and
    nothing agreed about what goes.
    """

    value: float | None
    reason: Reason
    hours: float | None = None
    light: Light | None = None
    share: float | None = None
    needs_backfill: bool = False
    parts: tuple[tuple[str, float], ...] = ()
    contracted: float | None = None


def workload(
    base: float | None,
    stretch: float | None,
    backfill: float | None,
    contracted: float | None,
    method: Method = DEFAULT,
    *,
    running: float = 0,
) -> Workload:
    """Weigh the week; no backfill given (None) counts as none agreed, and no contracted hours (0) as not known.

    `running` are the hours of what runs beside it, less what others take over of that.
    """
    if base is None or stretch is None or not contracted:
        given = {"base": base, "stretch": stretch, "contracted": contracted or None}
        missing = tuple(name for name, hours in given.items() if hours is None)
        return Workload(None, Reason("hours_missing", {"missing": missing}))
    if min(base, running, stretch, backfill or 0, contracted) < 0:
        raise ValueError("hours are below 0")
    parts = (("base", base), ("running", running), ("stretch", stretch), ("backfill", -(backfill or 0)))
    # Rounded, so that exactly at a line is not over it by the last bit.
    hours = round(sum(part for _, part in parts), 9)
    util, share = round(hours / contracted, 9), round(stretch / contracted, 9)
    light, code = _light(util, hours, method)
    figures = {"util": util, "hours": hours, "share": share}
    needs = share > method.share_high and not backfill
    return Workload(util, Reason(code, figures), hours, light, share, needs, parts, contracted)


def _light(util: float, hours: float, method: Method) -> tuple[Light, str]:
    """The worse of the two, and which it was."""
    by_hours = sum((hours > method.hours_amber, hours > method.hours_red, hours >= method.hours_stop))
    by_util = sum((util > method.util_amber, util > method.util_red))
    light = LIGHTS[max(by_hours, by_util)]
    if light == "green":
        return light, "fits"
    return light, "many_hours" if by_hours >= by_util else "over_contract"


@dataclass(frozen=True)
class Said:
    """What the mentee answered at one check-in: how the load feels from 1 to 5, and hours a week."""

    load: int | None = None
    hours: float | None = None


@dataclass(frozen=True)
class Guard:
    """`value` says that it is time to take something off, to pause or to get cover; the reason says why."""

    value: bool
    parts: tuple[tuple[str, float], ...]
    reason: Reason


def lately(said: Sequence[Said]) -> float | None:
    """Hours a week by the last answers that named any."""
    named = [each.hours for each in said if each.hours is not None][-RUNNING:]
    return sum(named) / len(named) if named else None


def strained(said: Sequence[Said]) -> bool:
    """Whether the load was high at the last check-ins running."""
    last = said[-RUNNING:]
    return len(last) == RUNNING and all(each.load is not None and each.load >= STRAIN_FROM for each in last)


def guard(said: Sequence[Said], agreed: float | None, light: Light | None) -> Guard:
    """Look at the answers since the two last decided what to do, the newest last; `light` is that of the week."""
    hours = lately(said)
    parts = tuple((name, each) for name, each in (("agreed", agreed), ("lately", hours)) if each is not None)
    if strained(said):
        return Guard(True, parts, Reason("strained"))
    told = sum(each.hours is not None for each in said) >= RUNNING
    if told and light in ("red", "stop"):
        return Guard(True, parts, Reason("too_full"))
    if hours is None:
        return Guard(False, parts, Reason("not_told"))
    if agreed and hours >= agreed * MARGIN:
        return Guard(False, parts, Reason("over_agreed"))
    if agreed and hours * MARGIN <= agreed:
        return Guard(False, parts, Reason("under_agreed"))
    return Guard(False, parts, Reason("as_agreed"))
