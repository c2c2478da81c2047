"""What was decided and how the scope has moved, as a sponsor reads it of many assignments: one query each.

Both are theirs to read whole: whoever sponsors work sees its decision log and every change of its scope.
"""

from __future__ import annotations

from collections import namedtuple
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from assignments.models import Decision, ScopeChange, ScopeState
from assignments.models.assignment import RUNNING
from assignments.scoping import growth
from stretchhub.among import Among, by_assignment
from stretchhub.compiled import compiled
from stretchhub.people.models.person import name_of

from .cards import Change, Decided, Scope, ScopeLine

# So long a decision stands on the card, unless somebody is still to look back at it.
DECIDED_DAYS = timedelta(days=60)
SETTLED_DAYS = timedelta(days=30)
# So long before its day a decision is said to come back.
COMES_BACK = timedelta(days=14)
MOST_DECISIONS = 3
MOST_SETTLED = 3

# Who may decide, in the order in which the right falls to them: see `assignments.rules.scope.decider_of`.
DECIDERS = ("assignment__charter__approver", "assignment__sponsor", "assignment__mentor")
PERSON = ("id", "is_active", "full_name", "preferred_name")
Changed = namedtuple(
    "Changed",
    [
        "pk", "assignment_id", "code", "kind", "title", "hours", "why", "state", "asked_by_id", "asked_at",
        "decided_at", "asked_by__full_name", "asked_by__preferred_name", "decided_by__full_name",
        "decided_by__preferred_name", "assignment__baseline__hours",
        *(f"{who}__{name}" for who in DECIDERS for name in PERSON),
    ],
)  # fmt: skip
Taken = namedtuple(
    "Taken",
    ["pk", "assignment_id", "decision", "decided_by", "decided_on", "review_on", "happened", "looked_back_at"],
)


def scope_rows(ids: list[int], as_of: datetime) -> dict[int, list[Any]]:
    """Every change that stands, with the hours agreed at kickoff, and what was declined lately; newest first."""
    return by_assignment(map(Changed._make, _changes(ids, as_of - SETTLED_DAYS)))


@compiled
def _changes(ids: list[int], since: datetime) -> QuerySet:
    lately = Q(state=ScopeState.DECLINED, decided_at__gte=since)
    stands = Q(state__in=[ScopeState.PROPOSED, ScopeState.APPROVED])
    changes = ScopeChange.objects.filter(Among("assignment", ids), stands | lately).order_by("-asked_at", "-pk")
    return changes.values_list(*Changed._fields)


def decision_rows(ids: list[int], as_of: datetime) -> dict[int, list[Any]]:
    """Decisions of late, and older ones which somebody is to look back at or has done so lately; newest first."""
    day = (as_of - DECIDED_DAYS).date()
    return by_assignment(map(Taken._make, _decisions(ids, day, as_of - SETTLED_DAYS)))


@compiled
def _decisions(ids: list[int], day: date, since: datetime) -> QuerySet:
    waiting = Q(review_on__isnull=False, looked_back_at__isnull=True) | Q(looked_back_at__gte=since)
    rows = Decision.objects.filter(Among("assignment", ids), Q(decided_on__gte=day) | waiting)
    return rows.order_by("-decided_on", "-pk").values_list(*Taken._fields)


def scope_of(assignment: Any, rows: list[Any], as_of: datetime) -> Scope | None:
    """How far it has grown, what waits for whom, and what was settled lately; None where nothing ever changed."""
    if not rows:
        return None
    hours = rows[0].assignment__baseline__hours
    running = assignment.status in RUNNING
    waits = [row for row in rows if row.state == ScopeState.PROPOSED and running]
    settled = [row for row in rows if row.state != ScopeState.PROPOSED and row.decided_at >= as_of - SETTLED_DAYS]
    settled.sort(key=lambda row: (row.decided_at, row.pk), reverse=True)
    return Scope(
        growth=growth(float(hours), rows) if hours else None,
        waiting=tuple(_line(assignment, row) for row in waits),
        settled=tuple(_line(assignment, row) for row in settled[:MOST_SETTLED]),
    )


def _line(assignment: Any, row: Any) -> ScopeLine:
    zone = assignment.mentee.zone
    waits = row.state == ScopeState.PROPOSED
    pk, whose = _decider(row) if waits else (None, name_of(row.decided_by__full_name, row.decided_by__preferred_name))
    moment = row.asked_at if waits else row.decided_at
    return ScopeLine(
        code=str(row.code),
        kind=row.kind,
        title=row.title,
        hours=str(row.hours),
        why=row.why if waits else "",
        state=row.state,
        asked_by=name_of(row.asked_by__full_name, row.asked_by__preferred_name),
        whose=whose,
        mine=pk is not None and pk == assignment.sponsor_id,
        day=moment.astimezone(zone).date(),
    )


def _decider(row: Any) -> tuple[int | None, str]:
    """Whose right it is to decide; nobody where all who could have left or asked for it themselves."""
    for who in DECIDERS:
        pk, is_active, *names = (getattr(row, f"{who}__{name}") for name in PERSON)
        if is_active and pk != row.asked_by_id:
            return pk, name_of(*names)
    return None, ""


def decisions_of(rows: list[Any], day: date) -> tuple[Decided, ...]:
    """What somebody looks back at soon, the earliest first; then what was decided last."""
    if not rows:
        return ()
    coming = sorted((row for row in rows if _comes_back(row, day)), key=lambda row: (row.review_on, row.pk))
    first = coming[:MOST_DECISIONS]
    rest = [row for row in rows if row not in first]
    return tuple(_decided(row) for row in [*first, *rest[: MOST_DECISIONS - len(first)]])


def _comes_back(row: Any, day: date) -> bool:
    return row.looked_back_at is None and row.review_on is not None and row.review_on <= day + COMES_BACK


def _decided(row: Any) -> Decided:
    waits = row.review_on if row.looked_back_at is None else None
    return Decided(row.decision, row.decided_by, row.decided_on, waits, row.happened)


def decided_facts(scope: list[Any], decisions: list[Any]) -> dict[str, Any]:
    """What is kept of both with an acknowledgement."""
    return {
        "scope": {str(row.pk): row.state for row in scope} if scope else {},
        "decisions": {str(row.pk): row.looked_back_at is not None for row in decisions} if decisions else {},
    }


def decided_since(before: dict[str, Any], scope: list[Any], decisions: list[Any]) -> list[Change]:
    """What is different since; nothing where the facts are older than these two parts of the card."""
    if "scope" not in before:
        return []
    states, known = before["scope"], before["decisions"]
    changes = [Change(f"scope_{row.state}", row.title) for row in scope if states.get(str(row.pk), "") != row.state]
    for row in decisions:
        looked = row.looked_back_at is not None
        if str(row.pk) not in known:
            changes.append(Change("decided", row.decision, row.decided_on))
        elif looked and not known[str(row.pk)]:
            changes.append(Change("looked_back", row.decision))
    return changes
