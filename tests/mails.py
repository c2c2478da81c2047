"""Reading mails as people and their calendars do."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

from dateutil.rrule import rrulestr
from icalendar import Calendar

LINK = re.compile(r"http://localhost:\d+/\S*")
FOLD = re.compile(rb"\r?\n[ \t]")


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(mail: EmailMessage) -> str:
    """Where the one button of a mail leads, without the site; the same in its text and its HTML."""
    address = LINK.findall(text_of(mail))[0]
    html = mail.get_body(("html",))
    assert html is not None
    assert f'href="{address}"' in html.get_content()
    return urlsplit(address).path


def everything_in(mail: EmailMessage) -> bytes:
    """Subject, texts and files as they are read, whatever the mail's coding of them."""
    parts = [part.get_payload(decode=True) or b"" for part in mail.walk() if not part.is_multipart()]
    heads = "\n".join(str(value) for value in mail.values()).encode()
    return b"\n".join([heads, *(FOLD.sub(b"", part) for part in parts)])


def calendars_in(mail: EmailMessage) -> dict[str, Calendar]:
    files = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    return {str(part.get_filename()): Calendar.from_ical(part.get_payload(decode=True)) for part in files}


def days_in(*calendars: Calendar) -> list[date]:
    """The days that a calendar shows: each of the rule, or the one it was moved to."""
    return sorted(day for calendar in calendars for day in _days(calendar))


def _days(calendar: Calendar) -> Iterator[date]:
    events = calendar.walk("VEVENT")
    moved = {event["RECURRENCE-ID"].dt: event["DTSTART"].dt for event in events if "RECURRENCE-ID" in event}
    for event in events:
        if "RECURRENCE-ID" in event:
            continue
        start: datetime = event["DTSTART"].dt
        rule = event.get("RRULE")
        for moment in rrulestr(rule.to_ical().decode(), dtstart=start) if rule else [start]:
            yield moved.pop(moment, moment).date()
    assert moved == {}, "A day was moved that the rule does not give."
