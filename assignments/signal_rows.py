"""Everything a judgement asks of assignments beside their milestones, as rows of one shape, by one query.

No words of check-ins, evidence or talks: days, numbers, and of scope and charter what is compared with each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DateField,
    F,
    FloatField,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, Least

from stretchhub.among import Among
from stretchhub.compiled import compiled
from stretchhub.people.models.person import name_of
from stretchhub.plain import Plain, moment

from .contact import last_talks
from .models import (
    Assignment,
    Charter,
    CharterAcknowledgement,
    CheckIn,
    Evidence,
    PlanEdit,
    ScopeBaseline,
    ScopeChange,
    StatusOverride,
)
from .models.assignment import RUNNING
from .status import ByHand

# Stand where a check-in has the number of its sides.
EVIDENCE, SET, TALK, BASELINE, CHANGE, EDIT, CHARTER, WEEK = range(-1, -9, -1)
SHAPE = ("assignment_id", "day", "sides", "at", "figure", "words")
BETWEEN = "\x1f"
BY_HAND = ("value", "by__full_name", "by__preferred_name", "reason")
NO_DAY = Value(None, output_field=DateField())
NO_FIGURE = Value(None, output_field=FloatField())
NO_WORDS = Value("", output_field=TextField())


class Kept(NamedTuple):
    """A check-in by its figures alone: its day, how many sides answered, when the last did, the mentee's hours."""

    due_on: date
    sides: int
    last_at: datetime | None
    hours: float | None = None


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


@dataclass
class Rows:
    """What is on record for one assignment beside its milestones."""

    check_ins: list[Kept] = field(default_factory=list)
    evidence_days: list[date] = field(default_factory=list)
    by_hand: ByHand | None = None
    last_talk: date | None = None
    baseline: Agreed | None = None
    changes: list[Changed] = field(default_factory=list)
    edits: list[Edited] = field(default_factory=list)
    sponsor_rhythm: str = ""
    objective: str = ""
    acknowledged: int = 0
    week: Week | None = None


def rows_of(ids: Collection[int], *, latest: bool = False) -> dict[int, Rows]:
    """By assignment; `latest` leaves out check-ins that nobody answered and all but the last day with evidence.

    Many weeks take long to add up, so with `latest` they are asked for where the mentee named hours, by a query more.
    """
    found: dict[int, Rows] = defaultdict(Rows)
    if ids:
        for pk, *row in _all_rows(list(ids), latest):
            _put(found[pk], *row)
    for rows in found.values():
        rows.check_ins.sort()
        rows.edits.sort(key=lambda edit: edit.at)
    if latest and (named := _naming_hours(found)):
        for pk, *row in _weeks(named):
            _put(found[pk], *row)
    return found


@compiled
def _all_rows(ids: list[int], latest: bool) -> QuerySet:
    of = Among("assignment", ids)
    parts = [_evidence(of, latest), *_beside(of), *([] if latest else [_weeks(ids)])]
    return _check_ins(of, latest).union(*parts, all=True)


def _naming_hours(found: Mapping[int, Rows]) -> list[int]:
    return [pk for pk, rows in found.items() if any(kept.hours is not None for kept in rows.check_ins)]


def _shape(rows: QuerySet, *, sides: int, **columns: Any) -> QuerySet:
    given = {"day": NO_DAY, "at": NO_WORDS, "figure": NO_FIGURE, "words": NO_WORDS} | columns
    given = {f"row_{name}": each for name, each in given.items()}
    rows = rows.order_by().annotate(row_sides=Value(sides, output_field=IntegerField()), **given)
    return rows.values_list("assignment_id", "row_day", "row_sides", "row_at", "row_figure", "row_words")


def _check_ins(of: Any, latest: bool) -> QuerySet:
    mine = Q(answers__by=F("assignment__mentee"))
    rows = CheckIn.objects.filter(of, cancelled_at__isnull=True).order_by().annotate(
        row_day=F("due_on"),
        row_sides=Count("answers"),
        row_at=Plain(Max("answers__answered_at")),
        row_figure=Cast(Max("answers__hours", filter=mine), FloatField()),
        row_words=NO_WORDS,
    )  # fmt: skip
    rows = rows.filter(row_sides__gt=0) if latest else rows
    return rows.values_list("assignment_id", "row_day", "row_sides", "row_at", "row_figure", "row_words")


def _evidence(of: Any, latest: bool) -> QuerySet:
    rows = Evidence.objects.filter(of)
    if not latest:
        return _shape(rows, sides=EVIDENCE, day=F("happened_on"))
    return _shape(
        rows.order_by().values("assignment_id").annotate(last=Max("happened_on")), sides=EVIDENCE, day=F("last")
    )


def _beside(of: Any) -> list[QuerySet]:
    standing = StatusOverride.objects.filter(of, ended_at__isnull=True)
    edits = PlanEdit.objects.filter(of, change__isnull=True)
    return [
        _shape(standing, sides=SET, day=F("expires_on"), words=_joined(*BY_HAND)),
        *(_shape(rows, sides=TALK, day=F("last")) for rows in last_talks(of)),
        _shape(
            ScopeBaseline.objects.filter(of),
            sides=BASELINE,
            day=F("starts_on"),
            figure=Cast("hours", FloatField()),
            words=_joined("ends_on", "objective_digest"),
        ),
        _shape(
            ScopeChange.objects.filter(of).standing(),
            sides=CHANGE,
            at=Plain("asked_at"),
            figure=Cast("hours", FloatField()),
            words=_joined("kind", "state", "objective"),
        ),
        _shape(edits, sides=EDIT, at=Plain("at"), figure=Cast("pk", FloatField())),
        _charters(of),
    ]  # fmt: skip


def _joined(*names: str) -> Any:
    parts: list[Any] = []
    for name in names:
        parts += [Coalesce(Cast(name, TextField()), NO_WORDS), Value(BETWEEN)]
    return Concat(*parts, output_field=TextField())


def _charters(of: Any) -> QuerySet:
    said = CharterAcknowledgement.objects.filter(charter=OuterRef("pk"), charter_version=OuterRef("version"))
    said = said.order_by().values("charter").annotate(count=Count("pk")).values("count")
    count = Coalesce(Cast(Subquery(said), FloatField()), Value(0.0))
    return _shape(Charter.objects.filter(of), sides=CHARTER, figure=count, words=_joined("sponsor_rhythm", "outcome"))


def _weeks(ids: Collection[int]) -> QuerySet:
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
    rows = Assignment.objects.filter(Among("id", ids)).annotate(
        assignment_id=F("pk"), running=Coalesce(Subquery(beside, output_field=FloatField()), Value(0.0))
    )
    names = ("option__mentorship__base_hours", "option__mentorship__contracted_hours", "option__backfill_hours")
    return _shape(rows, sides=WEEK, figure=F("running"), words=_joined(*names))


def _put(rows: Rows, day: Any, sides: int, at: Any, figure: float | None, words: str) -> None:
    said = words.split(BETWEEN)
    if sides >= 0:
        rows.check_ins.append(Kept(day, sides, moment(at) if at else None, figure))
    elif sides == EVIDENCE:
        rows.evidence_days.append(day)
    elif sides == SET:
        rows.by_hand = ByHand(said[0], said[3], name_of(said[1], said[2]), day)
    elif sides == TALK:
        rows.last_talk = max(day, rows.last_talk or day)
    elif sides == BASELINE:
        rows.baseline = Agreed(figure or 0, day, date.fromisoformat(said[0]), said[1])
    elif sides == CHANGE:
        rows.changes.append(Changed(said[0], said[1], figure or 0, said[2], moment(at)))
    elif sides == EDIT:
        rows.edits.append(Edited(int(figure or 0), moment(at)))
    elif sides == CHARTER:
        rows.sponsor_rhythm, rows.objective, rows.acknowledged = said[0], said[1], int(figure or 0)
    else:
        base, contracted, backfill = (float(each) if each else None for each in said[:3])
        rows.week = Week(base, contracted, backfill, figure or 0)
