"""On which days check-ins fall, and at which moment a local day begins to count."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial

from stretchhub.localtime import REMIND_AT, next_working_day, slot_utc, working_days_after

__all__ = [
    "REMIND_AT",
    "due_days",
    "months_on",
    "next_working_day",
    "slot_utc",
    "sponsor_days",
    "working_days_after",
]

PERIOD_DAYS = {"weekly": 7, "fortnightly": 14, "monthly": 30}
TWO_THEN_MONTHLY = "two_then_monthly"
BY_MILESTONE = "by_milestone"
CLOSE_TIMES = 3


def due_days(start: date, end: date, rhythm: str, working_days: str) -> list[date]:
    """The days of the check-ins, the first one full period after the start, none after the end.

    A day on which the person does not work moves to their next working day; two that would
    meet there are one.
    """
    return _worked(partial(_after, start, rhythm), end, working_days)


def milestone_days(due: Mapping[int, date], first: date, working_days: str) -> dict[date, int]:
    """The day of the check-in of each milestone from `first` on, with the milestone it belongs to.

    It falls on the milestone's own day, or the next on which the person works; two that meet are one check-in.
    """
    days: dict[date, int] = {}
    for key, on in sorted(due.items(), key=lambda pair: (pair[1], pair[0])):
        day = next_working_day(on, working_days)
        if day >= first:
            days.setdefault(day, key)
    return days


def sponsor_days(rhythm: str, start: date, end: date, working_days: str) -> list[date]:
    """The days with the sponsor, by the same rules as `due_days`.

    “Two then monthly” is every two weeks for the first six, when the work still finds its way, then every month.
    """
    if rhythm != TWO_THEN_MONTHLY:
        return due_days(start, end, rhythm, working_days)
    return _worked(partial(_two_then_monthly, start), end, working_days)


def sponsor_interval(rhythm: str, begun: date, day: date) -> int:
    """How many days lie between two talks now; the first six weeks of “two then monthly” are the closer ones."""
    if rhythm == TWO_THEN_MONTHLY:
        rhythm = "fortnightly" if day <= begun + timedelta(weeks=2 * CLOSE_TIMES) else "monthly"
    return PERIOD_DAYS[rhythm]


def months_on(day: date, months: int, working_days: str) -> date:
    """The same day of a later month, or the first after it on which the person works."""
    return next_working_day(_after(day, "monthly", months), working_days)


def _worked(planned: Callable[[int], date], end: date, working_days: str) -> list[date]:
    """The planned days up to the end, each moved to a working day, none twice."""
    days: list[date] = []
    for number in range(1, 1000):
        if planned(number) > end:
            break
        day = next_working_day(planned(number), working_days)
        if day <= end and (not days or day > days[-1]):
            days.append(day)
    return days


def _two_then_monthly(start: date, number: int) -> date:
    if number <= CLOSE_TIMES:
        return _after(start, "fortnightly", number)
    return _after(_after(start, "fortnightly", CLOSE_TIMES), "monthly", number - CLOSE_TIMES)


def _after(start: date, rhythm: str, number: int) -> date:
    if rhythm != "monthly":
        return start + timedelta(days=PERIOD_DAYS[rhythm] * number)
    years, month = divmod(start.month - 1 + number, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
