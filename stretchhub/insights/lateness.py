"""What was due in a quarter and came late: milestones, check-ins, reviews; and asks and talks with sponsors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef

from assignments.models import CheckIn, Milestone
from assignments.models.standing import Pause
from reviews.models import Review
from sponsors.models import Ask, AskState, SponsorCheckIn
from stretchhub.localtime import zone_of

from .late import Due, days_late
from .windows import Window

CHUNK = 2000
AMONG = 500
Stood = dict[int, list[tuple[date, date | None]]]


class LateMilestone(NamedTuple):
    """A milestone that came late: where it belongs, and from its day to the day it came."""

    assignment: int
    mentee: int
    due_on: date
    end: date


@dataclass(frozen=True)
class Read:
    """Everything that was due, by kind, and the milestones that were late."""

    milestones: list[Due]
    check_ins: list[Due]
    reviews: list[Due]
    late: list[LateMilestone]


def read(window: Window, day: date) -> Read:
    """What HR reads of each assignment anyway, of days that have come; in passes of a bounded size."""
    late: list[LateMilestone] = []
    return Read(list(_milestones(window, day, late)), list(_check_ins(window, day)), list(_reviews(window, day)), late)


def come(window: Window, day: date) -> dict[str, date]:
    """The days of the quarter that are over."""
    return {"gte": window.since, "lt": day, "lte": window.until}


def _between(field: str, window: Window, day: date) -> dict[str, date]:
    return {f"{field}__{how}": value for how, value in come(window, day).items()}


def local(moment: datetime | None, zone: str) -> date | None:
    return None if moment is None else moment.astimezone(zone_of(zone)).date()


def _milestones(window: Window, day: date, late: list[LateMilestone]) -> Iterator[Due]:
    """Of work that began; what was not done at the end is late until then, and nothing while the clocks stand."""
    rows = Milestone.objects.filter(assignment__activated_at__isnull=False, **_between("due_on", window, day))
    columns = ("assignment_id", "assignment__mentee_id", "assignment__mentee__time_zone", "due_on", "done_at")
    chunk: list[Any] = []
    for row in rows.order_by("pk").values_list(*columns, "assignment__closed_at").iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == AMONG:
            yield from _judged(chunk, day, late)
            chunk = []
    yield from _judged(chunk, day, late)


def _judged(chunk: list[Any], day: date, late: list[LateMilestone]) -> Iterator[Due]:
    stood = pauses_of({row[0] for row in chunk})
    for assignment, mentee, zone, due_on, done_at, closed_at in chunk:
        came = local(done_at or closed_at, zone)
        days = days_late(due_on, came, day, stood.get(assignment, ()))
        if days:
            late.append(LateMilestone(assignment, mentee, due_on, came or day))
        yield Due(mentee, days or None, is_open=came is None)


def pauses_of(assignments: set[int]) -> Stood:
    found: Stood = defaultdict(list)
    rows = Pause.objects.filter(assignment__in=assignments) if assignments else Pause.objects.none()
    for assignment, since, until in rows.values_list("assignment_id", "from_on", "until_on"):
        found[assignment].append((since, until))
    return found


def _check_ins(window: Window, day: date) -> Iterator[Due]:
    """Kept or missed, and nothing else of them: late is one that the next came before; a single day says enough."""
    rows = CheckIn.objects.filter(cancelled_at__isnull=True, **_between("due_on", window, day))
    rows = rows.annotate(sides=Count("answers"), later=next_came(day)).order_by("pk")
    for mentee, sides, gone in rows.values_list("assignment__mentee_id", "sides", "later").iterator(chunk_size=CHUNK):
        yield Due(mentee, 1 if sides < 2 and gone else None)


def next_came(day: date) -> Exists:
    """Of a check-in, whether the day of the next one has come."""
    later = CheckIn.objects.filter(
        assignment=OuterRef("assignment"), cancelled_at__isnull=True, due_on__gt=OuterRef("due_on"), due_on__lte=day
    )
    return Exists(later)


def _reviews(window: Window, day: date) -> Iterator[Due]:
    rows = Review.objects.asked().filter(**_between("due_on", window, day)).order_by("pk")
    columns = ("assignment__mentee_id", "assignment__mentee__time_zone", "due_on", "submitted_at")
    for mentee, zone, due_on, submitted_at in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        came = local(submitted_at, zone)
        yield Due(mentee, days_late(due_on, came, day) or None, is_open=came is None)


def asks(window: Window, day: date) -> list[Due]:
    """Asks of sponsors by the day they were needed; not HR's to read one by one."""
    rows = Ask.objects.exclude(state=AskState.WITHDRAWN).filter(**_between("needed_by", window, day)).order_by("pk")
    columns = ("assignment__mentee_id", "assignment__mentee__time_zone", "needed_by", "state", "answered_at")
    found = []
    for mentee, zone, needed_by, state, answered_at in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        came = None if state in (AskState.OPEN, AskState.DELEGATED) else local(answered_at, zone)
        found.append(Due(mentee, days_late(needed_by, came, day) or None, is_open=came is None))
    return found


def talks(window: Window, day: date) -> list[Due]:
    """Check-ins with sponsors by the day they were planned for; not HR's to read one by one."""
    rows = SponsorCheckIn.objects.filter(cancelled_at__isnull=True, **_between("due_on", window, day)).order_by("pk")
    found = []
    for mentee, due_on, held_on in rows.values_list("assignment__mentee_id", "due_on", "held_on").iterator(
        chunk_size=CHUNK
    ):
        found.append(Due(mentee, days_late(due_on, held_on, day) or None, is_open=held_on is None))
    return found
