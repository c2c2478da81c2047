"""A rhythm as an invitation that calendars understand (iCalendar, RFC 5545 and 5546).

A series is one event that repeats. Days that fall off the rule, because somebody does not work
on them, are moved one by one; so a calendar shows exactly the days that were planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule
from icalendar import Calendar, Event, vCalAddress, vText

STARTS_AT = time(10)
PRODUCT = "-//StretchHub//StretchHub//EN"
WEEKS = {"weekly": 1, "fortnightly": 2}
# Days that follow no rule; each is named.
BY_DAYS = "by_milestone"
# Every month has these days; a later one is the last of a shorter month.
SURE_DAYS = 28


@dataclass(frozen=True)
class Series:
    """Talks of some minutes on some days under one title; its `uid` stays the same when the days change.

    A series without days is taken back.
    """

    uid: str
    title: str
    days: tuple[date, ...]
    rhythm: str
    minutes: int
    zone: ZoneInfo


@dataclass(frozen=True)
class Sender:
    """Whose calendar it is in the mail: the site invites, one person is invited, and nobody else is named."""

    organiser: str
    name: str
    email: str


def calendar_of(series: Series, sender: Sender, *, number: int, at: datetime) -> bytes:
    """The file for one person: invites to the days, or takes back what an earlier number invited to."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method_of(series))
    for event in _events(series):
        event.add("uid", series.uid)
        event.add("summary", series.title)
        event.add("dtstamp", at)
        event.add("sequence", number)
        _name(event, sender)
        calendar.add_component(event)
    if series.days:
        add_zones(calendar, series.days)
    content: bytes = calendar.to_ical()
    return content


def add_zones(calendar: Calendar, days: Sequence[date]) -> None:
    """Say when the clocks change in the zones that the events name, for the years of these days.

    Each change stands on a line of its own: some programs read only the first of several on one.
    """
    calendar.add_missing_timezones(date(min(days).year - 1, 1, 1), date(max(days).year + 2, 1, 1))
    for zone in calendar.walk("VTIMEZONE"):
        for part in zone.subcomponents:
            changes = part.pop("RDATE", None)
            for each in changes.dts if changes is not None else ():
                part.add("rdate", each.dt)


def method_of(series: Series) -> str:
    return "REQUEST" if series.days else "CANCEL"


def _events(series: Series) -> list[Event]:
    """The repeating event, then each day that the rule does not give by itself."""
    if not series.days:
        gone = Event()
        gone.add("status", "CANCELLED")
        return [gone]
    planned = _planned(series)
    whole = _talk(series, planned[0])
    if len(planned) > 1:
        _repeat(whole, series)
    moved = []
    for by_rule, day in zip(planned, series.days, strict=True):
        if by_rule != day:
            event = _talk(series, day)
            event.add("recurrence-id", datetime.combine(by_rule, STARTS_AT, series.zone))
            moved.append(event)
    return [whole, *moved]


def _repeat(whole: Event, series: Series) -> None:
    if series.rhythm == BY_DAYS:
        whole.add("rdate", [datetime.combine(day, STARTS_AT, series.zone) for day in series.days[1:]])
    else:
        whole.add("rrule", _rule(series))


def _talk(series: Series, day: date) -> Event:
    event = Event()
    start = datetime.combine(day, STARTS_AT, series.zone)
    event.add("dtstart", start)
    event.add("duration", timedelta(minutes=series.minutes))
    event.add("status", "CONFIRMED")
    # It marks a rhythm; the two may well talk at another hour.
    event.add("transp", "TRANSPARENT")
    return event


def _rule(series: Series) -> dict[str, Any]:
    rule: dict[str, Any] = {"COUNT": len(series.days)}
    if series.rhythm in WEEKS:
        return {"FREQ": "WEEKLY", "INTERVAL": WEEKS[series.rhythm]} | rule
    if late := _late_days(series):
        rule |= {"BYMONTHDAY": late, "BYSETPOS": -1}
    return {"FREQ": "MONTHLY"} | rule


def _planned(series: Series) -> list[date]:
    """The days that the rule gives by itself, as a calendar reads it."""
    if series.rhythm == BY_DAYS:
        return list(series.days)
    start, count = datetime.combine(series.days[0], STARTS_AT), len(series.days)
    if series.rhythm in WEEKS:
        found = rrule(WEEKLY, dtstart=start, interval=WEEKS[series.rhythm], count=count)
    elif late := _late_days(series):
        found = rrule(MONTHLY, dtstart=start, count=count, bymonthday=late, bysetpos=-1)
    else:
        found = rrule(MONTHLY, dtstart=start, count=count)
    return [moment.date() for moment in found]


def _late_days(series: Series) -> list[int]:
    """The 31st is the last day of a shorter month: the last of these that a month has."""
    last = series.days[0].day
    return list(range(SURE_DAYS, last + 1)) if last > SURE_DAYS else []


def _name(event: Event, sender: Sender) -> None:
    name, email = parseaddr(sender.organiser)
    event["organizer"] = _address(email, CN=name or "StretchHub")
    event["attendee"] = _address(sender.email, CN=sender.name, ROLE="REQ-PARTICIPANT", RSVP="FALSE")


def _address(email: str, **said: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for key, value in said.items():
        address.params[key] = vText(value)
    return address
