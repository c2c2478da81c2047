"""When an unanswered ask is put again, and when it has gone unanswered often enough."""

from __future__ import annotations

from datetime import date, timedelta

from assignments.cadence import next_working_day

# An ask is put at most so often; after that the mentor is told instead of the sponsor.
MOST_TIMES = 3
WAITS_DAYS = 3


def waits_until(put_on: date, working_days: str) -> date:
    """The third working day after an ask was put; from nine o'clock on it counts as unanswered."""
    day = put_on
    for _each in range(WAITS_DAYS):
        day = next_working_day(day + timedelta(days=1), working_days)
    return day
