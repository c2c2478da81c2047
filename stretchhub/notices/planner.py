"""Reminders that have come due, written once however many planners look and however late.

Each app reads its own days as slots; what is written already is left out in its query (`unwritten`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import CharField, Exists, Func, OuterRef, Value
from django.db.models.functions import Cast, Concat

from . import bulk
from .models import Channel, Notice, State
from .placing import Place, Placer
from .timing import DAILY, WEEKLY, first_day, last_day, reminder_at, working_days_on
from .wishes import Wishes

BATCH = 5000
# No clock on earth is further from UTC than this.
AHEAD = timedelta(hours=14)
# The longest rhythm and a little: what is older was overtaken by a newer one.
WINDOW = timedelta(days=45)
# What belongs into a digest is written so long before the digest goes out.
LEAD = timedelta(hours=1)
OVERTAKEN = "A newer one had come due before it was sent."


class Slot(NamedTuple):
    """One reminder of one person about one thing that is due on a local day; in its key stands `local_date`.

    Slots of one `group` and person come one after the other, the newest day first, and only that is sent.
    `waits` names a person and how many of their working days are to pass first. What only makes sense `before` a
    day is told by the last working day until `remind_on`, at once where that is over, and never from that day on.
    """

    kind: str
    object_type: str
    object_id: int
    group: int
    recipient: int
    revision: int
    local_date: date
    remind_on: date
    overtaken: bool = False
    not_before: datetime | None = None
    waits: tuple[tuple[int, int], ...] = ()
    before: date | None = None

    @property
    def key(self) -> str:
        return bulk.key_of(self.kind, self.object_id, self.revision, self.local_date, self.recipient)


class Planned(NamedTuple):
    """A slot that has come due, when it was to go out at first, and what becomes of it (None: a newer one goes)."""

    slot: Slot
    place: Place | None
    planned_for: datetime


class _Day(Func):
    """A day as it stands in a key."""

    output_field = CharField()
    # SQLite keeps days as they stand in a key.
    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="to_char(%(expressions)s, 'YYYY-MM-DD')")


def unwritten(kind: str, recipient: str | int, *, day: str = "due_on", revision: str | None = None) -> Any:
    """The condition that this row's notice is not written yet, or was taken back before it was sent."""
    number = OuterRef(revision) if revision else Value("0")
    person = Value(str(recipient)) if isinstance(recipient, int) else OuterRef(recipient)
    outer = [OuterRef("pk"), number, _Day(OuterRef(day)), person]
    words: list[Any] = [Value(f"{kind}:")]
    for part in outer:
        words += [Cast(part, CharField()), Value(":")]
    key = Concat(*words, Value(str(Channel.EMAIL)), output_field=CharField())
    return ~Exists(Notice.objects.exclude(state=State.CANCELLED).filter(key=key))


def near(now: datetime) -> tuple[date, date]:
    """The days of which a reminder may have come due by now."""
    return (now - WINDOW).date(), (now + AHEAD + LEAD).date()


def write(slots: Iterable[Slot], now: datetime) -> Counter[str]:
    """Write a notice for each slot that has come due by `now`; say how many in which state."""
    counts: Counter[str] = Counter()
    for batch in _batches(slots, BATCH):
        with transaction.atomic():
            counts.update(_write(batch, now))
    return counts


def _write(batch: list[Slot], now: datetime) -> Counter[str]:
    placer = Placer(_people(batch), now)
    due = list(come_due(batch, placer, until=now))
    digests = placer.digests(planned.place for planned in due if planned.place is not None)
    rows = [_row(planned, digests) for planned in due]
    bulk.insert(rows, now)
    return Counter(str(row.shape.state) for row in rows)


def _row(planned: Planned, digests: dict[Any, Any]) -> bulk.Row:
    slot, place, planned_for = planned
    start = (slot.kind, slot.object_type, slot.revision, slot.local_date, planned_for)
    if place is None:
        shape = bulk.Shape(*start, planned_for, State.STALE, reason=OVERTAKEN)
    elif place.digest is None:
        shape = bulk.Shape(*start, place.due_at, place.state, place.channel, place.reason)
    else:
        digest, due_at = digests[place.digest]
        shape = bulk.Shape(*start, due_at, place.state, digest=digest)
    return bulk.Row(slot.object_id, slot.recipient, shape)


def forecast(slots: Iterable[Slot], now: datetime, *, until: datetime) -> list[Planned]:
    """What will have come due by a later moment, by what people wish now; nothing is written."""
    known = list(slots)
    placer = Placer(_people(known), now)
    due = {each.slot.key: each for each in come_due(known, placer, until=now)}
    # Only what waits already is overtaken by a newer one; each of those ahead goes out on its own day.
    ahead = (slot._replace(group=-number) for number, slot in enumerate(known, start=1))
    for each in come_due(ahead, placer, until=until):
        due.setdefault(each.slot.key, each)
    return [each for each in due.values() if each.place is not None]


def come_due(slots: Iterable[Slot], placer: Placer, *, until: datetime) -> Iterator[Planned]:
    """The slots whose moment is over by `until`, for people who are here; the newest of each group is sent."""
    moments = _Moments(placer)
    sent: dict[tuple[int, str], date] = {}
    group = None
    for slot in slots:
        if slot.group != group:
            group, sent = slot.group, {}
        wishes = placer.wishes.get(slot.recipient)
        if wishes is None or not wishes.is_active:
            continue
        planned_for, lead = moments.of(slot, wishes)
        if slot.before is not None:
            planned_for = max(planned_for, placer.now)
            if planned_for.astimezone(wishes.hours.zone).date() >= slot.before:
                continue
        if planned_for - lead > until or (slot.not_before and planned_for < slot.not_before):
            continue
        newest = sent.setdefault((slot.recipient, slot.kind), slot.local_date)
        is_newest = not slot.overtaken and slot.local_date >= newest
        yield Planned(slot, placer.place(slot.recipient, slot.kind, planned_for) if is_newest else None, planned_for)


def _day_of(slot: Slot, placer: Placer) -> date:
    """The local day on which to remind, after the working days that were to pass first."""
    day = slot.remind_on
    if slot.before is not None:
        return last_day(day, placer.wishes[slot.recipient].hours)
    for person, count in slot.waits:
        if (wishes := placer.wishes.get(person)) is not None:
            day = working_days_on(first_day(day, wishes.hours), count, wishes.hours)
    return day


class _Moments:
    """When slots are planned for, and how long before they are written down; those who chose the same share both."""

    def __init__(self, placer: Placer) -> None:
        self._placer = placer
        self._known: dict[tuple[Any, ...], tuple[datetime, timedelta]] = {}

    def of(self, slot: Slot, wishes: Wishes) -> tuple[datetime, timedelta]:
        waits = tuple((id(self._placer.wishes.get(person)), count) for person, count in slot.waits)
        key = (id(wishes), slot.kind, slot.remind_on, slot.before is None, waits)
        if key not in self._known:
            planned_for = reminder_at(_day_of(slot, self._placer), wishes.hours)
            in_digest = self._placer.delivery(slot.recipient, slot.kind) in (DAILY, WEEKLY)
            self._known[key] = planned_for, LEAD if in_digest else timedelta(0)
        return self._known[key]


def _people(slots: Iterable[Slot]) -> set[int]:
    people = set()
    for slot in slots:
        people.add(slot.recipient)
        people.update(person for person, _count in slot.waits)
    return people


def _batches(slots: Iterable[Slot], size: int) -> Iterator[list[Slot]]:
    """Batches of about this size that never part a group."""
    batch: list[Slot] = []
    for slot in slots:
        if len(batch) >= size and slot.group != batch[-1].group:
            yield batch
            batch = []
        batch.append(slot)
    if batch:
        yield batch
