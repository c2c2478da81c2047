"""How far an option reaches beyond what somebody has shown, and what help raises the ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from assignments.method import DEFAULT, Method, Reason
from assignments.workload import Workload as Workload
from assignments.workload import workload as workload

Zone = Literal["familiar", "stretch", "overstretch"]
Band = Literal["light", "productive", "upper_edge", ""]
Kind = Literal["raise_support", "lower_demand", "raise_demand"]

COMPONENTS = tuple(range(1, 11))
SUPPORTS = ("feedback", "access", "peers", "resources", "safety")
LEAP = 3
ZONES: tuple[Zone, ...] = get_args(Zone)
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Profile:
    """What an option asks (1–5), what was shown before, and the support there is; None where nobody has said."""

    demand: tuple[int | None, ...]
    demonstrated: tuple[int | None, ...]
    support: tuple[int | None, ...]
    named_support: frozenset[int] = frozenset()
    confidence: int | None = None

    def __post_init__(self) -> None:
        _check("demand", self.demand, len(COMPONENTS))
        _check("demonstrated", self.demonstrated, len(COMPONENTS))
        _check("support", self.support, len(SUPPORTS))
        _check("confidence", (self.confidence,), 1)
        if not self.named_support <= set(COMPONENTS):
            raise ValueError("named_support")


@dataclass(frozen=True)
class Gate:
    """Something to settle whatever the zone says; not `sure` where it depends on a level nobody knows."""

    code: Literal["leap_needs_support", "add_feedback", "low_confidence"]
    component: int | None = None
    sure: bool = True


@dataclass(frozen=True)
class Stretch:
    """The zone of an option; None where it cannot be assessed.

    With unknown levels the load is a range: `value`, `band` and `parts` speak of its high end, `zone_low` and
    `band_low` of its low end. Loads are there whenever every demand is; ceiling with every support; q only with a zone.
    """

    value: Zone | None
    reason: Reason
    band: Band = ""
    band_low: Band = ""
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

    kind: Kind
    target: int | str
    from_level: int
    to_level: int
    result: Stretch


def assess(profile: Profile, method: Method = DEFAULT) -> Stretch:
    """Weigh each step beyond what was shown, and hold the sum against the ceiling that the support makes."""
    weighed = _weigh(profile, method)
    lacking = _lacking(weighed, profile, method)
    if lacking:
        return replace(weighed, reason=lacking)
    assert weighed.load_low is not None and weighed.load_high is not None and weighed.ceiling is not None
    low, q_low = _zone(weighed.load_low, weighed.ceiling, method)
    high, q_high = _zone(weighed.load_high, weighed.ceiling, method)
    return replace(
        weighed,
        value=high,
        zone_low=low,
        reason=_why(low, high, weighed),
        band=_band(q_high, method) if high == "stretch" else "",
        band_low=_band(q_low, method) if low == "stretch" else "",
        provisional=bool(weighed.unknown) or low != high,
        q_low=q_low,
        q_high=q_high,
    )


def what_if(profile: Profile, method: Method = DEFAULT) -> tuple[Lever, ...]:
    """Every single step that moves the zone: more support first, then less demand; what is familiar asks for more.

    Next come those that land nearest to the productive band, then the order of the form.
    """
    now = assess(profile, method)
    if now.value is None:
        return ()
    if now.value == "familiar":
        moving = [lever for lever in _up(profile, method) if lever.result.value == "stretch"]
    else:
        moving = [lever for lever in _down(profile, method) if lever.result.value != now.value]
    return tuple(sorted(moving, key=lambda lever: (KINDS.index(lever.kind), _distance(lever.result, method))))


def demonstrated_after(
    profile: Profile, *, observer_median: float | None, tagged: frozenset[int], method: Method = DEFAULT
) -> dict[int, int]:
    """New levels by component after a final review: one step up where it was asked, seen and shown.

    Where nobody knows the level before, none is made up.
    """
    if observer_median is None or observer_median < method.flow_back_median:
        return {}
    rows = zip(COMPONENTS, profile.demand, profile.demonstrated, strict=True)
    return {
        component: min(demand, shown + 1)
        for component, demand, shown in rows
        if component in tagged and demand is not None and shown is not None and demand > shown
    }


def _check(name: str, levels: tuple[int | None, ...], length: int) -> None:
    if len(levels) != length or any(level is not None and level not in range(1, 6) for level in levels):
        raise ValueError(name)


def _weigh(profile: Profile, method: Method) -> Stretch:
    """All that can be said before there is a zone."""
    rows = list(zip(COMPONENTS, profile.demand, profile.demonstrated, strict=True))
    gaps = tuple(None if d is None or e is None else d - e for _, d, e in rows)
    points = tuple((_points((d or 1) - (e or 5), method), _points((d or 5) - (e or 1), method)) for _, d, e in rows)
    whole = None not in profile.demand
    support, ceiling = _ceiling(profile.support, method)
    weighed = Stretch(
        value=None,
        reason=Reason(""),
        gaps=gaps,
        points=points,
        load_low=sum(low for low, _ in points) if whole else None,
        load_high=sum(high for _, high in points) if whole else None,
        support=support,
        ceiling=ceiling,
        leaps=tuple(i for i, gap in zip(COMPONENTS, gaps, strict=True) if gap is not None and gap >= LEAP),
        unknown=tuple(i for i, d, e in rows if e is None and d is not None and d >= method.unknown_from_demand),
        parts=tuple((i, high) for i, (_, high) in zip(COMPONENTS, points, strict=True) if high and whole),
    )
    return replace(weighed, gates=tuple(_gates(weighed, profile, method)))


def _points(gap: int, method: Method) -> int:
    if gap <= 0:
        return 0
    return method.gap_leap if gap >= LEAP else method.gap_two if gap == 2 else method.gap_one


def _ceiling(levels: tuple[int | None, ...], method: Method) -> tuple[float | None, float | None]:
    known = [level for level in levels if level is not None]
    if len(known) < len(levels):
        return None, None
    support = sum(known) / len(known)
    # Rounded, so that a load exactly at the ceiling is not over it by the last bit.
    return support, round(method.ceiling_base + method.ceiling_slope * (support - 1), 9)


def _gates(weighed: Stretch, profile: Profile, method: Method) -> Iterator[Gate]:
    rows = zip(COMPONENTS, profile.demand, profile.demonstrated, strict=True)
    for component, demand, shown in rows:
        # What nobody has said may be as low as 1, and it is a leap from there.
        if demand is not None and demand - (shown or 1) >= LEAP and component not in profile.named_support:
            yield Gate("leap_needs_support", component, sure=shown is not None)
    feedback, low, high = profile.support[0], weighed.load_low, weighed.load_high
    seldom = feedback is not None and feedback <= method.feedback_low
    if seldom and low is not None and high is not None and high > method.feedback_load:
        yield Gate("add_feedback", sure=low > method.feedback_load)
    if profile.confidence is not None and profile.confidence <= method.confidence_low:
        yield Gate("low_confidence")


def _lacking(weighed: Stretch, profile: Profile, method: Method) -> Reason | None:
    demand = tuple(i for i, level in zip(COMPONENTS, profile.demand, strict=True) if level is None)
    support = tuple(name for name, level in zip(SUPPORTS, profile.support, strict=True) if level is None)
    if demand:
        return Reason("demand_missing", {"components": demand, "supports": support})
    if support:
        return Reason("support_missing", {"supports": support})
    if len(weighed.unknown) > method.unknowns_max:
        return Reason("too_many_unknown", {"components": weighed.unknown, "most": method.unknowns_max})
    return None


def _zone(load: int, ceiling: float, method: Method) -> tuple[Zone, float]:
    q = load / ceiling
    return ("familiar" if load < method.familiar_below else "stretch" if q <= 1 else "overstretch"), q


def _band(q: float, method: Method) -> Band:
    return "light" if q < method.band_light else "productive" if q <= method.band_upper else "upper_edge"


def _why(low: Zone, high: Zone, weighed: Stretch) -> Reason:
    figures = {"load_low": weighed.load_low, "load_high": weighed.load_high, "ceiling": weighed.ceiling}
    if low != high:
        return Reason("zone_depends", {**figures, "zone_low": low, "zone_high": high, "components": weighed.unknown})
    codes = {"familiar": "hardly_new", "stretch": "load_within_ceiling", "overstretch": "load_over_ceiling"}
    return Reason(codes[high], figures)


def _up(profile: Profile, method: Method) -> Iterator[Lever]:
    return _steps(profile, "raise_demand", 1, method)


def _down(profile: Profile, method: Method) -> Iterator[Lever]:
    yield from _steps(profile, "raise_support", 1, method)
    yield from _steps(profile, "lower_demand", -1, method)


def _steps(profile: Profile, kind: Kind, step: int, method: Method) -> Iterator[Lever]:
    """Each level of the profile's row moved by one, where there is room on the scale."""
    of_support = kind == "raise_support"
    targets: tuple[int | str, ...] = SUPPORTS if of_support else COMPONENTS
    levels = profile.support if of_support else profile.demand
    for place, (target, level) in enumerate(zip(targets, levels, strict=True)):
        if level is not None and 1 <= level + step <= 5:
            row = (*levels[:place], level + step, *levels[place + 1 :])
            moved = replace(profile, support=row) if of_support else replace(profile, demand=row)
            yield Lever(kind, target, level, level + step, assess(moved, method))


def _distance(result: Stretch, method: Method) -> float:
    q = result.q_high or 0
    return round(max(method.band_light - q, q - method.band_upper, 0), 9)
