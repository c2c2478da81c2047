"""Quarters of a year, by their names such as 2026-Q3. Nothing of Django in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Quarter:
    """A quarter, and the twelve months that end with it: from `since` to `until`, both included."""

    name: str
    since: date
    until: date


def last_over(day: date) -> Quarter:
    """The newest quarter of which this day is no part any more."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    until = first - timedelta(days=1)
    year_before = date(until.year - 1, until.month, 1)
    since = (year_before + timedelta(days=31)).replace(day=1)
    return Quarter(f"{until.year}-Q{(until.month + 2) // 3}", since, until)
