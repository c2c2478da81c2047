"""What dashboards are made of, as plain rows of just the columns they need, in a fixed number of queries.

Nothing is loaded here that a sponsor may not see: shared evidence only, no check-in's words, no
load, no reflection, no review, and of the pipeline only the option that is sponsored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Max, Min, OuterRef, Q

from assignments.models import (
    Assignment,
    BriefOutcome,
    BriefRisk,
    BriefStatus,
    Charter,
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
from stretchhub.among import Among
from stretchhub.env import today
from stretchhub.people.models.person import name_of

from .decided import decision_rows, scope_rows
from .models import Ask, AskState, DashboardAcknowledgement, SponsorCheckIn

CLOSED_DAYS = 30
ANSWERED_DAYS = 30


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


class Work(NamedTuple):
    """An assignment with its two people; what is asked of it here has the names that the model gives it."""

    pk: int
    code: UUID
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
    mentee: Person
    mentor: Person


OWN = Work._fields[:-2]
MENTEE, MENTOR = ([f"{part}__{name}" for name in Person._fields] for part in Work._fields[-2:])


@dataclass(frozen=True)
class Rows:
    """Everything about some assignments, by assignment or, for what stands in the brief, by option."""

    work: list[Work]
    milestones: dict[int, list[Any]]
    evidence: dict[int, list[Any]]
    outcomes: dict[int, list[Any]]
    risks: dict[int, list[Any]]
    measured: dict[int, dict[int, Any]]
    asks: dict[int, list[Any]]
    talks: dict[int, date]
    charters: dict[int, Any]
    acknowledged: dict[int, DashboardAcknowledgement]
    scope: dict[int, list[Any]]
    decisions: dict[int, list[Any]]
    judged: dict[int, Judgement]


def rows_of(sponsors: Collection[int], as_of: datetime, since: dict[int, DashboardAcknowledgement] | None) -> Rows:
    """The rows of what these sponsors sponsor; as many queries for one or many."""
    work = _shown(sponsors, as_of)
    ids = [each.pk for each in work]
    options = [each.option_id for each in work]
    milestones, charters = _milestones(ids), _charters(ids)
    rhythms = {pk: charter.rhythm for pk, charter in charters.items()}
    return Rows(
        work=work,
        milestones=milestones,
        evidence=_evidence(ids),
        outcomes=_outcomes(options),
        risks=_risks(options),
        measured=_measured(ids),
        asks=_asks(ids, as_of),
        talks=_next_talks(ids),
        charters=charters,
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
    own, mentee = len(OWN), len(OWN) + len(MENTEE)
    return [
        Work(*row[:own], Person(*row[own:mentee]), Person(*row[mentee:]))
        for row in shown.values_list(*OWN, *MENTEE, *MENTOR)
    ]


def _milestones(ids: list[int]) -> dict[int, list[Any]]:
    names = ("pk", "assignment_id", "title", "definition_of_progress", "due_on", "weight", "done_at")
    return _by_assignment(Milestone.objects.filter(Among("assignment", ids)).values_list(*names, named=True))


def _evidence(ids: list[int]) -> dict[int, list[Any]]:
    shared = Evidence.objects.filter(Among("assignment", ids), shared_with_sponsor=True)
    names = ("pk", "assignment_id", "code", "title", "changed", "happened_on")
    return _by_assignment(shared.order_by("-happened_on", "-pk").values_list(*names, named=True))


def _outcomes(options: list[int]) -> dict[int, list[Any]]:
    return _promised(
        BriefOutcome.objects, options, "pk", "metric", "unit", "direction", "tolerance", "baseline", "target", "due_on",
        "counter_metric", "estimate", "low", "high", "attribution", "other_causes",
    )  # fmt: skip


def _risks(options: list[int]) -> dict[int, list[Any]]:
    return _promised(BriefRisk.objects, options, "risk", "trigger", "mitigation")


def _promised(parts: Any, options: list[int], *names: str) -> dict[int, list[Any]]:
    """Parts of the version that the sponsor said yes to, by option."""
    accepted = parts.filter(Among("version__brief__option", options), version__status=BriefStatus.SPONSOR_ACCEPTED)
    groups: dict[int, list[Any]] = defaultdict(list)
    accepted = accepted.annotate(option=F("version__brief__option_id")).order_by("pk")
    for row in accepted.values_list(*names, "option", named=True):
        groups[row.option].append(row)
    return groups


def _by_assignment(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.assignment_id].append(row)
    return groups


def _measured(ids: list[int]) -> dict[int, dict[int, Any]]:
    """The latest value of each outcome that was not taken back, by assignment."""
    standing = Measurement.objects.standing()
    same = standing.filter(assignment=OuterRef("assignment"), outcome=OuterRef("outcome"))
    later = Q(measured_on__gt=OuterRef("measured_on")) | Q(measured_on=OuterRef("measured_on"), pk__gt=OuterRef("pk"))
    latest = standing.filter(Among("assignment", ids), ~Exists(same.filter(later))).order_by("pk")
    names = ("pk", "assignment_id", "outcome_id", "value", "low", "high", "n", "measured_on")
    groups: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in latest.values_list(*names, named=True):
        groups[row.assignment_id][row.outcome_id] = row
    return groups


def _asks(ids: list[int], as_of: datetime) -> dict[int, list[Any]]:
    """What is asked of the sponsor now, and what was answered lately."""
    lately = Q(answered_at__gte=as_of - timedelta(days=ANSWERED_DAYS))
    asks = Ask.objects.filter(Among("assignment", ids), Q(state=AskState.OPEN) | lately)
    asks = asks.exclude(state=AskState.WITHDRAWN).select_related("answered_by", "addressee")
    return _by_assignment(asks.order_by("-asked_at", "-pk"))


def _next_talks(ids: list[int]) -> dict[int, date]:
    """The next day with the sponsor of each assignment."""
    planned = SponsorCheckIn.objects.planned().filter(Among("assignment", ids), due_on__gte=today())
    return dict(planned.order_by().values_list("assignment_id").annotate(next=Min("due_on")))


def _charters(ids: list[int]) -> dict[int, Any]:
    """Each charter, and whether the sponsor has acknowledged the version it has now."""
    said = CharterAcknowledgement.objects.filter(
        charter=OuterRef("pk"), charter_version=OuterRef("version"), part=Part.SPONSOR
    )
    charters = Charter.objects.filter(Among("assignment", ids)).annotate(agreed=Exists(said)).order_by()
    names = ("assignment_id", "version", "rhythm", "starts_on", "ends_on", "updated_at", "agreed")
    return {charter.assignment_id: charter for charter in charters.values_list(*names, named=True)}


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
