"""How much of what was due came late and by how many days. Nothing of Django in here.

Of what HR does not read one by one only that may be shown which `guarded` leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from assignments.method import Reason
from reviews.disclosure import EXACT, LEAST, WITHHELD, release

LATE = "late"


@dataclass(frozen=True)
class Due:
    """One thing whose day came in the quarter: of whom it is, and by how many days it was late (None where not).

    `is_open`: it is still to come.
    """

    person: Hashable
    days: int | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Late:
    """How many were late (`value`) of how many; `days` is the median of those that were.

    The reason is `counted` or `nothing_due`; `parts` are those due, those late and those still open.
    """

    value: int | None
    reason: Reason
    parts: tuple[int, int, int]
    days: float | None = None


@dataclass(frozen=True)
class Guarded:
    """The same of what HR does not read one by one (`value` only where it may be exact), between `low` and `high`.

    The reason is `exact`, `few` or `nearly_all`, `too_few_people`, or `withheld`; `parts` are those due.
    """

    value: int | None
    reason: Reason
    parts: tuple[int | None]
    low: int = 0
    high: int = 0
    days: float | None = None


def days_late(due_on: date, came_on: date | None, day: date, pauses: Iterable[tuple[date, date | None]] = ()) -> int:
    """How many days after its day something came, or is late by now; days on which the clocks stood are none."""
    end = came_on or day
    stood = sum(max((min(until or end, end) - max(since, due_on)).days, 0) for since, until in pauses)
    return max((end - due_on).days - stood, 0)


def summed_up(found: Collection[Due]) -> Late:
    """The count and the median of the days."""
    late = [each.days for each in found if each.days]
    still = sum(bool(each.days) and each.is_open for each in found)
    if not found:
        return Late(None, Reason("nothing_due"), (0, 0, 0))
    return Late(len(late), Reason("counted"), (len(found), len(late), still), median(late) if late else None)


def guarded(found: Collection[Due], k: int = LEAST) -> Guarded:
    """The same where single ones are not HR's to read: of `k` people at least, never of one or two late ones."""
    if len({each.person for each in found}) < k or len(found) < k:
        return Guarded(None, Reason("too_few_people", {"k": k}), (None,))
    late = [each.days for each in found if each.days]
    [row] = release({LATE: len(late)}, {LATE: len(found)}, k).value
    # One person's many late ones would be that person's own number.
    people = {each.person for each in found if each.days}
    if row.reason == WITHHELD or (row.reason == EXACT and len(people) <= 2):
        return Guarded(None, Reason("withheld", {"k": k}), (len(found),))
    exact = row.reason == EXACT
    days = median(late) if exact and len(people) >= 3 else None
    return Guarded(row.value, Reason(row.reason, {"k": k}), (len(found),), row.low, row.high, days)
