"""Writing a goal, changing it, and saying what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..assessing import method_now, standings
from ..levels import Standing
from ..models import Goal, GoalCompetency, GoalStatus, Intake, Mentorship, Provenance
from ..refusals import Refused, Stale
from ..rules import can_edit_goal, can_write_goals
from .competency_level import record_level


@transaction.atomic
def add_goal(
    mentorship: Mentorship,
    *,
    by: User,
    words: Mapping[str, Any],
    targets: Sequence[Mapping[str, Any]],
    intake: Intake | None = None,
) -> Goal:
    """Write a goal down, with the competencies it asks for and the conversation it came out of.

    A level now that is not the one that counts is recorded as the level of today.
    """
    require(can_write_goals(by, mentorship))
    goal = Goal.objects.create(mentorship=mentorship, created_by=by, intake=intake, **words)
    _set_targets(goal, targets)
    _record_levels(goal, targets, by=by)
    record(by, "goal.added", goal, fields=[*words, "competencies"])
    return goal


@transaction.atomic
def edit_goal(
    goal: Goal, *, by: User, version: int, words: Mapping[str, Any], targets: Sequence[Mapping[str, Any]]
) -> None:
    """Change a goal, unless somebody else has saved it since `version` was read.

    A level now that was changed here, and is not the one that counts, is recorded as the level of today.
    """
    require(can_edit_goal(by, goal))
    touched = [name for name in words if getattr(goal, name) != words[name]]
    unchanged = Goal.objects.filter(pk=goal.pk, version=version)
    if not unchanged.update(**words, version=F("version") + 1):
        raise Stale(_("This goal was saved by somebody else while you were writing."))
    before = dict(goal.targets.values_list("competency_id", "level_now"))
    GoalCompetency.objects.filter(goal=goal).delete()
    _set_targets(goal, targets)
    said = [target for target in targets if before.get(target["competency"].pk) != target["level_now"]]
    _record_levels(goal, said, by=by)
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


def _record_levels(goal: Goal, targets: Sequence[Mapping[str, Any]], *, by: User) -> None:
    """Add what was said about levels to what is known of the mentee; never as verified."""
    mentee = goal.mentorship.mentee
    provenance = Provenance.SELF_DECLARED if by.pk == mentee.pk else Provenance.MENTOR_RATED
    day = today(mentee.zone)
    known = standings(mentee.pk, day, method_now()) if targets else {}
    for target in targets:
        if not _is_said(known.get(target["competency"].pk), target["level_now"], provenance):
            level, competency = target["level_now"], target["competency"]
            record_level(goal.mentorship, by=by, competency=competency, level=level, dated_on=day)


def _is_said(standing: Standing | None, level: int, provenance: str) -> bool:
    """Whether the level is the one that counts, or this side's newest word already."""
    if standing is None:
        return False
    said = next((entry for entry in standing.parts if entry.provenance == provenance), None)
    return not standing.stale and level in (standing.value, said.level if said else None)
