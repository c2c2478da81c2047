"""Local days and hours: which day somebody works, and at which moment a local hour is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Asked for once and again; `ZoneInfo` itself takes ten times as long to say the same.
zone_of = lru_cache(ZoneInfo)
UTC = zone_of("UTC")
REMIND_AT = time(9)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WEEKDAYS = set("1234567")


def next_working_day(day: date, working_days: str) -> date:
    """This day, or the first after it on which the person works."""
    if not set(working_days) & WEEKDAYS:
        return day
    while str(day.isoweekday()) not in working_days:
        day += DAY
    return day


def working_days_after(day: date, count: int, working_days: str) -> date:
    """The day by which so many further working days of a person are over."""
    if not set(working_days) & WEEKDAYS:
        return day + timedelta(days=count)
    while count:
        day += DAY
        count -= str(day.isoweekday()) in working_days
    return day


def slot_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment of a local time on a local day, exactly one for each day.

    Where the clock goes back the time comes twice, and the first counts; where it goes forward
    the time does not exist, and the first moment after the gap counts. Where the gap is the end
    of the day, as in Greenland, it is the last minute before it.
    """
    if moment := _moment(day, at, zone):
        return moment
    after = _after_gap(day, at, zone)
    return after if after.astimezone(zone).date() == day else after - MINUTE


def first_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment at which it is this local time or later, be it on the next day."""
    return _moment(day, at, zone) or _after_gap(day, at, zone)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """None where the clock jumps over it."""
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, at) else None


def _after_gap(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment at which the clock jumps over a local time that does not exist."""
    missing = datetime.combine(day, at, zone)
    before = (missing - DAY).astimezone(UTC)
    after = (missing + DAY).astimezone(UTC)
    wanted = missing.replace(tzinfo=None)
    # Local time is still before the wanted one at `before` and past it at `after`.
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        local = datetime.fromtimestamp(middle, zone).replace(tzinfo=None)
        low, high = (low, middle) if local >= wanted else (middle, high)
    return datetime.fromtimestamp(high, UTC)
