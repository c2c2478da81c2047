"""The order of options: a sum whose every part stays visible, and a range where something is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assignments.method import DEFAULT, DEFAULT_WEIGHTS, Method, Reason, Weights
from assignments.portfolio import Want

Factor = Literal["goal", "gap", "stretch", "sponsor", "workload"]
FACTORS: tuple[Factor, ...] = ("goal", "gap", "stretch", "sponsor", "workload")


@dataclass(frozen=True)
class SponsorOutlook:
    """What is known of a sponsor; ratings 1–5 are owns, influences, develops, engaged."""

    state: Literal["unknown", "none", "found"] = "unknown"
    ratings: tuple[int, int, int, int] | None = None
    confirmed: bool = False


@dataclass(frozen=True)
class Candidate:
    """An option to be ranked: fit per goal (0–3, None unknown), contribution per competency, stretch, sponsor, hours."""

    key: str
    title: str
    fits: Mapping[int, int | None] = field(default_factory=dict)
    contributions: Mapping[int, float] = field(default_factory=dict)
    q_low: float | None = None
    q_high: float | None = None
    sponsor: SponsorOutlook = SponsorOutlook()
    util: float | None = None


@dataclass(frozen=True)
class Part:
    """What one factor adds: its worst and best value (0–1), and both times its weight."""

    factor: Factor
    low: float
    high: float
    contribution_low: float
    contribution_high: float
    weight: float
    reason: Reason


@dataclass(frozen=True)
class Score:
    """What is known of an option adds up to `value`; it may come to `high` once the `unknown` factors are known."""

    key: str
    title: str
    value: float
    high: float
    parts: tuple[Part, ...]
    unknown: tuple[Factor, ...]
    reason: Reason


@dataclass(frozen=True)
class Pair:
    """Two options by key, the one ahead first; the factors that would tell them apart."""

    first: str
    second: str
    factors: tuple[Factor, ...] = ()
    difference: float = 0


@dataclass(frozen=True)
class Robustness:
    """In how many of the runs with one weight halved or raised by half the leader stays first."""

    runs: int
    leader_first: int


@dataclass(frozen=True)
class Ranking:
    """Options by what is known of them (`value`, highest first); `robustness` is None under two options."""

    value: tuple[Score, ...]
    reason: Reason
    close_calls: tuple[Pair, ...] = ()
    cannot_separate: tuple[Pair, ...] = ()
    robustness: Robustness | None = None
    weights: Weights = DEFAULT_WEIGHTS
    version: int = 1


def rank(
    candidates: Sequence[Candidate],
    goals: Mapping[int, int],
    wants: Sequence[Want],
    weights: Weights = DEFAULT_WEIGHTS,
    method: Method = DEFAULT,
) -> Ranking:
    """Put options in order by what is known; what is unknown adds nothing and is never shared out."""
    raise NotImplementedError
