"""The next messages of one person, by the very code that plans them, with a later moment; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from stretchhub.env import now
from stretchhub.pages import Page

from . import kinds, planner
from .kinds import Letter
from .models import Channel, Notice, State
from .placing import DIGEST
from .sources import together
from .writing import letter, words_of

AHEAD = timedelta(days=60)
MOST = 50
# What is asked to put one page into words.
QUERIES = 5


@dataclass(frozen=True)
class Coming:
    """One message as it will go out if nothing changes until then."""

    at: datetime
    letter: Letter
    kind: str
    # It goes out within a mail of several.
    in_digest: bool = False
    # Why it does not go out when it is due; a code of the place, empty where it does.
    reason: str = ""


def coming(person: Any, after: str = "") -> Page:
    """What goes to this person by mail within the next weeks, soonest first, from the key of a page on."""
    moment = now()
    rows = sorted([*_written(person, moment), *_planned(person, moment)], key=_place)
    begin = _read_key(after)
    ahead = [row for row in rows if begin is None or _place(row) > begin]
    shown = _affordable(ahead)
    # Those that are not written yet have no number; the place in the list stands for it.
    for number, row in enumerate(shown, start=1):
        row.pk, row.recipient = -number, person
    things = kinds.load_things(shown)
    letters = [found for row in shown if (found := _coming(row, things[row.pk])) is not None]
    return Page(letters, _write_key(shown[-1]) if len(shown) < len(ahead) else "", first=begin is None)


def _affordable(rows: list[Notice]) -> list[Notice]:
    """As many of them as so many queries can put into words, of however many kinds they are; at least the first."""
    left, known = QUERIES, set()
    for number, row in enumerate(rows[:MOST]):
        kind = kinds.get(row.kind)
        if kind is not None:
            left -= kind.each + (0 if kind.load in known else kind.queries)
            known.add(kind.load)
        if left < 0 and number:
            return rows[:number]
    return rows[:MOST]


def _place(row: Notice) -> tuple[datetime, str, int]:
    return row.due_at, row.kind, row.object_id


def _write_key(row: Notice) -> str:
    return f"{row.due_at.astimezone(UTC).isoformat()} {row.kind} {row.object_id}"


def _read_key(after: str) -> tuple[datetime, str, int] | None:
    """A key that cannot be read gives the first page."""
    try:
        moment, kind, number = after.split(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), kind, int(number)
    except (ValueError, OverflowError):
        return None


def _coming(row: Notice, thing: Any) -> Coming | None:
    """What is not written yet may be due only once its day has passed; the planner has asked what else it needs."""
    kind = kinds.get(row.kind)
    if kind is None or thing is None:
        return None
    words = letter(row, thing, kind) if row.key else words_of(row, thing, kind)
    return words and Coming(row.due_at, words, row.kind, row.state == State.BUNDLED, row.reason)


def _written(person: Any, moment: datetime) -> list[Notice]:
    """Written already and held back: until quiet hours end, until a digest, or until another try."""
    rows = Notice.objects.filter(
        recipient=person, state__in=[State.QUEUED, State.BUNDLED], channel=Channel.EMAIL, due_at__gt=moment
    )
    return list(rows.exclude(kind=DIGEST).exclude(kind__in=kinds.not_on_page()).order_by("due_at", "pk")[:MOST])


def _planned(person: Any, moment: datetime) -> Iterator[Notice]:
    """What will come due; the newest of each group, as people wish it now."""
    days = (planner.near(moment)[0], (moment + AHEAD).date())
    every = [source for name in settings.REMINDER_SOURCES for source in import_string(name)(days, person=person)]
    for planned in planner.forecast(together(every), moment, until=moment + AHEAD):
        place, slot = planned.place, planned.slot
        if place is None or place.channel != Channel.EMAIL or place.due_at <= moment:
            continue
        yield Notice(
            kind=slot.kind,
            object_type=slot.object_type,
            object_id=slot.object_id,
            planned_for=planned.planned_for,
            due_at=place.due_at,
            state=place.state,
            reason=place.reason,
        )
