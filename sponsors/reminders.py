"""Which check-ins with a sponsor there are to remind of, for mentee and sponsor each at their own hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef

from assignments.models import Status
from stretchhub.notices import planner
from stretchhub.notices.planner import near, unwritten
from stretchhub.notices.sources import Source
from stretchhub.people.models import User

from .messages.check_in import DUE
from .models import SponsorCheckIn

WAYS = ("assignment__mentee", "sponsor")


def plan(now: datetime) -> Counter[str]:
    """Write one reminder for each person and check-in that has come due; twice is as once."""
    return sum((planner.write(source, now) for source in sources(near(now))), Counter())


def sources(days: tuple[date, date], *, person: User | None = None) -> Iterator[Source]:
    for way in WAYS:
        yield check_ins(days, way, person)


def check_ins(days: tuple[date, date], way: str, person: User | None = None) -> Source:
    later = SponsorCheckIn.objects.filter(
        assignment=OuterRef("assignment"), due_on__gt=OuterRef("due_on"), recorded_at__isnull=False
    )
    rows = SponsorCheckIn.objects.planned().filter(
        unwritten(DUE, f"{way}_id"),
        assignment__status=Status.ACTIVE,
        assignment__sponsor=F("sponsor"),
        due_on__range=days,
    )
    if person is not None:
        rows = rows.filter(**{way: person})
    rows = rows.annotate(went_on=Exists(later))
    return Source(DUE, rows, f"{way}_id", group="assignment_id", overtaken="went_on")
