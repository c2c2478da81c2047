"""Scope: kept as it was agreed at kickoff, changed with a reason, and decided by whoever has the right."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments import messages
from assignments.models import (
    Assignment,
    Charter,
    Milestone,
    PlanEdit,
    ScopeBaseline,
    ScopeChange,
    ScopeKind,
    ScopeState,
    Status,
)
from assignments.objective import digest_of, objective_of
from assignments.refusals import Refused
from assignments.rules import can_change_scope, can_decide_scope, can_withdraw_scope
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import charter as charters
from .assignment import raise_revision

WEEK = Decimal(7)


def take_baseline(assignment: Assignment, charter: Charter) -> ScopeBaseline:
    """Keep what was agreed, once, when the assignment begins; its hours are those of a week times the weeks."""
    weeks = Decimal((charter.ends_on - charter.starts_on).days) / WEEK
    objective = objective_of(assignment, charter)
    items = Milestone.objects.filter(assignment=assignment).values("code", "title", "due_on", "weight")
    baseline, _new = ScopeBaseline.objects.get_or_create(
        assignment=assignment,
        defaults={
            "hours": (charter.hours_per_week * weeks).quantize(Decimal("0.1")),
            "hours_per_week": charter.hours_per_week,
            "starts_on": charter.starts_on,
            "ends_on": charter.ends_on,
            "objective": objective,
            "objective_digest": digest_of(objective),
            "items": [item | {"code": str(item["code"]), "due_on": item["due_on"].isoformat()} for item in items],
            "taken_at": now(),
        },
    )
    return baseline


@transaction.atomic
def ask_change(assignment: Assignment, *, by: User, edits: Collection[PlanEdit] = (), **words: Any) -> ScopeChange:
    """Write down what changes and why, and ask whoever has the right to decide; the sponsor sees it too.

    `edits` are the edits of the plan that it explains.
    """
    require(can_change_scope(by, assignment))
    change = ScopeChange.objects.create(assignment=assignment, asked_by=by, asked_at=now(), **words)
    PlanEdit.objects.filter(pk__in=[edit.pk for edit in edits], change__isnull=True).update(change=change)
    record(by, "scope.asked", change, fields=[name for name, value in words.items() if value])
    raise_revision(assignment)
    messages.scope.asked(change)
    return change


@transaction.atomic
def approve(change: ScopeChange, *, by: User, reason: str = "") -> None:
    """Agree to a change: a moved end or another objective goes into the charter, which all acknowledge again."""
    require(can_decide_scope(by, change))
    _settle(change, by, ScopeState.APPROVED, reason)
    if values := _of_the_charter(change):
        charters.follow_decision(change.assignment, by=by, **values)
    record(by, "scope.approved", change, fields=["state", *(["decision_reason"] if reason else [])])
    raise_revision(change.assignment)
    messages.scope.decided(change)


@transaction.atomic
def decline(change: ScopeChange, *, by: User, reason: str) -> None:
    """Say no, with a reason; what was agreed stands."""
    require(can_decide_scope(by, change))
    _settle(change, by, ScopeState.DECLINED, reason)
    record(by, "scope.declined", change, fields=["decision_reason", "state"])
    raise_revision(change.assignment)
    messages.scope.decided(change)


@transaction.atomic
def withdraw(change: ScopeChange, *, by: User) -> None:
    """Take a change back before it is decided."""
    require(can_withdraw_scope(by, change))
    _settle(change, by, ScopeState.WITHDRAWN, "")
    record(by, "scope.withdrawn", change, fields=["state"])
    raise_revision(change.assignment)


def _settle(change: ScopeChange, by: User, state: str, reason: str) -> None:
    waiting = ScopeChange.objects.filter(pk=change.pk, state=ScopeState.PROPOSED)
    if not waiting.update(state=state, decided_by=by, decided_at=now(), decision_reason=reason.strip()):
        raise Refused(_("This change was decided or taken back meanwhile. Look at where it stands now."))
    change.refresh_from_db(fields=["state", "decided_by", "decided_at", "decision_reason"])


def _of_the_charter(change: ScopeChange) -> dict[str, Any]:
    """What of the charter a decision changes."""
    if change.kind == ScopeKind.MOVED and change.ends_on:
        return {"ends_on": change.ends_on}
    if change.kind == ScopeKind.OBJECTIVE and change.objective:
        return {"outcome": change.objective}
    return {}


def note_edit(
    milestone: Milestone, *, by: User, what: str, before: date | None = None, after: date | None = None
) -> PlanEdit | None:
    """Remember that the plan was edited while the work goes on; before the kickoff nothing is remembered."""
    if milestone.assignment.status in (Status.CHARTERING, Status.CLOSED):
        return None
    return PlanEdit.objects.create(
        assignment=milestone.assignment,
        milestone=milestone,
        what=what,
        due_before=before,
        due_after=after,
        by=by,
        at=now(),
    )
