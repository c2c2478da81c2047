"""The learning plan: planned, changed, done with what it changed, dropped, and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import LearningItem, Mentorship
from ..refusals import Refused, Stale
from ..rules import can_edit_learning, can_plan_learning


@transaction.atomic
def add_learning(mentorship: Mentorship, *, by: User, words: Mapping[str, Any]) -> LearningItem:
    """Put something to learn from on the plan."""
    require(can_plan_learning(by, mentorship))
    item = LearningItem.objects.create(mentorship=mentorship, created_by=by, created_at=now(), **words)
    record(by, "learning.added", item, fields=words)
    return item


@transaction.atomic
def edit_learning(item: LearningItem, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Change an item, unless somebody else has saved it since `version` was read."""
    require(can_edit_learning(by, item))
    touched = [name for name in words if getattr(item, name) != words[name]]
    unchanged = LearningItem.objects.filter(pk=item.pk, version=version)
    if not unchanged.update(**words, version=F("version") + 1):
        raise Stale(_("This was changed by somebody else while you were writing."))
    record(by, "learning.edited", item, fields=touched)
    item.refresh_from_db()


@transaction.atomic
def finish_learning(item: LearningItem, *, by: User, changed: str) -> None:
    """Mark an open item as done today, where the mentee is, with what it changed."""
    require(can_edit_learning(by, item))
    day = today(item.mentorship.mentee.zone)
    _move(item, LearningItem.objects.open(), done_on=day, changed=changed)
    record(by, "learning.done", item, fields=["changed", "done_on"])


@transaction.atomic
def reopen_learning(item: LearningItem, *, by: User) -> None:
    """Take back that an item is done; what it changed stays, to be said again."""
    require(can_edit_learning(by, item))
    _move(item, LearningItem.objects.filter(done_on__isnull=False), done_on=None)
    record(by, "learning.reopened", item, fields=["done_on"])


@transaction.atomic
def drop_learning(item: LearningItem, *, by: User) -> None:
    """Take an open item off the plan; it can be brought back."""
    require(can_edit_learning(by, item))
    _move(item, LearningItem.objects.open(), dropped_at=now())
    record(by, "learning.dropped", item, fields=["dropped_at"])


@transaction.atomic
def bring_back_learning(item: LearningItem, *, by: User) -> None:
    """Put a dropped item on the plan again."""
    require(can_edit_learning(by, item))
    _move(item, LearningItem.objects.filter(dropped_at__isnull=False), dropped_at=None)
    record(by, "learning.brought_back", item, fields=["dropped_at"])


def _move(item: LearningItem, found_in: Any, **changed: Any) -> None:
    """Change where an item stands, only from where it has to stand for that."""
    moved = found_in.filter(pk=item.pk).update(**changed, version=F("version") + 1)
    item.refresh_from_db()
    if not moved:
        raise Refused(_state(item))


def _state(item: LearningItem) -> str:
    words = {"title": item.title}
    if item.dropped_at:
        return _("“%(title)s” was dropped. Bring it back first.") % words
    if item.done_on:
        return _("“%(title)s” is done already.") % words
    return _("“%(title)s” is open already.") % words
