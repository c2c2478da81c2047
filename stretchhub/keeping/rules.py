"""Who may ask for what about whose data."""

from __future__ import annotations

from stretchhub.people.models import User
from stretchhub.people.rules import can_change_person, can_manage_people, is_last_administrator

from .models import ErasureRequest, State


def can_decide_erasures(user: User) -> bool:
    """HR and administrators see what was asked; which of them may decide depends on who asked."""
    return user.is_hr or user.is_administrator


def can_read_keeping(user: User) -> bool:
    return user.is_hr or user.is_administrator


def can_ask_erasure(user: User, person: User) -> bool:
    """Everybody for themselves, HR and administrators for those they look after; one administrator always stays."""
    mine = user.is_active and user.pk == person.pk
    return person.erased_at is None and not is_last_administrator(person) and (mine or can_change_person(user, person))


def can_ask_erasure_of_address(user: User) -> bool:
    """Somebody without an account asks HR; HR and administrators look after them."""
    return can_manage_people(user)


def can_decide_erasure(user: User, erasure: ErasureRequest) -> bool:
    """Two people: never who asked, and never whose data it is."""
    if erasure.person is None:
        return erasure.state == State.ASKED and user.pk != erasure.asked_by_id and can_manage_people(user)
    return (
        erasure.state == State.ASKED
        and user.pk not in (erasure.asked_by_id, erasure.person_id)
        and can_change_person(user, erasure.person)
        and not is_last_administrator(erasure.person)
    )


def can_withdraw_erasure(user: User, erasure: ErasureRequest) -> bool:
    """Whoever asked, while nothing has been decided; and the person."""
    return erasure.state == State.ASKED and user.is_active and user.pk in (erasure.asked_by_id, erasure.person_id)
