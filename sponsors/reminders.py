"""Which check-ins with a sponsor there are to remind of, for mentee and sponsor each at their own hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef

from assignments.models import Status
from stretchhub.notices import planner
from stretchhub.notices.planner import BATCH, Slot, near, unwritten
from stretchhub.people.models import User

from .messages.check_in import DUE
from .models import SponsorCheckIn

WAYS = ("assignment__mentee", "sponsor")


def plan(now: datetime) -> Counter[str]:
    """Write one reminder for each person and check-in that has come due; twice is as once."""
    return sum((planner.write(check_ins(near(now), way), now) for way in WAYS), Counter())


def slots(days: tuple[date, date], *, person: User) -> Iterator[Slot]:
    """This person's, for days ahead."""
    for way in WAYS:
        yield from check_ins(days, way, person)


def check_ins(days: tuple[date, date], way: str, person: User | None = None) -> Iterator[Slot]:
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
    named = (
        rows.annotate(went_on=Exists(later))
        .order_by("assignment_id", "-due_on")
        .values_list("pk", "assignment_id", f"{way}_id", "due_on", "went_on")
    )
    name = SponsorCheckIn._meta.label_lower
    for pk, assignment, recipient, due_on, went_on in named.iterator(chunk_size=BATCH):
        yield Slot(DUE, name, pk, assignment, recipient, 0, due_on, due_on, overtaken=went_on)
