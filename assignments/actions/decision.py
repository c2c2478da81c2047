"""The decision log: written, put in better words, and looked back at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Assignment, Decision
from ..refusals import Stale
from ..rules import can_edit_decision, can_log_decision, can_look_back
from .assignment import raise_revision


@transaction.atomic
def log_decision(assignment: Assignment, *, by: User, words: Mapping[str, Any]) -> Decision:
    """Write down what was decided, which the sponsor reads too."""
    require(can_log_decision(by, assignment))
    decision = Decision.objects.create(assignment=assignment, logged_by=by, logged_at=now(), **words)
    record(by, "decision.logged", decision, fields=[name for name, value in words.items() if value])
    raise_revision(assignment)
    return decision


@transaction.atomic
def edit_decision(decision: Decision, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Put a decision in better words, unless somebody else has saved it since `version`."""
    require(can_edit_decision(by, decision))
    touched = [name for name in words if getattr(decision, name) != words[name]]
    _save(decision, version, words)
    record(by, "decision.edited", decision, fields=touched)


@transaction.atomic
def look_back(decision: Decision, *, by: User, version: int, happened: str) -> None:
    """Say what came of it."""
    require(can_look_back(by, decision))
    _save(decision, version, {"happened": happened, "looked_back_at": now(), "looked_back_by": by})
    record(by, "decision.looked_back", decision, fields=["happened"])


@transaction.atomic
def look_back_later(decision: Decision, *, by: User, version: int, on: date) -> None:
    """It is too early to tell: the decision comes back on another day."""
    require(can_look_back(by, decision))
    _save(decision, version, {"review_on": on})
    record(by, "decision.put_off", decision, fields=["review_on"])


def _save(decision: Decision, version: int, values: Mapping[str, Any]) -> None:
    same = Decision.objects.filter(pk=decision.pk, version=version)
    if not same.update(**values, version=F("version") + 1):
        raise Stale(_("This decision was saved by somebody else while you were writing."))
    decision.refresh_from_db()
    raise_revision(decision.assignment)
