"""Adding, changing, deactivating and bringing back people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people import deactivation, former_addresses
from stretchhub.people.addresses import confirm
from stretchhub.people.chains import loops
from stretchhub.people.models import Role, RoleGrant, User
from stretchhub.people.rules import can_change_person, can_deactivate, can_manage_people, can_reactivate, require


class ChangedMeanwhile(Exception):
    """Somebody else has changed the same field of this person since it was read; nothing was written."""


@transaction.atomic
def add_person(*, by: User, **fields: Any) -> User:
    """Add somebody who can sign in once they are invited and have set a password."""
    require(can_manage_people(by))
    person = User.objects.create_user(**fields)
    confirm([person], fresh=True)
    record(by, "people.created", person, fields=[name for name, value in fields.items() if value])
    return person


@transaction.atomic
def change_person(person: User, *, by: User, read: User | None = None, **fields: Any) -> list[str]:
    """Change what HR knows about somebody and say which fields it touched.

    A new e-mail address counts as confirmed; links mailed to the old one stop working, and it is told so.
    `read` is the person as whoever wants this had read them: ChangedMeanwhile where one of the fields is another now.
    """
    before = User.objects.select_for_update().get(pk=person.pk)
    require(can_change_person(by, before))
    changed = _changed(before, read, fields)
    if not changed:
        return []
    if "manager" in changed:
        _refuse_loop(person, fields["manager"])
    for name in changed:
        setattr(person, name, fields[name])
    person.save(update_fields=changed)
    if "email" in changed:
        former_addresses.by_another([(person, before.email)], by=by)
    record(by, "people.updated", person, fields=changed)
    return changed


def _changed(before: User, read: User | None, fields: Mapping[str, Any]) -> list[str]:
    """The names of the fields that are to be written, unless another has written one of them since."""
    changed = sorted(name for name, value in fields.items() if getattr(before, name) != value)
    if read is not None and any(getattr(before, name) != getattr(read, name) for name in changed):
        raise ChangedMeanwhile
    return changed


def _refuse_loop(person: User, manager: User | None) -> None:
    managers = dict(User.objects.exclude(manager=None).values_list("pk", "manager_id"))
    managers[person.pk] = manager.pk if manager else None
    if loops([person.pk], managers.get):
        raise ValidationError(
            {"manager": _("%s reports to this person, directly or through others. Choose another manager.") % manager}
        )


@transaction.atomic
def deactivate(person: User, *, by: User) -> None:
    """Close somebody's access: their sessions end at the next request, and whoever must know is told."""
    # Locking those who have the role makes two administrators unable to deactivate each other at once.
    list(RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))
    require(can_deactivate(by, person))
    gone = User.objects.filter(pk=person.pk, is_active=True).update(
        is_active=False, deactivated_at=now(), session_epoch=person.session_epoch + 1
    )
    person.refresh_from_db()
    if gone:
        record(by, "people.deactivated", person, fields=["is_active"])
        deactivation.tell(person)


@transaction.atomic
def reactivate(person: User, *, by: User) -> None:
    """Let somebody in again; sessions from before stay ended."""
    require(can_reactivate(by, person))
    back = User.objects.filter(pk=person.pk, is_active=False).update(is_active=True, deactivated_at=None)
    person.refresh_from_db()
    if back:
        record(by, "people.reactivated", person, fields=["is_active"])


@transaction.atomic
def change_own_settings(person: User, *, read: User | None = None, **fields: Any) -> None:
    """Keep what a person chooses for themselves: name to be called by, zone, days, colours, language.

    `read` as for `change_person`.
    """
    changed = _changed(User.objects.select_for_update().get(pk=person.pk), read, fields)
    if not changed:
        return
    for name in changed:
        setattr(person, name, fields[name])
    person.save(update_fields=changed)
    record(person, "people.settings_changed", person, fields=changed)
