"""What judging many assignments asks of their records, beside milestones and rhythm: one statement for each kind.

`signal_rows` asks for few of them by a single statement, with a subquery for each kind and each assignment. Of hundreds
most of these find nothing, and to find nothing takes PostgreSQL as long as to read a row. No words of check-ins,
evidence or talks here either.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, F, FloatField, Max, Q, QuerySet
from django.db.models.functions import Cast

from stretchhub.among import Among, grouped, listed
from stretchhub.compiled import compiled
from stretchhub.people.models.person import name_of
from stretchhub.plain import Plain, moment

from .contact import last_talks
from .models import (
    Assignment,
    Charter,
    CheckInAnswer,
    Evidence,
    PlanEdit,
    ScopeBaseline,
    ScopeChange,
    StatusOverride,
)
from .signal_rows import Agreed, Changed, Edited, Kept, Rows, Week, week
from .status import ByHand

HOURS = Cast("hours", FloatField())
NO_CHARTER = ("", "", 0)


def latest_of(ids: Collection[int]) -> dict[int, Rows]:
    """By assignment: the check-ins that somebody answered, of evidence only the last day, and all else.

    Seven statements however many they are; one more for charters where there is anything to compare with them, and
    one for the weeks of those who named hours.
    """
    if not ids:
        return {}
    # Written out once for all that is asked about them.
    these: list[Any] = [listed(ids)]
    check_ins = {pk: [_kept(*row[1:]) for row in rows] for pk, rows in grouped(_check_ins(these), 0).items()}
    evidence = {pk: [last] for pk, last in _last_evidence(these)}
    by_hand = {pk: _by_hand(*row) for pk, *row in _set_by_hand(these)}
    talks = dict(_last_talks(these))
    baselines = {pk: Agreed(*row) for pk, *row in _baselines(these)}
    changes = {pk: [Changed(*row[1:]) for row in rows] for pk, rows in grouped(_changes(these), 0).items()}
    edits = {pk: [Edited(*row[1:]) for row in rows] for pk, rows in grouped(_edits(these), 0).items()}
    compared = baselines.keys() | talks.keys()
    charters = {pk: row for pk, *row in _charters(list(compared))} if compared else {}
    named = [pk for pk, kept in check_ins.items() if any(each.hours is not None for each in kept)]
    weeks = {pk: Week(*row) for pk, *row in _weeks(named)} if named else {}
    return {
        pk: Rows(
            check_ins.get(pk, ()), evidence.get(pk, ()), by_hand.get(pk), talks.get(pk), baselines.get(pk),
            changes.get(pk, ()), edits.get(pk, ()), *charters.get(pk, NO_CHARTER), weeks.get(pk),
        )
        for pk in ids
    }  # fmt: skip


@compiled
def _check_ins(ids: list[int]) -> QuerySet:
    """As `Kept`, behind the assignment, in the order of their days."""
    mentees = Q(by=F("check_in__assignment__mentee"))
    answers = CheckInAnswer.objects.filter(Among("check_in__assignment", ids), check_in__cancelled_at__isnull=True)
    # Of those that are not cancelled there is one a day.
    days = answers.order_by("check_in__assignment_id", "check_in__due_on").values_list(
        "check_in__assignment_id", "check_in__due_on"
    )
    hours = Cast(Max("hours", filter=mentees), FloatField())
    return days.annotate(sides=Count("pk"), last_at=Plain(Max("answered_at")), mentees_hours=hours)


def _kept(due_on: date, sides: int, last_at: str, hours: float | None) -> Kept:
    return Kept(due_on, sides, moment(last_at), hours)


@compiled
def _last_evidence(ids: list[int]) -> QuerySet:
    evidence = Evidence.objects.filter(Among("assignment", ids)).order_by()
    return evidence.values_list("assignment_id").annotate(last=Max("happened_on"))


@compiled
def _set_by_hand(ids: list[int]) -> QuerySet:
    standing = StatusOverride.objects.filter(Among("assignment", ids), ended_at__isnull=True).order_by()
    return standing.values_list("assignment_id", "value", "reason", "by__full_name", "by__preferred_name", "expires_on")


def _by_hand(value: str, reason: str, full_name: str, preferred_name: str, until: date) -> ByHand:
    return ByHand(value, reason, name_of(full_name, preferred_name), until)


@compiled
def _last_talks(ids: list[int]) -> QuerySet:
    first, *others = (talks.values_list("assignment_id", "last") for talks in last_talks(Among("assignment", ids)))
    return first.union(*others) if others else first


@compiled
def _baselines(ids: list[int]) -> QuerySet:
    baselines = ScopeBaseline.objects.filter(Among("assignment", ids)).order_by()
    return baselines.values_list("assignment_id", HOURS, "starts_on", "ends_on", "objective_digest")


@compiled
def _changes(ids: list[int]) -> QuerySet:
    changes = ScopeChange.objects.filter(Among("assignment", ids)).standing()
    rows = changes.order_by("assignment_id", "-asked_at", "-pk")
    return rows.values_list("assignment_id", "kind", "state", HOURS, "objective", "asked_at")


@compiled
def _edits(ids: list[int]) -> QuerySet:
    """Those that no change of scope explains."""
    edits = PlanEdit.objects.filter(Among("assignment", ids), change__isnull=True)
    return edits.order_by("assignment_id", "at").values_list("assignment_id", "pk", "at")


@compiled
def _charters(ids: list[int]) -> QuerySet:
    """The rhythm with the sponsor, the objective, and how many have acknowledged the charter as it is."""
    now = Count("acknowledgements", filter=Q(acknowledgements__charter_version=F("version")))
    charters = Charter.objects.filter(Among("assignment", ids)).order_by().annotate(agreed=now)
    return charters.values_list("assignment_id", "sponsor_rhythm", "outcome", "agreed")


@compiled
def _weeks(ids: list[int]) -> QuerySet:
    return Assignment.objects.filter(Among("pk", ids)).order_by().values_list("pk", *week())
