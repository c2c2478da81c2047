"""Running work whose review date lies in a cycle, and for which nobody has asked for reviews yet."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from assignments.models import Assignment, Status
from stretchhub.people.models import User

from .models import Review, ReviewCycle

# So long before the review date it waits on Today.
AHEAD = timedelta(days=28)


def not_started(cycle: ReviewCycle, person: User | None = None) -> QuerySet[Assignment]:
    """Those that belong to one cycle; this person's, as mentee or mentor, or everybody's."""
    dates = (cycle.opens_on, cycle.closes_on)
    running = Assignment.objects.filter(status=Status.ACTIVE, charter__review_on__range=dates)
    asked = Review.objects.filter(cycle=cycle, assignment=OuterRef("pk"))
    waiting = running.filter(~Exists(asked))
    return waiting.filter(_of(person)) if person is not None else waiting


def waiting_for_work_of(person: User, cycles: QuerySet[ReviewCycle]) -> QuerySet[ReviewCycle]:
    """Those of these cycles that some work of this person belongs to without anybody having asked."""
    asked = Review.objects.filter(cycle=OuterRef(OuterRef("pk")), assignment=OuterRef("pk"))
    dates = {"charter__review_on__gte": OuterRef("opens_on"), "charter__review_on__lte": OuterRef("closes_on")}
    running = Assignment.objects.filter(~Exists(asked), _of(person), status=Status.ACTIVE, **dates)
    return cycles.filter(Exists(running))


def waiting_to_start(person: User, day: date) -> QuerySet[Assignment]:
    """This person's for Today: on that day the review date is near, in a cycle that is open (`cycle_name`)."""
    cycles = ReviewCycle.objects.filter(
        opens_on__lte=day,
        closes_on__gte=day,
    ).filter(opens_on__lte=OuterRef("charter__review_on"), closes_on__gte=OuterRef("charter__review_on"))
    cycles = cycles.order_by("opens_on", "pk")
    asked = Review.objects.filter(cycle=OuterRef("cycle_id"), assignment=OuterRef("pk"))
    running = Assignment.objects.filter(_of(person), status=Status.ACTIVE, charter__review_on__lte=day + AHEAD)
    return running.annotate(
        cycle_id=Subquery(cycles.values("pk")[:1]),
        cycle_name=Subquery(cycles.values("name")[:1]),
        review_on=F("charter__review_on"),
    ).filter(~Exists(asked), cycle_id__isnull=False)


def _of(person: User) -> Q:
    return Q(mentee=person) | Q(mentor=person)
