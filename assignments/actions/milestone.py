"""Milestones: planned, changed, moved together, taken out and put back, done, and undone again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments import messages
from assignments.models import Assignment, Milestone, PlanEdit
from assignments.planning import Step, followers, goes_round, later, shifted
from assignments.refusals import Refused, Stale
from assignments.rules import can_edit_plan, can_finish_milestone
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import check_in
from .assignment import raise_revision
from .scope import note_edit

What = PlanEdit.What
ONLY, FOLLOWERS, LATER = "only", "followers", "later"


@transaction.atomic
def add(assignment: Assignment, *, by: User, after: Collection[Milestone] = (), **words: Any) -> Milestone:
    """Add a milestone to the plan, which the sponsor sees too."""
    require(can_edit_plan(by, assignment))
    milestone = _add(assignment, by, words)
    milestone.after.set(after)
    raise_revision(assignment)
    check_in.follow_milestones(assignment)
    return milestone


@transaction.atomic
def add_many(assignment: Assignment, *, by: User, rows: Iterable[dict[str, Any]]) -> list[Milestone]:
    """Add the chosen steps of a proposed plan, each after those its `after` names by place, else the one before."""
    require(can_edit_plan(by, assignment))
    steps = [dict(words) for words in rows]
    waits = {place: step.pop("after", (place - 1,) if place else ()) for place, step in enumerate(steps)}
    if goes_round(waits):
        raise Refused(_("Two steps would wait for each other. Choose only steps that can be done before this one."))
    added = [_add(assignment, by, step) for step in steps]
    for place, before in waits.items():
        if before:
            added[place].after.set([added[each] for each in before])
    if added:
        raise_revision(assignment)
        check_in.follow_milestones(assignment)
    return added


def _add(assignment: Assignment, by: User, words: dict[str, Any]) -> Milestone:
    milestone = Milestone.objects.create(assignment=assignment, created_at=now(), **words)
    record(by, "milestone.added", milestone, fields=words)
    note_edit(milestone, by=by, what=What.ADDED, after=milestone.due_on)
    return milestone


@transaction.atomic
def change(
    milestone: Milestone,
    *,
    by: User,
    seen: int | None = None,
    after: Collection[Milestone] | None = None,
    follow: str = ONLY,
    **words: Any,
) -> Milestone:
    """Change what a milestone says, when it is due or what it waits for, unless it is another than was `seen`.

    Where its day moves, what depends on it (`followers`) or all that is due later moves by as many days.
    """
    require(can_edit_plan(by, milestone.assignment))
    before = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if seen is not None and seen != before.version:
        raise Stale(_("This milestone was changed by somebody else while you were writing."))
    changed = {name: value for name, value in words.items() if getattr(before, name) != value}
    fields = [*changed, *_wait_for(before, after)]
    if not fields:
        return before
    Milestone.objects.filter(pk=milestone.pk).update(version=F("version") + 1, **changed)
    record(by, "milestone.changed", milestone, fields=fields)
    milestone.refresh_from_db()
    _note(milestone, before, by, changed)
    if "due_on" in changed:
        _move_others(milestone, milestone.due_on - before.due_on, before.due_on, by, follow)
        check_in.follow_milestones(milestone.assignment)
    raise_revision(milestone.assignment)
    return milestone


def _wait_for(milestone: Milestone, after: Collection[Milestone] | None) -> list[str]:
    """Set what it waits for; the name of the field where that is something new."""
    if after is None or {each.pk for each in after} == set(milestone.after.values_list("pk", flat=True)):
        return []
    waits = {step.pk: set(step.after) for step in steps_of(milestone.assignment_id)}
    if goes_round(waits | {milestone.pk: {each.pk for each in after}}):
        raise Refused(_("Two steps would wait for each other. Choose only steps that can be done before this one."))
    milestone.after.set(after)
    return ["after"]


def _note(milestone: Milestone, before: Milestone, by: User, changed: dict[str, Any]) -> None:
    """A moved day and other words are edits of the plan; a new order alone is not."""
    if "due_on" in changed:
        note_edit(milestone, by=by, what=What.MOVED, before=before.due_on, after=milestone.due_on)
    elif changed.keys() & {"title", "definition_of_progress", "weight"}:
        note_edit(milestone, by=by, what=What.REWORDED)


def steps_of(assignment_id: int) -> list[Step]:
    """The open steps of a plan by their days, and what each waits for; two queries."""
    rows = Milestone.objects.open().filter(assignment=assignment_id).prefetch_related("after")
    return [Step(row.pk, row.due_on, frozenset(each.pk for each in row.after.all())) for row in rows]


def followers_of(milestone: Milestone) -> tuple[frozenset[int], frozenset[int]]:
    """What depends on a step, and what is due on its day or later."""
    steps = steps_of(milestone.assignment_id)
    if milestone.pk not in {step.pk for step in steps}:
        return frozenset(), frozenset()
    return followers(steps, milestone.pk), later(steps, milestone.pk)


def _move_others(milestone: Milestone, by_days: timedelta, was: date, by: User, follow: str) -> None:
    if follow not in (FOLLOWERS, LATER):
        return
    steps = [
        step if step.pk != milestone.pk else Step(step.pk, was, step.after)
        for step in steps_of(milestone.assignment_id)
    ]
    chosen = followers(steps, milestone.pk) if follow == FOLLOWERS else later(steps, milestone.pk)
    days = shifted(steps, chosen, by_days, milestone.assignment.mentee.working_days)
    for other in Milestone.objects.filter(pk__in=days).select_related("assignment"):
        Milestone.objects.filter(pk=other.pk).update(due_on=days[other.pk], version=F("version") + 1)
        record(by, "milestone.changed", other, fields=["due_on"])
        note_edit(other, by=by, what=What.MOVED, before=other.due_on, after=days[other.pk])


@transaction.atomic
def take_out(milestone: Milestone, *, by: User) -> None:
    """Take an open milestone out of the plan; what was logged for it keeps its name, and it can be put back."""
    require(can_edit_plan(by, milestone.assignment))
    open_one = Milestone.objects.open().filter(pk=milestone.pk)
    if not open_one.update(removed_at=now(), version=F("version") + 1):
        raise Refused(_("This milestone is done or was taken out already."))
    record(by, "milestone.removed", milestone, fields=["removed_at"])
    note_edit(milestone, by=by, what=What.REMOVED, before=milestone.due_on)
    raise_revision(milestone.assignment)
    check_in.follow_milestones(milestone.assignment)


@transaction.atomic
def put_back(milestone: Milestone, *, by: User) -> None:
    """Put a milestone that was taken out back where it was."""
    require(can_edit_plan(by, milestone.assignment))
    out = Milestone.with_removed.filter(pk=milestone.pk, removed_at__isnull=False)
    if not out.update(removed_at=None, version=F("version") + 1):
        raise Refused(_("This milestone is in the plan already."))
    record(by, "milestone.restored", milestone, fields=["removed_at"])
    taken_out = PlanEdit.objects.filter(milestone=milestone, what=What.REMOVED, change__isnull=True).order_by(
        "-at", "-pk"
    )
    if (edit := taken_out.first()) is not None:
        # As if it had never been out: nothing of the plan has changed.
        edit.delete()
    raise_revision(milestone.assignment)
    check_in.follow_milestones(milestone.assignment)


@transaction.atomic
def finish(milestone: Milestone, *, by: User) -> None:
    """Mark a milestone as done and tell the mentor."""
    require(can_finish_milestone(by, milestone))
    if not Milestone.objects.filter(pk=milestone.pk, done_at__isnull=True).update(done_at=now(), done_by=by):
        raise Refused(_("This milestone was marked as done already."))
    record(by, "milestone.done", milestone, fields=["done_at"])
    raise_revision(milestone.assignment)
    milestone.refresh_from_db()
    messages.milestone.done(milestone, by=by)


@transaction.atomic
def reopen(milestone: Milestone, *, by: User) -> None:
    """Take back that a milestone is done."""
    require(can_finish_milestone(by, milestone))
    if not Milestone.objects.filter(pk=milestone.pk, done_at__isnull=False).update(done_at=None, done_by=None):
        raise Refused(_("This milestone is open already."))
    record(by, "milestone.reopened", milestone, fields=["done_at"])
    raise_revision(milestone.assignment)
    milestone.refresh_from_db()
