"""How far the scope of an assignment has moved from what was agreed at kickoff.

Formulas and thresholds: the method's section on scope drift. Drift may be right; the figures ask for a decision.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from .method import DEFAULT, Method, Reason
from .status import Light

# An edit of the plan without a change of scope beside it is silent after so many days.
SILENT_AFTER_DAYS = 7
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Baseline:
    """What was agreed: hours in all, and the first and the last day."""

    hours: float
    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.hours <= 0:
            raise ValueError("a baseline has hours")
        if self.ends_on <= self.starts_on:
            raise ValueError("a baseline ends after it starts")

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days


@dataclass(frozen=True)
class Step:
    """One change: hours that come on, that come off (both from 0), or by which something changes."""

    added: float = 0
    removed: float = 0
    changed: float = 0

    def __post_init__(self) -> None:
        if self.added < 0 or self.removed < 0:
            raise ValueError("hours that come on or off are counted from 0")


@dataclass(frozen=True)
class Measure:
    """One figure as a share of the baseline, and its light."""

    value: float
    light: Light


@dataclass(frozen=True)
class Drift:
    """`value` is the growth as a share of the baseline's hours; `parts` holds growth, churn and slip."""

    value: float
    parts: tuple[tuple[str, Measure], ...]
    reason: Reason

    def part(self, name: str) -> Measure:
        return dict(self.parts)[name]

    @property
    def light(self) -> Light:
        """The worst of the three."""
        lights = {measure.light for _name, measure in self.parts}
        return "red" if "red" in lights else "amber" if "amber" in lights else "green"


def drift(
    baseline: Baseline,
    steps: Collection[Step],
    ends_on: date,
    *,
    paused_days: int = 0,
    method: Method = DEFAULT,
) -> Drift:
    """Growth, churn and slip since kickoff.

    growth = (added − removed + Σ changes) / baseline hours, churn = (added + removed + Σ |changes|) / baseline hours,
    slip = (end now − end then) / days from start to end then. Days on which the clocks stood are no slip. All three
    are shares: 0.14 is fourteen per cent; growth and slip may be below zero.
    """
    added = sum(step.added for step in steps)
    removed = sum(step.removed for step in steps)
    growth = growth_of(baseline.hours, steps)
    churn = (added + removed + sum(abs(step.changed) for step in steps)) / baseline.hours
    slip = ((ends_on - baseline.ends_on).days - paused_days) / baseline.days
    parts = (
        ("growth", Measure(growth, growth_light(growth, method))),
        ("churn", Measure(churn, _light(churn, method.scope_churn_amber, method.scope_churn_red))),
        ("slip", Measure(slip, _light(slip, method.scope_slip_amber, method.scope_slip_red))),
    )
    return Drift(growth, parts, _reason(growth, slip, {name: measure.light for name, measure in parts}))


def growth_of(hours: float, steps: Collection[Step]) -> float:
    """What came on, less what came off, as a share of the hours agreed."""
    return sum(step.added - step.removed + step.changed for step in steps) / hours


def growth_light(share: float, method: Method = DEFAULT) -> Light:
    return _light(share, method.scope_growth_amber, method.scope_growth_red)


def _light(share: float, amber: float, red: float) -> Light:
    return "red" if share > red else "amber" if share > amber else "green"


def _reason(growth: float, slip: float, lights: dict[str, Light]) -> Reason:
    """What the sentence is about: growth first, then the end, then the coming and going."""
    for name in ("growth", "slip", "churn"):
        if lights[name] != "green":
            return Reason(name, {"share": growth if name == "growth" else slip, "light": lights[name]})
    return Reason("steady", {"share": growth})


@dataclass(frozen=True)
class Edit:
    """Somebody edited the plan on a day; whether a change of scope names this edit."""

    on: date
    explained: bool = False


def silent(edits: Collection[Edit], changes: Collection[date], day: date) -> tuple[Edit, ...]:
    """The edits that nobody explained: no change names them, none was written down within a week of them.

    An edit has its week to be explained, so none is silent before that week is over.
    """
    week = DAY * SILENT_AFTER_DAYS
    return tuple(
        edit
        for edit in sorted(edits, key=lambda edit: edit.on)
        if not edit.explained and edit.on + week < day and not any(abs(on - edit.on) <= week for on in changes)
    )
