"""The chosen values that the method's figures rest on: no findings, and versioned so that results keep theirs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why a figure is what it is: a code, and what its sentence needs."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def _value(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class Method:
    """One version of the chosen values; each is checked against its range, and together against each other."""

    version: int = 1

    # The stretch of an option: points per step, the ceiling that support raises, zones and bands.
    gap_one: int = _value(1, 0, 10)
    gap_two: int = _value(2, 0, 20)
    gap_leap: int = _value(4, 0, 40)
    ceiling_base: float = _value(4.0, 1, 20)
    ceiling_slope: float = _value(2.0, 0, 10)
    familiar_below: int = _value(2, 0, 20)
    band_light: float = _value(0.4, 0, 1)
    band_upper: float = _value(0.8, 0, 1)

    # Gates beside the zone, and how long a level counts.
    unknown_from_demand: int = _value(3, 1, 5)
    unknowns_max: int = _value(3, 0, 10)
    feedback_low: int = _value(2, 0, 5)
    feedback_load: int = _value(4, 0, 40)
    confidence_low: int = _value(2, 0, 5)
    stale_months: int = _value(24, 1, 120)
    flow_back_median: float = _value(3.0, 1, 5)

    # Hours.
    util_amber: float = _value(1.05, 0.5, 2)
    util_red: float = _value(1.15, 0.5, 2)
    hours_amber: float = _value(45.0, 20, 100)
    hours_red: float = _value(48.0, 20, 100)
    hours_stop: float = _value(55.0, 20, 100)
    share_high: float = _value(0.20, 0, 1)

    # Scope against the baseline of the kickoff, as shares of it.
    scope_growth_amber: float = _value(0.10, 0, 2)
    scope_growth_red: float = _value(0.25, 0, 2)
    scope_churn_amber: float = _value(0.20, 0, 3)
    scope_churn_red: float = _value(0.40, 0, 3)
    scope_slip_amber: float = _value(0.10, 0, 2)
    scope_slip_red: float = _value(0.25, 0, 2)

    # Balance of a portfolio.
    bold_q: float = _value(0.75, 0, 2)
    bold_stakes: int = _value(4, 1, 5)
    bold_running_max: int = _value(1, 0, 10)
    safe_load: int = _value(4, 0, 40)
    safe_stakes: int = _value(2, 1, 5)
    target_safe: float = _value(0.35, 0, 1)
    target_core: float = _value(0.45, 0, 1)
    target_bold: float = _value(0.20, 0, 1)
    tvd_amber: float = _value(0.25, 0, 1)
    few_options: int = _value(4, 1, 20)
    breadth_amber: float = _value(0.6, 0, 1)
    evenness_amber: float = _value(0.5, 0, 1)
    effective_amber: float = _value(2.0, 1, 20)
    indicative_below: int = _value(5, 1, 50)
    diversity_needs: int = _value(3, 1, 50)
    depth_level: int = _value(4, 1, 5)
    half_life_months: float = _value(18.0, 1, 120)
    next_challenge_days: int = _value(90, 1, 730)

    # Ranking of options.
    close_call: float = _value(5.0, 0, 100)
    fit_full_from: float = _value(0.4, 0.01, 3)
    fit_full_to: float = _value(0.8, 0.01, 3)
    fit_half_at: float = _value(1.0, 0.01, 3)
    fit_none_at: float = _value(1.5, 0.01, 3)
    workload_none_at: float = _value(1.20, 0.5, 3)
    workload_span: float = _value(0.20, 0.01, 2)
    unconfirmed_factor: float = _value(0.5, 0, 1)

    # Possible sponsors: what counts how much, what is worth a remark, and the grid of power and interest.
    sponsor_owns: int = _value(30, 0, 100)
    sponsor_influences: int = _value(25, 0, 100)
    sponsor_develops: int = _value(20, 0, 100)
    sponsor_reach: int = _value(10, 0, 100)
    sponsor_capacity: int = _value(15, 0, 100)
    sponsor_close_call: float = _value(5.0, 0, 100)
    sponsor_most: int = _value(3, 1, 20)
    sponsor_contact_days: int = _value(90, 1, 730)
    grid_high: int = _value(4, 2, 5)
    follow_up_days: int = _value(7, 1, 60)

    def __post_init__(self) -> None:
        if type(self.version) is not int or self.version < 1:
            raise ValueError("version")
        for each in fields(self):
            if each.name != "version":
                _check(each.name, getattr(self, each.name), each.type == "int", each.metadata)
        for smaller, larger in ASCENDING:
            if getattr(self, smaller) > getattr(self, larger):
                raise ValueError(f"{smaller} is above {larger}")
        if not math.isclose(self.target_safe + self.target_core + self.target_bold, 1, abs_tol=1e-9):
            raise ValueError("target_safe, target_core and target_bold do not add up to 1")
        if sum(getattr(self, name) for name in SPONSOR_WEIGHTS) != 100:
            raise ValueError("the weights of a sponsor do not add up to 100")

    @classmethod
    def from_values(cls, version: int, values: Mapping[str, Any]) -> Method:
        """The method that differs from the defaults in `values`; ValueError names a key unknown or out of range.

        What was a chosen value once and decides nothing any more is left out.
        """
        known = {each.name for each in fields(cls)} - {"version"}
        for key in values:
            if key not in known | RETIRED:
                raise ValueError(f"{key} is unknown")
        return cls(version, **{key: value for key, value in values.items() if key in known})

    def values(self) -> dict[str, int | float]:
        """Every value but the version, as `from_values` takes them."""
        return {key: value for key, value in asdict(self).items() if key != "version"}


# Values that earlier versions may hold and nothing is made from any more.
RETIRED = {"share_low"}

# What makes a sponsor, in whole points that make 100.
SPONSOR_WEIGHTS = ("sponsor_owns", "sponsor_influences", "sponsor_develops", "sponsor_reach", "sponsor_capacity")

# What must not overtake what, or zones, bands and lights would be out of order.
ASCENDING = (
    ("gap_one", "gap_two"),
    ("gap_two", "gap_leap"),
    ("band_light", "band_upper"),
    ("util_amber", "util_red"),
    ("hours_amber", "hours_red"),
    ("hours_red", "hours_stop"),
    ("scope_growth_amber", "scope_growth_red"),
    ("scope_churn_amber", "scope_churn_red"),
    ("scope_slip_amber", "scope_slip_red"),
    ("fit_full_from", "fit_full_to"),
    ("fit_full_to", "fit_half_at"),
    ("fit_half_at", "fit_none_at"),
)


def _check(name: str, value: object, whole: bool, limits: Mapping[str, float]) -> None:
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise ValueError(f"{name} is not a {'whole ' if whole else ''}number")
    if not limits["low"] <= value <= limits["high"]:
        raise ValueError(f"{name} is not between {limits['low']} and {limits['high']}")


@dataclass(frozen=True)
class Weights:
    """What counts how much in the order of options; whole numbers from 0 that make 100."""

    goal: int = 30
    gap: int = 25
    stretch: int = 20
    sponsor: int = 15
    workload: int = 10

    def __post_init__(self) -> None:
        for name, weight in asdict(self).items():
            if type(weight) is not int or not 0 <= weight <= 100:
                raise ValueError(f"{name} is not a whole number from 0 to 100")
        if sum(asdict(self).values()) != 100:
            raise ValueError("the weights do not add up to 100")


DEFAULT = Method()
DEFAULT_WEIGHTS = Weights()
