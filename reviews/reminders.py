"""Which raters are to be reminded before their day, and who is to hear that a cycle has opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from stretchhub.env import LocalDays
from stretchhub.notices import planner
from stretchhub.notices.models import Notice, State
from stretchhub.notices.planner import Slot, near, unwritten
from stretchhub.notices.sources import Source
from stretchhub.people.models import User

from . import rater_messages as messages
from .launching import not_started, waiting_for_work_of
from .models import Review, ReviewCycle, ReviewStatus

# So long before their day, for whoever has had the question for two days or more.
DAYS_BEFORE = timedelta(days=3)
KNOWN_FOR = timedelta(days=2)
# The widest a day can lie apart from the one in UTC.
ANYWHERE = timedelta(days=1)


def plan(now: datetime) -> Counter[str]:
    """Write a notice for everything that has come due by `now` and is not written yet."""
    days = near(now)
    counts = planner.write(raters(days), now) + planner.write(openings(days), now)
    remind_outsiders(now)
    return counts


def sources(days: tuple[date, date], *, person: User) -> Iterator[Source]:
    """This person's, for days ahead."""
    yield raters(days, person)
    yield opening_for(person, days)


def raters(days: tuple[date, date], person: User | None = None) -> Source:
    """Reviews that are not handed in, some days before they are due; one asked for later needs no reminder."""
    rows = Review.objects.filter(
        unwritten(messages.DUE, "rater_id"),
        status=ReviewStatus.DRAFT,
        rater__isnull=False,
        due_on__range=(days[0] + DAYS_BEFORE, days[1] + DAYS_BEFORE),
    )
    if person is not None:
        rows = rows.filter(rater=person)
    early, known = -DAYS_BEFORE.days, KNOWN_FOR
    return Source(messages.DUE, rows, "rater_id", days_after=early, known_since="asked_at", known_for=known)


def openings(days: tuple[date, date]) -> Iterator[Slot]:
    """Cycles on the day they open, for mentors and mentees whose review date lies in them; one mail a person."""
    name = ReviewCycle._meta.label_lower
    for cycle in _opening(days).order_by("opens_on", "pk"):
        told = Notice.objects.filter(kind=messages.OPENED, object_id=cycle.pk).exclude(state=State.CANCELLED)
        pairs = not_started(cycle).values_list("mentee_id", "mentor_id")
        people = {one for pair in pairs for one in pair}
        for recipient in sorted(people - set(told.values_list("recipient_id", flat=True))):
            yield Slot(messages.OPENED, name, cycle.pk, cycle.pk, recipient, 0, cycle.opens_on, cycle.opens_on)


def opening_for(person: User, days: tuple[date, date]) -> Source:
    """The same cycles for one person."""
    told = Notice.objects.filter(kind=messages.OPENED, object_id=OuterRef("pk"), recipient=person)
    rows = waiting_for_work_of(person, _opening(days)).filter(~Exists(told.exclude(state=State.CANCELLED)))
    return Source(messages.OPENED, rows, person.pk, day="opens_on")


def _opening(days: tuple[date, date]) -> QuerySet[ReviewCycle]:
    return ReviewCycle.objects.filter(opens_on__range=days, closes_on__gte=days[0])


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
