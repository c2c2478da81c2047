"""What every new charter begins with."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Programme
from assignments.refusals import Stale
from assignments.rules import can_set_programme
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

FIELDS = ("rhythm", "sponsor_rhythm", "escalate_to", "idle_days")


def programme_now() -> Programme:
    """The row, or what holds before anybody has set anything."""
    return Programme.objects.select_related("escalate_to").first() or Programme(version=0)


@transaction.atomic
def set_programme(*, by: User, version: int, words: dict[str, Any]) -> Programme:
    """Let other values hold from now on; charters that are written already keep theirs."""
    require(can_set_programme(by))
    held = programme_now()
    changed = {name for name in words if getattr(held, name) != words[name]}
    stale = Stale(_("Somebody else saved while you were choosing."))
    if held.version == 0:
        try:
            with transaction.atomic():
                Programme.objects.create(changed_at=now(), **words)
        except IntegrityError:
            raise stale from None
    elif not Programme.objects.filter(version=version).update(version=F("version") + 1, changed_at=now(), **words):
        raise stale
    saved = programme_now()
    record(by, "programme.set", saved, fields=changed)
    return saved
