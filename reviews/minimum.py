"""How many must have seen the work before anything is said of it; who they are in, a reasoned result out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

OBSERVERS = 3
NOT_MENTOR = 1
SELF, MENTOR = "self", "mentor"


@dataclass(frozen=True)
class Minimum:
    """`value` is True where the reviews may become final; else `reason` says whom to add and `missing` how many."""

    value: bool
    reason: str
    missing: int
    observers: int
    not_mentor: int


def minimum(relations: Iterable[str]) -> Minimum:
    """Three observers at least, and one of them not the mentor; the own rating is none of them."""
    observers = [relation for relation in relations if relation != SELF]
    others = [relation for relation in observers if relation != MENTOR]
    lacking, lacking_others = max(0, OBSERVERS - len(observers)), max(0, NOT_MENTOR - len(others))
    missing = max(lacking, lacking_others)
    reason = "" if not missing else "observers" if lacking else "not_mentor"
    return Minimum(not missing, reason, missing, len(observers), len(others))
