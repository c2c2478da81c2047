"""Days of a plan: spread from start to end, moved together, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .cadence import next_working_day


@dataclass(frozen=True)
class Step:
    """A milestone by its days alone: its number, its day, and what has to be done before it."""

    pk: int
    due_on: date
    after: frozenset[int] = frozenset()


def spread(start: date, end: date, shares: Sequence[float], working_days: str) -> list[date]:
    """The days at these shares (0 to 1) of the way from start to end, each on a working day, never after the end.

    Where no working day is left before the end, the planned day itself stands.
    """
    if end < start:
        raise ValueError("the end is before the start")
    days = []
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError("a share is from 0 to 1")
        planned = start + timedelta(days=round((end - start).days * share))
        worked = next_working_day(planned, working_days)
        days.append(worked if worked <= end else planned)
    return days


def followers(steps: Collection[Step], pk: int) -> frozenset[int]:
    """Everything that waits for this step, directly or through others."""
    found: set[int] = set()
    fresh = {pk}
    while fresh:
        fresh = {step.pk for step in steps if step.after & fresh} - found - {pk}
        found |= fresh
    return frozenset(found)


def later(steps: Collection[Step], pk: int) -> frozenset[int]:
    """Everything that is due on the same day or after it."""
    days = {step.pk: step.due_on for step in steps}
    return frozenset(other for other, day in days.items() if other != pk and day >= days[pk])


def shifted(steps: Iterable[Step], chosen: Collection[int], by: timedelta, working_days: str) -> dict[int, date]:
    """The new day of each chosen step, moved by so many days and then to a working day."""
    return {step.pk: next_working_day(step.due_on + by, working_days) for step in steps if step.pk in chosen}


def goes_round(after: Mapping[int, Collection[int]]) -> bool:
    """Whether some step would wait for itself, directly or through others."""
    open_steps = {pk: set(before) for pk, before in after.items()}
    while open_steps:
        ready = [pk for pk, before in open_steps.items() if not before & open_steps.keys()]
        if not ready:
            return True
        for pk in ready:
            del open_steps[pk]
    return False


def out_of_order(steps: Collection[Step]) -> frozenset[int]:
    """The steps that are due before something they wait for."""
    days = {step.pk: step.due_on for step in steps}
    return frozenset(
        step.pk for step in steps if any(days[before] > step.due_on for before in step.after if before in days)
    )
