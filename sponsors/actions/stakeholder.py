"""Where people stand towards an option: placed on the grid, moved, taken off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Option
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Stakeholder
from ..rules import can_find_sponsors


@transaction.atomic
def place_stakeholder(option: Option, *, by: User, person: User | None, words: Mapping[str, Any]) -> Stakeholder:
    """Put somebody on the grid as they are seen on a day; with `person` under the directory's name."""
    require(can_find_sponsors(by, option))
    named = {**words, "name": person.name} if person else words
    try:
        with transaction.atomic():
            stakeholder = Stakeholder.objects.create(option=option, person=person, placed_by=by, **named)
    except IntegrityError:
        raise Refused(_("This person is on the grid already. Move the mark that is there.")) from None
    record(by, "stakeholder.placed", stakeholder, fields=named)
    return stakeholder


@transaction.atomic
def move_stakeholder(stakeholder: Stakeholder, *, by: User, version: int, words: Mapping[str, Any]) -> None:
    """Say where they stand now, unless somebody else has since `version`."""
    require(can_find_sponsors(by, stakeholder.option))
    touched = [name for name in words if getattr(stakeholder, name) != words[name]]
    same = Stakeholder.objects.filter(pk=stakeholder.pk, version=version)
    if not same.update(**words, placed_by=by, version=F("version") + 1):
        raise Stale(_("This mark was moved by somebody else while you were writing."))
    record(by, "stakeholder.moved", stakeholder, fields=touched)
    stakeholder.refresh_from_db()


@transaction.atomic
def remove_stakeholder(stakeholder: Stakeholder, *, by: User) -> None:
    """Take somebody off the grid; nothing about them stays but that it was done."""
    require(can_find_sponsors(by, stakeholder.option))
    record(by, "stakeholder.removed", stakeholder)
    stakeholder.delete()
