"""When a message goes to a person: their zone, days, hours, absences, quiet hours and digests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from stretchhub.localtime import DAY, REMIND_AT, WEEKDAYS, first_utc, slot_utc

IMMEDIATE, DAILY, WEEKLY, OFF = "immediate", "daily", "weekly", "off"
AWAY, QUIET = "away", "quiet"
# What belongs into a digest is written down at least this long before the digest goes out.
SETTLES = timedelta(minutes=2)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Hours:
    """When one person wants to be told."""

    zone: ZoneInfo
    working_days: str = "12345"
    remind_at: time = REMIND_AT
    quiet_from: time | None = None
    quiet_until: time | None = None
    weekly_on: int = 1
    holidays: frozenset[date] = frozenset()
    # First and last day of each absence.
    away: tuple[tuple[date, date], ...] = ()

    def works_on(self, day: date) -> bool:
        """Somebody without any working day is told on every day."""
        days = set(self.working_days) & WEEKDAYS
        return (not days or str(day.isoweekday()) in days) and day not in self.holidays

    def back_from(self, day: date) -> date:
        """This day, or the first after it on which the person is not away."""
        while last := max((until for since, until in self.away if since <= day <= until), default=None):
            day = last + DAY
        return day


@dataclass(frozen=True)
class Sending:
    """When a message goes out (`value`; None: on the page only) and what held it back (`reason`).

    In a digest it goes out with the one of the local day `digest_on`.
    """

    value: datetime | None
    reason: str = ""
    digest_on: date | None = None
    parts: dict[str, str] = field(default_factory=dict)


def first_day(day: date, hours: Hours, *, away: bool = True) -> date:
    """This day, or the first after it on which the person works and, if that counts, is not away."""
    while True:
        there = hours.back_from(day) if away else day
        if hours.works_on(there):
            return there
        day = there + DAY


def at_hour(day: date, hours: Hours) -> datetime:
    """The person's own hour for reminders on this local day, out of their quiet hours."""
    return after_quiet(slot_utc(day, hours.remind_at, hours.zone), hours)


def last_day(day: date, hours: Hours) -> date:
    """This day, or the last before it on which the person works."""
    while not hours.works_on(day):
        day -= DAY
    return day


def reminder_at(day: date, hours: Hours) -> datetime:
    """The one moment at which something due on this local day is to be reminded of.

    An absence does not move it; it holds back what is then written.
    """
    return slot_utc(first_day(day, hours, away=False), hours.remind_at, hours.zone)


def working_days_on(day: date, count: int, hours: Hours) -> date:
    """The day by which so many further days are over on which the person works and is there."""
    while count:
        day = first_day(day + DAY, hours)
        count -= 1
    return day


def after_quiet(moment: datetime, hours: Hours) -> datetime:
    """This moment, or the end of the quiet hours that it falls into."""
    begin, end = hours.quiet_from, hours.quiet_until
    if begin is None or end is None:
        return moment
    here = moment.astimezone(hours.zone)
    clock = here.time()
    over_night = begin > end
    if not (clock >= begin or clock < end if over_night else begin <= clock < end):
        return moment
    last = here.date() + DAY if over_night and clock >= begin else here.date()
    return max(moment, first_utc(last, end, hours.zone))


def sending(moment: datetime, hours: Hours, delivery: str = IMMEDIATE, *, now: datetime | None = None) -> Sending:
    """When a message that is ready at `moment` goes to this person, written down at `now`."""
    if delivery == OFF:
        return Sending(None, OFF)
    if delivery in (DAILY, WEEKLY):
        return _in_digest(moment, now or moment, hours, delivery)
    return _alone(moment, hours)


def _alone(moment: datetime, hours: Hours) -> Sending:
    at = after_quiet(moment, hours)
    here = at.astimezone(hours.zone).date()
    if hours.back_from(here) != here:
        back = first_day(here, hours)
        return Sending(at_hour(back, hours), AWAY, parts={"back_on": back.isoformat()})
    return Sending(at, QUIET if at > moment else "")


def _in_digest(moment: datetime, now: datetime, hours: Hours, delivery: str) -> Sending:
    here = moment.astimezone(hours.zone).date()
    step = DAY if delivery == DAILY else WEEK
    start = here if delivery == DAILY else here - timedelta(days=(here.isoweekday() - hours.weekly_on) % 7)
    while True:
        day = first_day(start, hours)
        at = at_hour(day, hours)
        if at >= moment and at > now + SETTLES:
            return Sending(at, delivery, digest_on=day)
        start += step
