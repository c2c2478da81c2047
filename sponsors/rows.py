"""What dashboards are made of, as plain rows of just the columns they need, in a fixed number of queries.

Nothing is loaded here that a sponsor may not see: shared evidence only, no check-in's words, no
load, no reflection, no review, and of the pipeline only the option that is sponsored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet

from assignments.models import (
    Assignment,
    BriefOutcome,
    BriefRisk,
    BriefStatus,
    BriefVersion,
    CharterAcknowledgement,
    Evidence,
    Measurement,
    Milestone,
    Part,
    Status,
)
from assignments.models.assignment import RUNNING
from assignments.signals import judgements
from assignments.status import Judgement
from stretchhub.among import Among, by_assignment
from stretchhub.env import today
from stretchhub.people.models.person import name_of
from stretchhub.plain import Plain

from .decided import decision_rows, scope_rows
from .models import Ask, AskState, DashboardAcknowledgement, SponsorCheckIn

CLOSED_DAYS = 30
ANSWERED_DAYS = 30

Row = TypeVar("Row", bound=NamedTuple)


class Person(NamedTuple):
    full_name: str
    preferred_name: str
    time_zone: str

    @property
    def name(self) -> str:
        return name_of(self.full_name, self.preferred_name)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Agreed(NamedTuple):
    """A charter, and whether the sponsor has acknowledged the version it has now."""

    version: int
    rhythm: str
    starts_on: date | None
    ends_on: date | None
    updated_at: str
    agreed: bool


class Work(NamedTuple):
    """An assignment with its charter and two people; what is asked of it here has the names the model gives it."""

    pk: int
    code: str
    revision: int
    option_id: int
    sponsor_id: int
    title: str
    outcome: str
    status: str
    ending: str
    pause_reason: str
    starts_on: date | None
    ends_on: date | None
    resumed_on: date | None
    charter: Agreed | None
    mentee: Person
    mentor: Person


class Planned(NamedTuple):
    """A milestone; `done_at` is None while it is not done."""

    pk: int
    assignment_id: int
    title: str
    definition_of_progress: str
    due_on: date
    weight: int
    done_at: str | None


class Seen(NamedTuple):
    """Evidence that is shared with the sponsor."""

    pk: int
    assignment_id: int
    code: str
    title: str
    changed: str
    happened_on: date


class Promise(NamedTuple):
    """A measure of the accepted brief; its numbers are text."""

    pk: int
    version_id: int
    metric: str
    unit: str
    direction: str
    due_on: date | None
    counter_metric: str
    estimate: str
    attribution: str
    other_causes: str
    tolerance: str | None
    baseline: str
    target: str
    low: str | None
    high: str | None


class Risk(NamedTuple):
    pk: int
    version_id: int
    risk: str
    trigger: str
    mitigation: str


class Value(NamedTuple):
    """What a measure came to; its numbers are text."""

    pk: int
    assignment_id: int
    outcome_id: int
    value: str
    low: str | None
    high: str | None
    n: int | None
    measured_on: date


# What of these rows is read as text.
PLAIN = {"code", "done_at", "updated_at", "tolerance", "baseline", "target", "low", "high", "value"}
# From where the columns of the charter stand in a row of work, and those of each of the two people.
OWN = len(Work._fields) - 3
MENTEE = OWN + len(Agreed._fields)
MENTOR = MENTEE + len(Person._fields)


@dataclass(frozen=True)
class Rows:
    """Everything about some assignments, by assignment or, for what stands in the brief, by option."""

    work: list[Work]
    milestones: dict[int, list[Planned]]
    evidence: dict[int, list[Seen]]
    outcomes: dict[int, list[Promise]]
    risks: dict[int, list[Risk]]
    measured: dict[int, dict[int, Value]]
    asks: dict[int, list[Any]]
    talks: dict[int, date]
    acknowledged: dict[int, DashboardAcknowledgement]
    scope: dict[int, list[Any]]
    decisions: dict[int, list[Any]]
    judged: dict[int, Judgement]


def rows_of(sponsors: Collection[int], as_of: datetime, since: dict[int, DashboardAcknowledgement] | None) -> Rows:
    """The rows of what these sponsors sponsor; as many queries for one or many."""
    work = _shown(sponsors, as_of)
    ids = [each.pk for each in work]
    versions = _accepted([each.option_id for each in work])
    milestones = _milestones(ids)
    rhythms = {each.pk: each.charter.rhythm for each in work if each.charter}
    return Rows(
        work=work,
        milestones=milestones,
        evidence=_evidence(ids),
        outcomes=_promised(Promise, BriefOutcome.objects, versions),
        risks=_promised(Risk, BriefRisk.objects, versions),
        measured=_measured(ids),
        asks=_asks(ids, as_of),
        talks=_next_talks(ids),
        acknowledged=_acknowledged(ids) if since is None else since,
        scope=scope_rows(ids, as_of),
        decisions=decision_rows(ids, as_of),
        judged=judgements(work, milestones, rhythms),
    )


def _shown(sponsors: Collection[int], as_of: datetime) -> list[Work]:
    """What runs or is about to, and what ended in the last thirty days; the running first."""
    recent = Q(status=Status.CLOSED, closed_at__gte=as_of - timedelta(days=CLOSED_DAYS))
    shown = Assignment.objects.filter(
        Among("sponsor", sponsors), Q(status__in=[*RUNNING, Status.CHARTERING]) | recent
    ).order_by(F("ends_on").asc(nulls_last=True), "pk")
    shown = shown.annotate(agreed=Exists(_said_by_the_sponsor()))
    columns = [
        *_columns(Work._fields[:OWN]),
        *_columns(Agreed._fields[:-1], "charter__"),
        "agreed",
        *_columns(Person._fields, "mentee__"),
        *_columns(Person._fields, "mentor__"),
    ]
    return [_work(row) for row in shown.values_list(*columns)]


def _said_by_the_sponsor() -> Any:
    """Their acknowledgement of the version that the charter of an assignment has now."""
    return CharterAcknowledgement.objects.filter(
        charter=OuterRef("charter"), charter_version=OuterRef("charter__version"), part=Part.SPONSOR
    )


def _work(row: tuple[Any, ...]) -> Work:
    charter = Agreed(*row[OWN:MENTEE]) if row[OWN] is not None else None
    return Work(*row[:OWN], charter, Person(*row[MENTEE:MENTOR]), Person(*row[MENTOR:]))


def _columns(names: Iterable[str], of: str = "") -> Iterator[Any]:
    return (Plain(f"{of}{name}") if name in PLAIN else f"{of}{name}" for name in names)


def _read(kind: type[Row], rows: QuerySet) -> Iterator[Row]:
    """These rows in this form, with the columns that it names."""
    return map(kind._make, rows.values_list(*_columns(kind._fields)))


def _milestones(ids: list[int]) -> dict[int, list[Planned]]:
    return by_assignment(_read(Planned, Milestone.objects.filter(Among("assignment", ids)).order_by("due_on", "pk")))


def _evidence(ids: list[int]) -> dict[int, list[Seen]]:
    shared = Evidence.objects.filter(Among("assignment", ids), shared_with_sponsor=True)
    return by_assignment(_read(Seen, shared.order_by("-happened_on", "-pk")))


def _accepted(options: list[int]) -> dict[int, int]:
    """The versions that the sponsors said yes to, with their options."""
    accepted = BriefVersion.objects.filter(Among("brief__option", options), status=BriefStatus.SPONSOR_ACCEPTED)
    return dict(accepted.order_by().values_list("pk", "brief__option_id"))


def _promised(kind: type[Row], parts: Any, versions: dict[int, int]) -> dict[int, list[Row]]:
    """Parts of these versions, by option."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in _read(kind, parts.filter(Among("version", versions)).order_by("pk")):
        groups[versions[row[1]]].append(row)
    return groups


def _measured(ids: list[int]) -> dict[int, dict[int, Value]]:
    """The latest value of each outcome that was not taken back, by assignment."""
    standing = Measurement.objects.standing()
    same = standing.filter(assignment=OuterRef("assignment"), outcome=OuterRef("outcome"))
    later = Q(measured_on__gt=OuterRef("measured_on")) | Q(measured_on=OuterRef("measured_on"), pk__gt=OuterRef("pk"))
    latest = standing.filter(Among("assignment", ids), ~Exists(same.filter(later))).order_by("pk")
    groups: dict[int, dict[int, Value]] = defaultdict(dict)
    for row in _read(Value, latest):
        groups[row.assignment_id][row.outcome_id] = row
    return groups


def _asks(ids: list[int], as_of: datetime) -> dict[int, list[Any]]:
    """What is asked of the sponsor now, and what was answered lately."""
    lately = Q(answered_at__gte=as_of - timedelta(days=ANSWERED_DAYS))
    asks = Ask.objects.filter(Among("assignment", ids), Q(state=AskState.OPEN) | lately)
    asks = asks.exclude(state=AskState.WITHDRAWN).select_related("answered_by", "addressee")
    return by_assignment(asks.order_by("-asked_at", "-pk"))


def _next_talks(ids: list[int]) -> dict[int, date]:
    """The next day with the sponsor of each assignment."""
    planned = SponsorCheckIn.objects.planned().filter(Among("assignment", ids), due_on__gte=today())
    return dict(planned.order_by().values_list("assignment_id").annotate(next=Min("due_on")))


def _acknowledged(ids: list[int]) -> dict[int, DashboardAcknowledgement]:
    """The latest acknowledgement of each assignment by whoever sponsors it now."""
    latest = (
        DashboardAcknowledgement.objects.filter(Among("assignment", ids))
        .order_by()
        .values("assignment_id")
        .annotate(last=Max("pk"))
        .values("last")
    )
    return {said.assignment_id: said for said in DashboardAcknowledgement.objects.filter(pk__in=latest)}
