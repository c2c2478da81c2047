"""The steps of a plan that is kept for another time: so many working days after the start instead of days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .cadence import next_working_day, working_days_after
from .planning import goes_round

MOST_STEPS = 24
MOST_DAYS = 999
DAY = timedelta(days=1)
WEEKDAYS = frozenset("1234567")


@dataclass(frozen=True)
class SavedStep:
    """One step; `after` are the places of the steps that come before it, from 0."""

    title: str
    definition_of_progress: str
    days: int
    weight: int = 1
    after: tuple[int, ...] = ()


def working_days_between(start: date, day: date, working_days: str) -> int:
    """How many days on which the person works lie after the start, up to and with the day; none before it."""
    length = min(max((day - start).days, 0), MOST_DAYS * 7)
    if not set(working_days) & WEEKDAYS:
        return min(length, MOST_DAYS)
    worked = sum(str((start + number * DAY).isoweekday()) in working_days for number in range(1, length + 1))
    return min(worked, MOST_DAYS)


def days_from(start: date, steps: Sequence[SavedStep], working_days: str) -> list[date]:
    """The day of each step for a start, each on a day on which the person works."""
    first = next_working_day(start, working_days)
    return [working_days_after(first, step.days, working_days) for step in steps]


def thinned(after: Sequence[Collection[int]], kept: Sequence[bool]) -> list[tuple[int, ...]]:
    """What each of the kept ones comes after, by their new places.

    What came after a step that is left out comes after what that one came after.
    """
    order = [number for number, stays in enumerate(kept) if stays]
    return renumbered({number: _standing(number, after, kept) for number in order}, order)


def renumbered(after: Mapping[int, Iterable[int]], order: Sequence[int]) -> list[tuple[int, ...]]:
    """What each comes after, by the places they have in this order."""
    places = {old: new for new, old in enumerate(order)}
    return [tuple(sorted(places[each] for each in after[old])) for old in order]


def _standing(number: int, after: Sequence[Collection[int]], kept: Sequence[bool]) -> set[int]:
    found: set[int] = set()
    seen: set[int] = set()
    asked = set(after[number])
    while asked:
        each = asked.pop()
        if each in seen or not 0 <= each < len(kept):
            continue
        seen.add(each)
        if kept[each]:
            found.add(each)
        else:
            asked |= set(after[each])
    return found - {number}


def in_order(steps: Sequence[SavedStep]) -> list[SavedStep]:
    """By day, what comes on the same day as it stood; places follow."""
    order = sorted(range(len(steps)), key=lambda number: steps[number].days)
    after = renumbered({number: step.after for number, step in enumerate(steps)}, order)
    return [replace(steps[number], after=places) for number, places in zip(order, after, strict=True)]


def waits_in_circles(steps: Sequence[SavedStep]) -> bool:
    """Whether some step would wait for itself."""
    return goes_round({number: step.after for number, step in enumerate(steps)})
