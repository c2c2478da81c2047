"""What somebody has shown in one component: the best grounded level that is not stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assignments.method import DEFAULT, Reason

Provenance = Literal["verified", "mentor_rated", "self_declared"]
PROVENANCES: tuple[Provenance, ...] = ("verified", "mentor_rated", "self_declared")


@dataclass(frozen=True)
class Entry:
    """A level somebody gave on a day, and what it rests on."""

    level: int
    provenance: Provenance
    dated_on: date


@dataclass(frozen=True)
class Standing:
    """The level that counts; `value` is None where none was ever given. `parts` are the entries, best first."""

    value: int | None
    reason: Reason
    provenance: Provenance | None = None
    dated_on: date | None = None
    stale: bool = False
    parts: tuple[Entry, ...] = ()


def current(entries: Sequence[Entry], today: date, stale_months: int = DEFAULT.stale_months) -> Standing:
    """The strongest provenance among fresh entries, the newest of equals; where all are stale the newest, marked so."""
    raise NotImplementedError
