"""Setbacks: written down, shared or not, and looked at again after a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments import messages
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Assignment, Setback
from ..refusals import Stale
from ..rules import can_edit_setback, can_own_setback, can_write_setback
from .assignment import raise_revision

ASK_AGAIN_AFTER = timedelta(days=30)


@transaction.atomic
def write_setback(assignment: Assignment, *, by: User, words: Mapping[str, Any]) -> Setback:
    """Keep a setback as a card for mentee and mentor, and for the sponsor where it is shared."""
    require(can_write_setback(by, assignment))
    again = today(by.zone) + ASK_AGAIN_AFTER
    setback = Setback.objects.create(assignment=assignment, by=by, ask_again_on=again, written_at=now(), **words)
    record(by, "setback.written", setback, fields=[name for name, value in words.items() if value])
    if setback.shared_with_sponsor:
        raise_revision(assignment)
        messages.setback.shared(setback)
    return setback


@transaction.atomic
def edit_setback(setback: Setback, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Change what a card says, unless it was saved elsewhere since `version`."""
    require(can_edit_setback(by, setback))
    touched = [name for name in words if getattr(setback, name) != words[name]]
    _save(setback, version, words)
    record(by, "setback.edited", setback, fields=touched)


@transaction.atomic
def share_setback(setback: Setback, *, by: User, shared: bool) -> None:
    """Let the sponsor read a card, or no longer."""
    require(can_own_setback(by, setback))
    if not Setback.objects.filter(pk=setback.pk, shared_with_sponsor=not shared).update(shared_with_sponsor=shared):
        return
    record(by, "setback.shared" if shared else "setback.unshared", setback, fields=["shared_with_sponsor"])
    setback.refresh_from_db()
    raise_revision(setback.assignment)
    if shared:
        messages.setback.shared(setback)


@transaction.atomic
def answer_later(setback: Setback, *, by: User, version: int, later: str) -> None:
    """Say, about a month on, whether the change held."""
    require(can_own_setback(by, setback))
    _save(setback, version, {"later": later, "later_at": now()})
    record(by, "setback.looked_at_again", setback, fields=["later"])


def _save(setback: Setback, version: int, values: Mapping[str, Any]) -> None:
    if not Setback.objects.filter(pk=setback.pk, version=version).update(**values, version=F("version") + 1):
        raise Stale(_("This setback was saved in another window while you were writing."))
    setback.refresh_from_db()
    if setback.shared_with_sponsor:
        raise_revision(setback.assignment)
