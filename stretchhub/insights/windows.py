"""The three months of a quarter. Nothing of Django in here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Window:
    """A quarter by its name such as 2026-Q4, from `since` to `until`, both included."""

    name: str
    since: date
    until: date


def quarter_of(day: date) -> Window:
    """The quarter that this day is in."""
    number = (day.month - 1) // 3
    since = date(day.year, 3 * number + 1, 1)
    following = date(day.year + (number == 3), (3 * number + 3) % 12 + 1, 1)
    return Window(f"{day.year}-Q{number + 1}", since, following - timedelta(days=1))


def quarter_before(day: date) -> Window:
    """The newest quarter that is over."""
    return quarter_of(quarter_of(day).since - timedelta(days=1))
