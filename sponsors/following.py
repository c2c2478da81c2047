"""Which asks have gone unanswered long enough, each judged by the days on which whoever has to answer works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from assignments.cadence import REMIND_AT, slot_utc
from assignments.models import Status

from .asking import WAITS_DAYS, waits_until
from .models import Ask, AskState


def unanswered(now: datetime) -> Iterator[Ask]:
    """Asks of work that goes on, three working days after they were put and not yet with the mentor."""
    for ask in _candidates(now).iterator(chunk_size=500):
        person = ask.waits_for
        put_on = ask.put_at.astimezone(person.zone).date()
        # A pause stops this clock too; it begins anew on the day the work goes on.
        resumed_on = ask.assignment.resumed_on
        since = max(put_on, resumed_on) if resumed_on else put_on
        if slot_utc(waits_until(since, person.working_days), REMIND_AT, person.zone) <= now:
            yield ask


def _candidates(now: datetime) -> QuerySet[Ask]:
    # Three working days are never less than this, in whatever zone.
    earliest = now - timedelta(days=WAITS_DAYS - 1)
    going_on = [Status.CHARTERING, Status.ACTIVE, Status.REVIEWING]
    is_there = Q(state=AskState.OPEN, addressee__is_active=True) | Q(
        state=AskState.DELEGATED, delegated_to__is_active=True
    )
    return (
        Ask.objects.waiting()
        .filter(is_there, put_at__lte=earliest, attention_at__isnull=True, assignment__status__in=going_on)
        .select_related("assignment", "addressee", "delegated_to")
        .order_by("put_at", "pk")
    )
