"""What is planned for a person as a file that calendar programs fetch (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from stretchhub.invitations import PRODUCT, STARTS_AT, add_zones
from stretchhub.planned import Planned

# How often programs that ask are told to come again.
EVERY = timedelta(hours=1)


def calendar_file(planned: Iterable[Planned], *, name: str, host: str, at: datetime) -> bytes:
    """One event for each thing planned: its title and its time, with a UID that stays; no word more."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    rows = list(planned)
    for each in rows:
        calendar.add_component(_event(each, host, at))
    if rows:
        add_zones(calendar, [each.day for each in rows])
    content: bytes = calendar.to_ical()
    return content


def _event(planned: Planned, host: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{planned.name}@{host}")
    event.add("summary", planned.title)
    event.add("dtstamp", at)
    # It marks a day or a rhythm; nobody is busy because of it.
    event.add("transp", "TRANSPARENT")
    if planned.zone is None:
        event.add("dtstart", planned.day)
        event.add("dtend", planned.day + timedelta(days=1))
    else:
        event.add("dtstart", datetime.combine(planned.day, STARTS_AT, planned.zone))
        event.add("duration", timedelta(minutes=planned.minutes))
    return event
