"""Milestones: planned, changed, done, and undone again."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments import messages
from assignments.models import Assignment, Milestone
from assignments.refusals import Refused, Stale
from assignments.rules import can_edit_plan, can_finish_milestone
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from . import check_in
from .assignment import raise_revision


@transaction.atomic
def add(assignment: Assignment, *, by: User, **words: Any) -> Milestone:
    """Add a milestone to the plan, which the sponsor sees too."""
    require(can_edit_plan(by, assignment))
    milestone = Milestone.objects.create(assignment=assignment, created_at=now(), **words)
    record(by, "milestone.added", milestone, fields=words)
    raise_revision(assignment)
    check_in.follow_milestones(assignment)
    return milestone


@transaction.atomic
def change(milestone: Milestone, *, by: User, seen: str = "", **words: Any) -> Milestone:
    """Change what a milestone says or when it is due, unless it says something else than was `seen`."""
    require(can_edit_plan(by, milestone.assignment))
    before = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if seen and seen != fingerprint(before):
        raise Stale(_("This milestone was changed by somebody else while you were writing."))
    changed = {name: value for name, value in words.items() if getattr(before, name) != value}
    if not changed:
        return before
    Milestone.objects.filter(pk=milestone.pk).update(**changed)
    record(by, "milestone.changed", milestone, fields=changed)
    raise_revision(milestone.assignment)
    if "due_on" in changed:
        check_in.follow_milestones(milestone.assignment)
    milestone.refresh_from_db()
    return milestone


def fingerprint(milestone: Milestone) -> str:
    """What a milestone says, in short, so that a page can tell whether it still does."""
    said = (milestone.title, milestone.definition_of_progress, milestone.due_on.isoformat(), milestone.weight)
    return hashlib.sha256(repr(said).encode()).hexdigest()


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
