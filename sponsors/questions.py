"""What is asked of the database for dashboards: each question is put together once, of just the columns they need.

Nothing is asked here that a sponsor may not see: shared evidence only, no check-in's words, no
load, no reflection, no review, and of the pipeline only the option that is sponsored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

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
from stretchhub.among import Among
from stretchhub.compiled import compiled
from stretchhub.people.models import User
from stretchhub.plain import Noted, Plain

from .models import Ask, AskState, DashboardAcknowledgement, SponsorCheckIn
from .shapes import OWN, Agreed, Asked, Planned, Promise, Risk, Said, Seen, Value, Work

# What is read as text, and of what only whether it is there.
PLAIN = {"code", "updated_at", "tolerance", "baseline", "target", "low", "high", "value"}
NOTED = {"done_at"}


def _of(kind: Any, rows: QuerySet) -> QuerySet:
    """These rows with the columns that this kind of row names."""
    return rows.values_list(*_columns(kind._fields))


def _columns(names: Iterable[str], of: str = "") -> list[Any]:
    return [_column(name)(f"{of}{name}") for name in names]


def _column(name: str) -> Callable[[str], Any]:
    return Plain if name in PLAIN else Noted if name in NOTED else str


@compiled
def shown(sponsors: list[int], since: datetime) -> QuerySet:
    """What runs or is about to, and what ended since; the running first."""
    recent = Q(status=Status.CLOSED, closed_at__gte=since)
    here = Q(status__in=[*RUNNING, Status.CHARTERING]) | recent
    rows = Assignment.objects.filter(Among("sponsor", sponsors), here).annotate(agreed=Exists(_said_by_the_sponsor()))
    return rows.order_by(F("ends_on").asc(nulls_last=True), "pk").values_list(
        *_columns(Work._fields[:OWN]),
        *_columns(Agreed._fields[:-1], "charter__"),
        "agreed",
        "mentee_id",
        "mentor_id",
    )


@compiled
def people(ids: list[int]) -> QuerySet:
    """Mentees and mentors, each once: there are fewer of them than assignments."""
    rows = User.objects.filter(Among("pk", ids)).order_by()
    return rows.values_list("pk", "full_name", "preferred_name", "time_zone")


def _said_by_the_sponsor() -> QuerySet:
    """Their acknowledgement of the version that the charter of an assignment has now."""
    return CharterAcknowledgement.objects.filter(
        charter=OuterRef("charter"), charter_version=OuterRef("charter__version"), part=Part.SPONSOR
    )


@compiled
def milestones(ids: list[int]) -> QuerySet:
    planned = Milestone.objects.filter(Among("assignment", ids))
    return _of(Planned, planned.order_by("assignment_id", "due_on", "pk"))


@compiled
def evidence(ids: list[int]) -> QuerySet:
    shared = Evidence.objects.filter(Among("assignment", ids), shared_with_sponsor=True)
    return _of(Seen, shared.order_by("assignment_id", "-happened_on", "-pk"))


@compiled
def accepted(options: list[int]) -> QuerySet:
    """The versions that the sponsors said yes to, with their options."""
    versions = BriefVersion.objects.filter(Among("brief__option", options), status=BriefStatus.SPONSOR_ACCEPTED)
    return versions.order_by().values_list("pk", "brief__option_id")


@compiled
def outcomes(versions: list[int]) -> QuerySet:
    return _of(Promise, BriefOutcome.objects.filter(Among("version", versions)).order_by("pk"))


@compiled
def risks(versions: list[int]) -> QuerySet:
    return _of(Risk, BriefRisk.objects.filter(Among("version", versions)).order_by("pk"))


@compiled
def measured(ids: list[int]) -> QuerySet:
    """The latest value of each outcome that was not taken back."""
    standing = Measurement.objects.standing()
    same = standing.filter(assignment=OuterRef("assignment"), outcome=OuterRef("outcome"))
    later = Q(measured_on__gt=OuterRef("measured_on")) | Q(measured_on=OuterRef("measured_on"), pk__gt=OuterRef("pk"))
    return _of(Value, standing.filter(Among("assignment", ids), ~Exists(same.filter(later))).order_by("pk"))


@compiled
def asks(ids: list[int], since: datetime) -> QuerySet:
    """What is asked of the sponsor now, and what was answered since."""
    rows = Ask.objects.filter(Among("assignment", ids), Q(state=AskState.OPEN) | Q(answered_at__gte=since))
    return _of(Asked, rows.exclude(state=AskState.WITHDRAWN).order_by("-asked_at", "-pk"))


@compiled
def next_talks(ids: list[int], day: date) -> QuerySet:
    """The next day with the sponsor of each assignment."""
    planned = SponsorCheckIn.objects.planned().filter(Among("assignment", ids), due_on__gte=day)
    return planned.order_by().values_list("assignment_id").annotate(next=Min("due_on"))


@compiled
def acknowledged(ids: list[int]) -> QuerySet:
    """The latest acknowledgement of each assignment by whoever sponsors it now."""
    latest = (
        DashboardAcknowledgement.objects.filter(Among("assignment", ids))
        .order_by()
        .values("assignment_id")
        .annotate(last=Max("pk"))
        .values("last")
    )
    return _of(Said, DashboardAcknowledgement.objects.filter(pk__in=latest).order_by())
