"""Which check-ins with a sponsor have come due, for mentee and sponsor each at nine in their own zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from assignments.models import Status
from assignments.reminders import AHEAD, BATCH, WINDOW, Slot, moment, write_slots

from .messages.check_in import DUE
from .models import SponsorCheckIn


def plan(now: datetime) -> Counter[str]:
    """Write one reminder for each person and check-in that has come due; twice is as once."""
    return write_slots(_slots(now))


def _slots(now: datetime) -> Iterator[Slot]:
    later = SponsorCheckIn.objects.filter(
        assignment=OuterRef("assignment"), due_on__gt=OuterRef("due_on"), recorded_at__isnull=False
    )
    rows = (
        SponsorCheckIn.objects.planned()
        .filter(
            assignment__status=Status.ACTIVE,
            due_on__range=((now - WINDOW).date(), (now + AHEAD).date()),
        )
        .annotate(went_on=Exists(later))
        .select_related("assignment__mentee", "sponsor")
        .order_by("assignment_id", "due_on")
    )
    for check_in in rows.iterator(chunk_size=BATCH):
        for person in (check_in.assignment.mentee, check_in.sponsor):
            due_at = moment(check_in.due_on, person)
            if person.is_active and due_at <= now:
                yield Slot(DUE, check_in, check_in.assignment_id, person, 0, check_in.due_on, due_at, check_in.went_on)
