"""What somebody has shown in one component: the best grounded level that is not stale."""

from __future__ import annotations

from calendar import monthrange
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
    if not entries:
        return Standing(None, Reason("no_level"))
    order = sorted(enumerate(entries), key=lambda each: (each[1].dated_on, each[0]), reverse=True)
    newest = [entry for _, entry in order]
    fresh = [entry for entry in newest if today <= good_until(entry.dated_on, stale_months)]
    best = sorted(fresh, key=lambda entry: PROVENANCES.index(entry.provenance))
    parts = (*best, *(entry for entry in newest if entry not in fresh))
    first = parts[0]
    reason = Reason("strongest_fresh" if fresh else "all_stale", {"months": stale_months})
    return Standing(first.level, reason, first.provenance, first.dated_on, not fresh, parts)


def good_until(dated_on: date, stale_months: int) -> date:
    """The last day a level counts as fresh: the same day so many months on, or the last of a shorter month."""
    years, month = divmod(dated_on.month - 1 + stale_months, 12)
    year, month = dated_on.year + years, month + 1
    return date(year, month, min(dated_on.day, monthrange(year, month)[1]))
