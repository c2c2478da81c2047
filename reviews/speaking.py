"""In which order people speak: the most junior and the farthest away first, so that nobody follows a senior voice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

# From the farthest to the nearest to the work, by relation; who rates nothing speaks after all of these.
FARTHEST_FIRST = ("end_user", "expert", "colleague", "sponsor", "mentor")


@dataclass(frozen=True)
class Speaker:
    """Somebody by key and name: `above` counts the managers over them, `relations` are theirs to the work."""

    key: int
    name: str
    above: int
    relations: Collection[str] = ()


def in_turn(speakers: Iterable[Speaker]) -> list[Speaker]:
    """Whoever has most managers above them first; among equals the farthest from the work, then by name."""
    return sorted(speakers, key=lambda each: (-each.above, _distance(each.relations), each.name, each.key))


def _distance(relations: Collection[str]) -> int:
    """By the nearest of their relations: a mentor stays a mentor, whatever else they rate."""
    return max(
        (FARTHEST_FIRST.index(each) for each in relations if each in FARTHEST_FIRST), default=len(FARTHEST_FIRST)
    )


def managers_above(managers: dict[int, int | None], person: int) -> int:
    """How many managers stand above somebody; `managers` names each person's own, and a loop ends the count."""
    seen: set[int] = {person}
    above = managers.get(person)
    while above is not None and above not in seen:
        seen.add(above)
        above = managers.get(above)
    return len(seen) - 1
