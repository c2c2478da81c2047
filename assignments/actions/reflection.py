"""Reflections: the mentee's own, and shown to the mentor only where the mentee says so.

What the trail keeps of them is that one was written or shown, never which of its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments import messages
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Assignment, Reflection
from ..refusals import Stale
from ..rules import can_own_reflection, can_reflect


@transaction.atomic
def write_reflection(assignment: Assignment, *, by: User, words: Mapping[str, Any]) -> Reflection:
    """Keep a reflection; the mentor is told only where all of it or a line is shown to them."""
    require(can_reflect(by, assignment))
    reflection = Reflection.objects.create(assignment=assignment, by=by, written_at=now(), **words)
    record(by, "reflection.written", reflection)
    if _is_shown(reflection):
        messages.reflection.shown(reflection)
    return reflection


@transaction.atomic
def edit_reflection(reflection: Reflection, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Change a reflection, unless it was saved elsewhere since `version`."""
    require(can_own_reflection(by, reflection))
    same = Reflection.objects.filter(pk=reflection.pk, version=version)
    if not same.update(**words, version=F("version") + 1):
        raise Stale(_("This reflection was saved in another window while you were writing."))
    record(by, "reflection.edited", reflection)
    _now_shown(reflection)


@transaction.atomic
def show_reflection(reflection: Reflection, *, by: User, shown: bool) -> None:
    """Let the mentor read all of it, or no longer."""
    require(can_own_reflection(by, reflection))
    other = Reflection.objects.filter(pk=reflection.pk, shared_with_mentor=not shown)
    # Another version: a page opened before says what it would show again, instead of showing it.
    if not other.update(shared_with_mentor=shown, version=F("version") + 1):
        return
    record(by, "reflection.shown" if shown else "reflection.kept_private", reflection, fields=["shared_with_mentor"])
    _now_shown(reflection)


@transaction.atomic
def remove_reflection(reflection: Reflection, *, by: User) -> None:
    """Take a reflection out for good; it was nobody else's."""
    require(can_own_reflection(by, reflection))
    record(by, "reflection.removed", reflection)
    Reflection.objects.filter(pk=reflection.pk).delete()


def _now_shown(reflection: Reflection) -> None:
    was_shown = _is_shown(reflection)
    reflection.refresh_from_db()
    if _is_shown(reflection) and not was_shown:
        messages.reflection.shown(reflection)


def _is_shown(reflection: Reflection) -> bool:
    return reflection.shared_with_mentor or bool(reflection.shared_line)
