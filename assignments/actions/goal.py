"""Writing a goal, changing it, and saying what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Goal, GoalCompetency, GoalStatus, Mentorship
from ..refusals import Refused, Stale
from ..rules import can_edit_goal, can_write_goals

FIELDS = ("title", "success", "horizon")


@transaction.atomic
def add_goal(
    mentorship: Mentorship, *, by: User, words: Mapping[str, Any], targets: Sequence[Mapping[str, Any]]
) -> Goal:
    """Write a goal down, with the competencies it asks for."""
    require(can_write_goals(by, mentorship))
    goal = Goal.objects.create(mentorship=mentorship, created_by=by, **words)
    _set_targets(goal, targets)
    record(by, "goal.added", goal, fields=[*words, "competencies"])
    return goal


@transaction.atomic
def edit_goal(
    goal: Goal, *, by: User, version: int, words: Mapping[str, Any], targets: Sequence[Mapping[str, Any]]
) -> None:
    """Change a goal, unless somebody else has saved it since `version` was read."""
    require(can_edit_goal(by, goal))
    touched = [name for name in words if getattr(goal, name) != words[name]]
    unchanged = Goal.objects.filter(pk=goal.pk, version=version)
    if not unchanged.update(**words, version=F("version") + 1):
        raise Stale(_("This goal was saved by somebody else while you were writing."))
    goal.targets.all().delete()
    _set_targets(goal, targets)
    record(by, "goal.edited", goal, fields=[*touched, "competencies"])
    goal.refresh_from_db()


@transaction.atomic
def settle_goal(goal: Goal, *, by: User, status: str) -> None:
    """Mark an open goal reached or dropped, or open it again."""
    require(can_edit_goal(by, goal))
    came_from = [GoalStatus.REACHED, GoalStatus.DROPPED] if status == GoalStatus.OPEN else [GoalStatus.OPEN]
    moved = Goal.objects.filter(pk=goal.pk, status__in=came_from).update(status=status, version=F("version") + 1)
    goal.refresh_from_db()
    if not moved:
        raise Refused(_("This goal is already “%(status)s”.") % {"status": goal.get_status_display()})
    record(by, f"goal.{status}", goal, fields=["status"])


def _set_targets(goal: Goal, targets: Sequence[Mapping[str, Any]]) -> None:
    GoalCompetency.objects.bulk_create([GoalCompetency(goal=goal, **target) for target in targets])
