"""The mails by which people set a password: invitations, and resets they ask for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from stretchhub.audit import trail
from stretchhub.env import now
from stretchhub.people import messages
from stretchhub.people.models import User
from stretchhub.people.rules import can_invite, can_manage_people, require


@transaction.atomic
def invite(people: Iterable[User], *, by: User) -> list[User]:
    """Mail everybody among these who has no password yet a link to set one; again if asked again."""
    require(can_manage_people(by))
    invited = [person for person in people if can_invite(by, person)]
    User.objects.filter(pk__in=[person.pk for person in invited]).update(invited_at=now())
    trail.record_many([trail.entry(by, "people.invited", person, ["invited_at"]) for person in invited])
    messages.invited(invited)
    return invited


@transaction.atomic
def ask_for_password(person: User | None) -> None:
    """Mail a link to choose a new password, where there is such a person.

    For an address nobody has, the same work is done and taken back, so that neither the answer
    nor the time it takes says whether there is an account.
    """
    allowed = person is not None and person.is_active and may_set_password(person)
    trail.record(None, "people.password_asked", person if allowed else None)
    messages.password_asked(person if allowed else None)


def may_set_password(person: User) -> bool:
    """People who were imported get in only after HR has invited them."""
    return person.has_usable_password() or person.invited_at is not None
