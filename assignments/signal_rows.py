"""Everything a judgement asks of assignments beside their milestones, as one row of JSON each, by one query.

No words of check-ins, evidence or talks: days, numbers, and of scope and charter what is compared with each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, FloatField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Least
from orjson import loads

from stretchhub.among import Among
from stretchhub.compiled import compiled
from stretchhub.gathered import Gathered, Listed
from stretchhub.people.models.person import name_of
from stretchhub.plain import Plain, moment

from .contact import last_talks
from .models import (
    Assignment,
    Charter,
    CharterAcknowledgement,
    CheckIn,
    Evidence,
    Milestone,
    PlanEdit,
    ScopeBaseline,
    ScopeChange,
    StatusOverride,
)
from .models.assignment import RUNNING
from .status import ByHand

day = date.fromisoformat


class Kept(NamedTuple):
    """A check-in by its figures alone: its day, how many sides answered, when the last did, the mentee's hours."""

    due_on: date
    sides: int
    last_at: datetime | None
    hours: float | None = None


class Planned(NamedTuple):
    """A milestone; `done_at` is None while it is not done, else a text."""

    title: str
    due_on: date
    weight: int
    done_at: str | None


class Agreed(NamedTuple):
    """What was agreed at kickoff."""

    hours: float
    starts_on: date
    ends_on: date
    objective_digest: str


class Changed(NamedTuple):
    """One change of scope that stands."""

    kind: str
    state: str
    hours: float
    objective: str
    asked_at: datetime


class Edited(NamedTuple):
    """One edit of the plan that no change of scope explains."""

    pk: int
    at: datetime
    change_id: None = None


class Week(NamedTuple):
    """The mentee's week without this assignment, and what others take over of it; None where it is not known."""

    base: float | None
    contracted: float | None
    backfill: float | None
    running: float


class Rows(NamedTuple):
    """What is on record for one assignment beside its milestones."""

    check_ins: Sequence[Kept] = ()
    evidence_days: Sequence[date] = ()
    by_hand: ByHand | None = None
    last_talk: date | None = None
    baseline: Agreed | None = None
    changes: Sequence[Changed] = ()
    edits: Sequence[Edited] = ()
    sponsor_rhythm: str = ""
    objective: str = ""
    acknowledged: int = 0
    week: Week | None = None


NOTHING = Rows()


def rows_of(ids: Collection[int]) -> dict[int, Rows]:
    """By assignment."""
    return dict(map(_rows, _whole(list(ids)))) if ids else {}


def rows_with_milestones_of(ids: Collection[int]) -> dict[int, tuple[Sequence[Planned], Rows]]:
    """The same by assignment, each with its milestones in the order of their days; one query."""
    if not ids:
        return {}
    return dict(map(_rows_with_milestones, _whole_with_milestones(list(ids))))


@compiled
def _whole(ids: list[int]) -> QuerySet:
    return _all(ids, *_everything(Q(assignment=OuterRef("pk"))))


@compiled
def _whole_with_milestones(ids: list[int]) -> QuerySet:
    of = Q(assignment=OuterRef("pk"))
    planned = Milestone.objects.filter(of).order_by("due_on", "pk")
    return _all(ids, Gathered(planned, "title", "due_on", "weight", Plain("done_at")), *_everything(of))


def _everything(of: Any) -> list[Any]:
    days = Evidence.objects.filter(of).order_by("happened_on")
    check_ins = Gathered(_check_ins(of), *Kept._fields)
    return [check_ins, Gathered(days, "happened_on"), *_beside(of), *week()]


def _all(ids: Any, *parts: Any) -> QuerySet:
    return Assignment.objects.filter(Among("pk", ids)).order_by().values_list(Plain(Listed("pk", *parts)))


def _check_ins(of: Any) -> QuerySet:
    """With how many sides answered, when the last did, and the hours that the mentee named."""
    hours = Max("answers__hours", filter=Q(answers__by=OuterRef("mentee")))
    return CheckIn.objects.filter(of, cancelled_at__isnull=True).order_by("due_on").annotate(
        sides=Count("answers"), last_at=Plain(Max("answers__answered_at")), hours=Cast(hours, FloatField())
    )  # fmt: skip


def _beside(of: Any) -> list[Any]:
    """In the order in which `_rows` takes them."""
    hours = Cast("hours", FloatField())
    said = CharterAcknowledgement.objects.filter(
        charter=OuterRef("charter"), charter_version=OuterRef("charter__version")
    )
    said = said.order_by().values("charter").annotate(count=Count("pk")).values("count")
    standing = StatusOverride.objects.filter(of, ended_at__isnull=True)
    talks = [Subquery(talks.values("last")) for talks in last_talks(of)]
    return [
        Gathered(standing, "value", "reason", "by__full_name", "by__preferred_name", "expires_on"),
        Listed(*talks),
        Gathered(ScopeBaseline.objects.filter(of), hours, "starts_on", "ends_on", "objective_digest"),
        Gathered(ScopeChange.objects.filter(of).standing(), "kind", "state", hours, "objective", Plain("asked_at")),
        Gathered(PlanEdit.objects.filter(of, change__isnull=True).order_by("at"), "pk", Plain("at")),
        F("charter__sponsor_rhythm"),
        F("charter__outcome"),
        Subquery(said),
    ]


def week() -> list[Any]:
    """The hours of the mentee's week, with what their other running work takes, less what others take over of it."""
    hours, covered = (
        F("hours_per_week"),
        Coalesce(F("assignment__option__backfill_hours"), Value(0), output_field=FloatField()),
    )
    beside = (
        Charter.objects.filter(assignment__mentee=OuterRef("mentee"), assignment__status__in=RUNNING)
        .exclude(assignment=OuterRef("pk"))
        .order_by()
        .values("assignment__mentee")
        .annotate(taken=Sum(Cast(hours, FloatField()) - Least(Cast(covered, FloatField()), Cast(hours, FloatField()))))
        .values("taken")
    )
    mentorship = (F("option__mentorship__base_hours"), F("option__mentorship__contracted_hours"))
    known = [Cast(each, FloatField()) for each in (*mentorship, F("option__backfill_hours"))]
    return [*known, Coalesce(Subquery(beside, output_field=FloatField()), Value(0.0))]


def _rows(row: tuple[str]) -> tuple[int, Rows]:
    pk, *parts = loads(row[0])
    return pk, _read(*parts)


def _rows_with_milestones(row: tuple[str]) -> tuple[int, tuple[Sequence[Planned], Rows]]:
    pk, milestones, *parts = loads(row[0])
    planned = [Planned(title, day(on), weight, done_at) for title, on, weight, done_at in milestones or ()]
    return pk, (planned, _read(*parts))


def _read(
    check_ins: Any,
    days: Any,
    by_hand: Any,
    talks: Any,
    baseline: Any,
    changes: Any,
    edits: Any,
    rhythm: str | None,
    objective: str | None,
    acknowledged: int | None,
    *of_the_week: Any,
) -> Rows:
    return Rows(
        [_kept(*each) for each in check_ins or ()],
        [day(on) for (on,) in days or ()],
        _by_hand(*by_hand[0]) if by_hand else None,
        max([day(on) for on in talks if on], default=None),
        _agreed(*baseline[0]) if baseline else None,
        [_changed(*each) for each in changes or ()],
        [Edited(pk, moment(at)) for pk, at in edits or ()],
        rhythm or "",
        objective or "",
        acknowledged or 0,
        Week(*of_the_week),
    )


def _kept(due_on: str, sides: int, last_at: str | None, hours: float | None) -> Kept:
    return Kept(day(due_on), sides, moment(last_at) if last_at else None, hours)


def _by_hand(value: str, reason: str, full_name: str, preferred_name: str, expires_on: str) -> ByHand:
    return ByHand(value, reason, name_of(full_name, preferred_name), day(expires_on))


def _agreed(hours: float, starts_on: str, ends_on: str, objective_digest: str) -> Agreed:
    return Agreed(hours, day(starts_on), day(ends_on), objective_digest)


def _changed(kind: str, state: str, hours: float | None, objective: str, asked_at: str) -> Changed:
    return Changed(kind, state, hours or 0, objective, moment(asked_at))
