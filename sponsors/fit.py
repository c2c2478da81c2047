"""How well somebody would fit as a sponsor, and where people stand: sums whose every part stays visible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

from assignments.method import DEFAULT, Method, Reason

Criterion = Literal["owns", "influences", "develops", "reach", "capacity"]
CRITERIA: tuple[Criterion, ...] = ("owns", "influences", "develops", "reach", "capacity")
Quadrant = Literal["work_closely", "keep_satisfied", "keep_informed", "monitor"]
QUADRANTS: tuple[Quadrant, ...] = ("work_closely", "keep_satisfied", "keep_informed", "monitor")
LOWEST, HIGHEST = 1, 5
# Scores are compared as they would be written out, so that the last bit of a sum decides nothing.
DIGITS = 9


@dataclass(frozen=True)
class Facts:
    """What is known of somebody beside the five judgements; flags come of it, never points."""

    is_manager: bool = False
    conflict: str = ""
    sponsoring: int = 0
    last_contact_on: date | None = None
    same_network: bool = False
    is_active: bool = True


@dataclass(frozen=True)
class Candidate:
    """Somebody who might sponsor; what nobody has judged is missing from `judged`."""

    key: str
    title: str
    judged: Mapping[Criterion, int]
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True)
class Part:
    """What one criterion adds: its weight times (judgement - 1) / 4; None where it is not judged."""

    criterion: Criterion
    weight: int
    judged: int | None
    value: float | None


@dataclass(frozen=True)
class Fit:
    """What is judged adds up to `value` (None where nothing is); with the rest at its best it is `high`."""

    key: str
    title: str
    value: float | None
    high: float
    parts: tuple[Part, ...]
    unknown: tuple[Criterion, ...]
    flags: tuple[Reason, ...]
    reason: Reason


@dataclass(frozen=True)
class Pair:
    """Two neighbours of the order, the one ahead first, that the score does not tell apart."""

    first: str
    second: str
    difference: float
    reason: Reason


@dataclass(frozen=True)
class Order:
    """Possible sponsors by what is known of them, highest first; the choice stays with people."""

    value: tuple[Fit, ...]
    parts: tuple[Pair, ...]
    reason: Reason
    version: int = 1


@dataclass(frozen=True)
class Ratio:
    """Days since the last contact for each day of the agreed interval; above 1 it is overdue."""

    value: float | None
    parts: tuple[tuple[str, int | None], ...]
    reason: Reason


@dataclass(frozen=True)
class Place:
    """Where somebody stands on the grid of power and interest, as it was seen on a day."""

    value: Quadrant
    parts: tuple[tuple[str, int], ...]
    reason: Reason


def weights(method: Method = DEFAULT) -> dict[Criterion, int]:
    return {
        "owns": method.sponsor_owns,
        "influences": method.sponsor_influences,
        "develops": method.sponsor_develops,
        "reach": method.sponsor_reach,
        "capacity": method.sponsor_capacity,
    }


def fit(candidate: Candidate, today: date, method: Method = DEFAULT) -> Fit:
    """Add up what is judged; what is not adds nothing and opens a range."""
    parts = tuple(_part(each, weight, candidate.judged.get(each)) for each, weight in weights(method).items())
    known = [part.value for part in parts if part.value is not None]
    unknown = tuple(part.criterion for part in parts if part.value is None)
    code = "not_assessed" if not known else "partly_judged" if unknown else "all_judged"
    return Fit(
        key=candidate.key,
        title=candidate.title,
        value=sum(known) if known else None,
        high=sum(known) + sum(part.weight for part in parts if part.value is None),
        parts=parts,
        unknown=unknown,
        flags=flags(candidate.facts, today, method),
        reason=Reason(code, {"unknown": unknown}),
    )


def order(candidates: Sequence[Candidate], today: date, method: Method = DEFAULT) -> Order:
    """Put possible sponsors in order; neighbours that are a close call, or not yet told apart, are named."""
    fits = tuple(sorted((fit(each, today, method) for each in candidates), key=_place))
    pairs = tuple(pair for ahead, behind in pairwise(fits) if (pair := _pair(ahead, behind, method)))
    return Order(fits, pairs, Reason("ordered" if fits else "nobody", {"people": len(fits)}), method.version)


def flags(facts: Facts, today: date, method: Method = DEFAULT) -> tuple[Reason, ...]:
    """What to talk about before somebody is asked; none of it changes the score."""
    days = None if facts.last_contact_on is None else (today - facts.last_contact_on).days
    raised = (
        (not facts.is_active, Reason("inactive")),
        (facts.is_manager, Reason("rates_performance")),
        (bool(facts.conflict.strip()), Reason("conflict")),
        (facts.sponsoring >= method.sponsor_most, Reason("sponsors_many", {"n": facts.sponsoring})),
        (days is not None and days > method.sponsor_contact_days, Reason("no_contact", {"days": days})),
        (facts.same_network, Reason("same_network")),
    )
    return tuple(reason for is_so, reason in raised if is_so)


def place(power: int, interest: int, method: Method = DEFAULT) -> Place:
    """The quadrant of somebody with this power and this interest, each 1 to 5."""
    for level in (power, interest):
        if not LOWEST <= level <= HIGHEST:
            raise ValueError(f"{level} is not between {LOWEST} and {HIGHEST}")
    is_strong, is_keen = power >= method.grid_high, interest >= method.grid_high
    quadrant: Quadrant
    if is_strong:
        quadrant = "work_closely" if is_keen else "keep_satisfied"
    else:
        quadrant = "keep_informed" if is_keen else "monitor"
    return Place(quadrant, (("power", power), ("interest", interest)), Reason(quadrant, {"high": method.grid_high}))


def contact_ratio(last_on: date | None, today: date, agreed_days: int) -> Ratio:
    """How far the contact lags behind what was agreed; undefined before the first contact or without a rhythm."""
    days = None if last_on is None else (today - last_on).days
    parts = (("days", days), ("agreed", agreed_days))
    if agreed_days <= 0:
        return Ratio(None, parts, Reason("no_rhythm"))
    if days is None:
        return Ratio(None, parts, Reason("no_contact_yet"))
    ratio = days / agreed_days
    return Ratio(ratio, parts, Reason("overdue" if ratio > 1 else "in_rhythm", {"days": days, "agreed": agreed_days}))


def _part(criterion: Criterion, weight: int, judged: int | None) -> Part:
    if judged is None:
        return Part(criterion, weight, None, None)
    if not LOWEST <= judged <= HIGHEST:
        raise ValueError(f"{criterion} is not between {LOWEST} and {HIGHEST}")
    return Part(criterion, weight, judged, weight * (judged - LOWEST) / (HIGHEST - LOWEST))


def _place(found: Fit) -> tuple[bool, float, float, str, str]:
    value = 0 if found.value is None else round(found.value, DIGITS)
    return found.value is None, -value, -round(found.high, DIGITS), found.title, found.key


def _pair(ahead: Fit, behind: Fit, method: Method) -> Pair | None:
    """Two whole scores are a close call below the limit; a range that reaches the one ahead leaves it open."""
    if ahead.value is None or behind.value is None:
        return None
    difference = round(ahead.value - behind.value, DIGITS)
    if behind.unknown and round(behind.high, DIGITS) >= round(ahead.value, DIGITS):
        reason = Reason("cannot_separate", {"unknown": behind.unknown})
    elif difference < method.sponsor_close_call:
        reason = Reason("close_call", {"difference": difference})
    else:
        return None
    return Pair(ahead.key, behind.key, difference, reason)
