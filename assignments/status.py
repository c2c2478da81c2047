"""How an assignment stands, from signals about the work and never about the person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

Light = Literal["green", "amber", "red"]
# One signal as it is lit: its code, its light, and the figures that a sentence about it needs.
Lit = tuple[str, Light, float, int]
ON_TRACK, ATTENTION, OFF_TRACK = "on_track", "needs_attention", "off_track"
EVIDENCE_GRACE_DAYS = 21
WORST_FIRST: tuple[Light, ...] = ("red", "amber", "green")


class Signals(NamedTuple):
    """What is known of an assignment; None where a signal does not apply."""

    overdue_days: int | None = None
    overdue_count: int = 0
    schedule: float | None = None
    check_in_ratio: float | None = None
    sponsor_ratio: float | None = None
    evidence_days: int | None = None
    scope_growth: float | None = None
    objective_changed: bool = False
    scope_unapproved: bool = False
    utilisation: float | None = None
    hours: float | None = None
    strained: bool = False


@dataclass(frozen=True)
class Reason:
    """Why: the code of a signal, its light, and the figures its sentence needs."""

    code: str
    light: Light
    figure: float = 0
    count: int = 0


@dataclass(frozen=True)
class ByHand:
    """Somebody set the status, says why, and until which day it holds."""

    value: str
    reason: str
    by: str
    until: date


@dataclass(frozen=True)
class Judgement:
    """`value` is None where nothing could be judged; `parts` are the lights of the signals known.

    Where somebody set it by hand, `value` is theirs and the signals' reasons stay beside it.
    """

    value: str | None
    parts: tuple[tuple[str, Light], ...] = ()
    reasons: tuple[Reason, ...] = ()
    by_hand: ByHand | None = None

    @property
    def reason(self) -> Reason | None:
        """The one that weighs most."""
        return self.reasons[0] if self.reasons else None


def set_by_hand(judgement: Judgement, by_hand: ByHand | None, day: date) -> Judgement:
    """What somebody set in place of what the signals say, until its day is over."""
    if by_hand is None or day > by_hand.until:
        return judgement
    return replace(judgement, value=by_hand.value, by_hand=by_hand)


def judge(signals: Signals) -> Judgement:
    """Off track with two reds, too much work or an aim changed undecided; attention with one red or two ambers."""
    known = [lit for lit in _lights(signals) if lit is not None]
    if not known:
        return Judgement(None)
    parts = tuple([(code, light) for code, light, _figure, _count in known])
    lights = [light for _code, light in parts]
    reds, ambers = lights.count("red"), lights.count("amber")
    if reds >= 2 or signals.objective_changed or (reds and ("workload", "red") in parts):
        value = OFF_TRACK
    elif reds == 1 or ambers >= 2:
        value = ATTENTION
    else:
        value = ON_TRACK
    return Judgement(value, parts, (*_raised(known, "red"), *_raised(known, "amber")) if reds or ambers else ())


def _raised(known: list[Lit], light: Light) -> list[Reason]:
    return [Reason(*lit) for lit in known if lit[1] == light]


def _lights(signals: Signals) -> list[Lit | None]:
    return [
        _overdue(signals),
        _falling("schedule", signals.schedule, 0.90, 0.70),
        _rising("check_in", signals.check_in_ratio, 1.25, 2),
        _rising("sponsor", signals.sponsor_ratio, 1.25, 2),
        _rising("evidence", signals.evidence_days, 21, 42),
        _scope(signals),
        _workload(signals),
    ]


def _overdue(signals: Signals) -> Lit | None:
    if signals.overdue_days is None:
        return None
    days, count = signals.overdue_days, signals.overdue_count
    light: Light = "red" if days > 14 or count >= 3 else "amber" if days > 3 else "green"
    return "milestone", light, days, count


def _rising(code: str, figure: float | None, green: float, amber: float) -> Lit | None:
    if figure is None:
        return None
    return code, "green" if figure <= green else "amber" if figure <= amber else "red", figure, 0


def _falling(code: str, figure: float | None, green: float, amber: float) -> Lit | None:
    if figure is None:
        return None
    return code, "green" if figure >= green else "amber" if figure >= amber else "red", figure, 0


def _scope(signals: Signals) -> Lit | None:
    if signals.objective_changed:
        return "scope", "red", signals.scope_growth or 0, 0
    lit = _rising("scope", signals.scope_growth, 0.10, 0.25)
    if lit and signals.scope_unapproved and lit[1] == "green":
        return "scope", "amber", lit[2], 0
    return lit


def _workload(signals: Signals) -> Lit | None:
    """The light alone goes with it: hours and strain are between mentee and mentor."""
    if signals.strained:
        return "workload", "red", 0, 0
    by_share = _rising("workload", signals.utilisation, 1.05, 1.15)
    by_hours = _rising("workload", signals.hours, 45, 48)
    lights = [lit[1] for lit in (by_share, by_hours) if lit]
    return ("workload", min(lights, key=WORST_FIRST.index), 0, 0) if lights else None
