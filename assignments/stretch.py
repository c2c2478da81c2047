"""How far an option reaches beyond what somebody has shown, and what help raises the ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assignments.method import DEFAULT, Method, Reason

Zone = Literal["familiar", "stretch", "overstretch"]
Band = Literal["light", "productive", "upper_edge", ""]
Light = Literal["green", "amber", "red", "stop"]

COMPONENTS = tuple(range(1, 11))
SUPPORTS = ("feedback", "access", "peers", "resources", "safety")
LEAP = 3


@dataclass(frozen=True)
class Profile:
    """What an option asks (1–5), what was shown before, and the support there is; None where nobody has said."""

    demand: tuple[int | None, ...]
    demonstrated: tuple[int | None, ...]
    support: tuple[int | None, ...]
    named_support: frozenset[int] = frozenset()
    confidence: int | None = None


@dataclass(frozen=True)
class Gate:
    """Something to settle whatever the zone says; not `sure` where it depends on a level nobody knows."""

    code: Literal["leap_needs_support", "add_feedback", "low_confidence"]
    component: int | None = None
    sure: bool = True


@dataclass(frozen=True)
class Stretch:
    """The zone of an option; None where it cannot be assessed.

    With unknown levels the load is a range: `value`, `band` and `parts` speak of its high end, `zone_low` of its low
    end. Loads are there whenever every demand is; ceiling with every support; q only with a zone.
    """

    value: Zone | None
    reason: Reason
    band: Band = ""
    zone_low: Zone | None = None
    provisional: bool = False
    gaps: tuple[int | None, ...] = ()
    points: tuple[tuple[int, int], ...] = ()
    load_low: int | None = None
    load_high: int | None = None
    support: float | None = None
    ceiling: float | None = None
    q_low: float | None = None
    q_high: float | None = None
    leaps: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    gates: tuple[Gate, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def load(self) -> int | None:
        """The load where it is one figure."""
        return self.load_low if self.load_low == self.load_high else None

    @property
    def q(self) -> float | None:
        """Load over ceiling where it is one figure."""
        return self.q_low if self.q_low == self.q_high else None


@dataclass(frozen=True)
class Lever:
    """One single step that moves the zone; `target` is a component's number or a support's name."""

    kind: Literal["raise_support", "lower_demand", "raise_demand"]
    target: int | str
    from_level: int
    to_level: int
    result: Stretch


@dataclass(frozen=True)
class Workload:
    """Hours a week over those contracted (`value`); parts add up to the hours."""

    value: float | None
    reason: Reason
    hours: float | None = None
    light: Light | None = None
    share: float | None = None
    needs_backfill: bool = False
    parts: tuple[tuple[str, float], ...] = ()


def assess(profile: Profile, method: Method = DEFAULT) -> Stretch:
    """Weigh each step beyond what was shown, and hold the sum against the ceiling that the support makes."""
    raise NotImplementedError


def what_if(profile: Profile, method: Method = DEFAULT) -> tuple[Lever, ...]:
    """Every single step that moves the zone: more support first, then less demand; what is familiar asks for more."""
    raise NotImplementedError


def workload(
    base: float | None,
    stretch: float | None,
    backfill: float | None,
    contracted: float | None,
    method: Method = DEFAULT,
) -> Workload:
    """How full the week becomes. No backfill given (None) counts as none agreed."""
    raise NotImplementedError


def demonstrated_after(
    profile: Profile, *, observer_median: float | None, tagged: frozenset[int], method: Method = DEFAULT
) -> dict[int, int]:
    """New levels by component after a final review: one step up where it was asked, seen and shown."""
    raise NotImplementedError
