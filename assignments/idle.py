"""Pipelines that stand still: no assignment runs or is about to, and no option has changed for a while."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, TruncDate

from .models import Assignment, IdleAnswer, IdleChoice, Mentorship, Option, Programme, Status
from .models.programme import IDLE_DAYS

# What begins the time anew besides a change of an option.
BEGINS_ANEW = (IdleChoice.LOOK, IdleChoice.RESUME)
ONE_DAY = Value(timedelta(days=1), output_field=DurationField())


@dataclass(frozen=True)
class Idle:
    """A pipeline that nothing runs in: since when it stands still, and from when on its mentee is told."""

    mentorship: int
    since: date
    due_on: date


def standing_still(rows: QuerySet[Mentorship]) -> QuerySet[Any]:
    """Those of these mentorships in which nothing runs and that do not rest, each with its `due_on`.

    Days are counted in UTC, so that the database knows them; people are told at their own hour.
    """
    busy = Assignment.objects.filter(mentee=OuterRef("mentee")).exclude(status=Status.CLOSED)
    ended = Assignment.objects.filter(mentee=OuterRef("mentee")).order_by().values("mentee")
    options = Option.objects.filter(mentorship=OuterRef("pk")).order_by().values("mentorship")
    newest = IdleAnswer.objects.filter(mentorship=OuterRef("pk")).order_by("-pk")
    chosen = Programme.objects.order_by().values("idle_days")[:1]
    return (
        rows.filter(~Exists(busy), ended_on__isnull=True)
        .annotate(
            said=Subquery(newest.values("choice")[:1]),
            said_at=Subquery(newest.values("said_at")[:1]),
            until_on=Subquery(newest.values("until_on")[:1]),
            idle_days=Coalesce(Subquery(chosen), IDLE_DAYS, output_field=IntegerField()),
            changed_at=Greatest(
                F("created_at"),
                _or_created(options.values(last=Max("stage_changed_at"))),
                _or_created(options.values(last=Max("edited_at"))),
                _or_created(ended.values(last=Max("closed_at"))),
            ),
        )
        .filter(Q(said__isnull=True) | ~Q(said=IdleChoice.PAUSE))
        .annotate(begun_at=_begun())
        .annotate(since=TruncDate("begun_at", tzinfo=UTC), due_on=_due())
    )


def _or_created(moment: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(moment[:1]), F("created_at"), output_field=DateTimeField())


def _begun() -> Case:
    return Case(
        When(said__in=BEGINS_ANEW, then=Greatest(F("changed_at"), F("said_at"))),
        default=F("changed_at"),
        output_field=DateTimeField(),
    )


def _due() -> Case:
    """So many days on; or the day the mentee named, while nothing has changed since."""
    span = ExpressionWrapper(F("idle_days") * ONE_DAY, output_field=DurationField())
    after = ExpressionWrapper(F("begun_at") + span, output_field=DateTimeField())
    return Case(
        When(said=IdleChoice.LATER, said_at__gte=F("changed_at"), then=F("until_on")),
        default=TruncDate(after, tzinfo=UTC),
        output_field=DateField(),
    )


def idle(rows: QuerySet[Mentorship]) -> Iterator[Idle]:
    """Each of these that stands still, whatever its day; one query."""
    found = standing_still(rows).order_by("pk").values_list("pk", "since", "due_on")
    yield from (Idle(*row) for row in found)


def idle_now(mentorship: Mentorship) -> Idle | None:
    """Whether this one stands still, and since when; None while something runs, or while it rests."""
    return next(idle(Mentorship.objects.filter(pk=mentorship.pk)), None)


def rests(mentorship: Mentorship) -> bool:
    """Whether the mentee has said that development rests, and not that it goes on since."""
    newest = IdleAnswer.objects.filter(mentorship=mentorship).order_by("-pk").values_list("choice", flat=True).first()
    return newest == IdleChoice.PAUSE
