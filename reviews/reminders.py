"""Which raters are to be reminded before their day, and who is to hear that a cycle has opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from stretchhub.env import LocalDays
from stretchhub.notices import planner
from stretchhub.notices.models import Notice, State
from stretchhub.notices.planner import BATCH, Slot, near, unwritten
from stretchhub.people.models import User

from . import rater_messages as messages
from .launching import not_started
from .models import Review, ReviewCycle, ReviewStatus

# So long before their day, for whoever has had the question for two days or more.
DAYS_BEFORE = timedelta(days=3)
KNOWN_FOR = timedelta(days=2)
# The widest a day can lie apart from the one in UTC.
ANYWHERE = timedelta(days=1)


def plan(now: datetime) -> Counter[str]:
    """Write a notice for everything that has come due by `now` and is not written yet."""
    counts: Counter[str] = Counter()
    for source in sources(near(now)):
        counts.update(planner.write(source, now))
    remind_outsiders(now)
    return counts


def slots(days: tuple[date, date], *, person: User) -> Iterator[Slot]:
    """This person's, for days ahead."""
    for source in sources(days, person=person):
        yield from source


def sources(days: tuple[date, date], *, person: User | None = None) -> Iterator[Iterable[Slot]]:
    yield raters(days, person)
    yield openings(days, person)


def raters(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
    """Reviews that are not handed in, some days before they are due; one asked for later needs no reminder."""
    rows = Review.objects.filter(
        unwritten(messages.DUE, "rater_id"),
        status=ReviewStatus.DRAFT,
        rater__isnull=False,
        due_on__range=(days[0] + DAYS_BEFORE, days[1] + DAYS_BEFORE),
    )
    if person is not None:
        rows = rows.filter(rater=person)
    name = Review._meta.label_lower
    named = rows.order_by("id").values_list("pk", "rater_id", "due_on", "asked_at")
    for pk, rater, due_on, asked_at in named.iterator(chunk_size=BATCH):
        known = asked_at + KNOWN_FOR
        yield Slot(messages.DUE, name, pk, pk, rater, 0, due_on, due_on - DAYS_BEFORE, not_before=known)


def openings(days: tuple[date, date], person: User | None = None) -> Iterator[Slot]:
    """Cycles on the day they open, for mentors and mentees whose review date lies in them; one mail a person."""
    name = ReviewCycle._meta.label_lower
    for cycle in ReviewCycle.objects.filter(opens_on__range=days, closes_on__gte=days[0]).order_by("opens_on", "pk"):
        told = Notice.objects.filter(kind=messages.OPENED, object_id=cycle.pk).exclude(state=State.CANCELLED)
        pairs = not_started(cycle, person).values_list("mentee_id", "mentor_id")
        people = {one for pair in pairs for one in pair} if person is None else {person.pk} if pairs.exists() else set()
        for recipient in sorted(people - set(told.values_list("recipient_id", flat=True))):
            yield Slot(messages.OPENED, name, cycle.pk, cycle.pk, recipient, 0, cycle.opens_on, cycle.opens_on)


def remind_outsiders(now: datetime) -> int:
    """Remind each outsider who has not handed in once, some days before the day they were given."""
    days = LocalDays(now)
    told = Notice.objects.filter(
        kind=messages.REMINDED_OUTSIDE, object_id=OuterRef("pk"), created_at__gte=OuterRef("asked_at")
    )
    waiting = Review.objects.filter(
        ~Exists(told),
        status=ReviewStatus.DRAFT,
        rater__isnull=True,
        asked_at__lt=now - KNOWN_FOR,
        due_on__range=(now.date() - ANYWHERE, now.date() + DAYS_BEFORE + ANYWHERE),
    )
    due = [review for review in waiting.order_by("pk") if _near(review, days)]
    messages.remind_outsiders(due)
    return len(due)


def _near(review: Review, days: LocalDays) -> bool:
    return timedelta(0) <= review.due_on - days[review.addressee.zone] <= DAYS_BEFORE
