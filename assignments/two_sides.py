"""Where the two sides of a check-in see things differently: something to talk about, never a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .method import Reason

# Two steps of five apart is more than taste; so is half as many hours again.
LOADS_APART = 2
HOURS_APART = 1.5
TEXTS = ("decision_missing", "scope", "avoided")


@dataclass(frozen=True)
class Side:
    """What one of the two answered, as far as it can be compared: figures, and which questions hold words."""

    load: int | None = None
    hours: float | None = None
    wrote: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Difference:
    """`value` is the size of the gap where there is one to tell; parts are both figures."""

    value: float | None
    parts: tuple[tuple[str, float], ...]
    reason: Reason


def differences(mentee: Side, mentor: Side) -> tuple[Difference, ...]:
    """What to begin the talk with, the figures first; empty where both see the same."""
    found = [_load(mentee, mentor), _hours(mentee, mentor), *(_text(name, mentee, mentor) for name in TEXTS)]
    return tuple(each for each in found if each is not None)


def side(load: int | None, hours: float | None, texts: Mapping[str, str]) -> Side:
    return Side(load, hours, frozenset(name for name in TEXTS if texts.get(name, "").strip()))


def _load(mentee: Side, mentor: Side) -> Difference | None:
    if mentee.load is None or mentor.load is None or abs(mentee.load - mentor.load) < LOADS_APART:
        return None
    parts = (("mentee", float(mentee.load)), ("mentor", float(mentor.load)))
    higher = "mentee" if mentee.load > mentor.load else "mentor"
    return Difference(abs(mentee.load - mentor.load), parts, Reason("load", {"higher": higher}))


def _hours(mentee: Side, mentor: Side) -> Difference | None:
    if not mentee.hours or not mentor.hours:
        return None
    high, low = max(mentee.hours, mentor.hours), min(mentee.hours, mentor.hours)
    if high / low < HOURS_APART:
        return None
    return Difference(high - low, (("mentee", mentee.hours), ("mentor", mentor.hours)), Reason("hours"))


def _text(name: str, mentee: Side, mentor: Side) -> Difference | None:
    wrote = [who for who, each in (("mentee", mentee), ("mentor", mentor)) if name in each.wrote]
    if len(wrote) != 1:
        return None
    return Difference(None, (), Reason(name, {"who": wrote[0]}))
