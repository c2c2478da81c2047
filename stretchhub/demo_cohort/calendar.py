"""Days and moments of the demo, counted from today; working days only, so that they look lived in."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


class Calendar:
    """Turns “41 days ago” into a date or a moment in somebody's zone."""

    def __init__(self, rng: random.Random, today: date) -> None:
        self.rng = rng
        self.today = today

    def day(self, offset: int) -> date:
        """The working day `offset` days from today; a Saturday or Sunday becomes the Friday before."""
        day = self.today + timedelta(days=offset)
        return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))

    def moment(self, offset: int, hour: int, zone: ZoneInfo) -> datetime:
        """Some minute of that hour, as the clock shows it in this zone."""
        return datetime.combine(self.day(offset), time(hour, self.rng.randrange(60)), tzinfo=zone)
