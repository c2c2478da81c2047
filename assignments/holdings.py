"""What a portfolio holds, and what somebody wants of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

PRIMARY = 1


@dataclass(frozen=True)
class Item:
    """A live option or assignment; `competencies` by key with 1 for primary and .5 for secondary."""

    key: str
    title: str
    zone: str | None = None
    q: float | None = None
    load: int | None = None
    stakes: int | None = None
    domain: str = ""
    audience: str = ""
    role: str = ""
    kind: str = ""
    competencies: Mapping[int, float] = field(default_factory=dict)
    running: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    sponsor: str = ""


@dataclass(frozen=True)
class Want:
    """A competency somebody wants: weight 1–5, the level aimed at, and the level now (None where unknown)."""

    key: int
    name: str
    weight: int
    target: int
    level: int | None = None

    @property
    def gap(self) -> int | None:
        """Levels still to go."""
        return None if self.level is None else max(0, self.target - self.level)


def covered_by(items: Sequence[Item]) -> frozenset[int]:
    """The competencies that some item has as primary."""
    return frozenset(key for item in items for key, k in item.competencies.items() if k == PRIMARY)
