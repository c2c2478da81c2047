"""The gate every action passes: may this person do this?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from .models import Role, User


def require(allowed: bool) -> None:
    """Stop with a 403 unless the rule just asked said yes."""
    if not allowed:
        raise PermissionDenied


def can_manage_people(user: User) -> bool:
    """HR and administrators import, add, invite and deactivate people."""
    return user.is_active and (user.is_hr or user.is_administrator)


def can_grant_roles(user: User) -> bool:
    return user.is_administrator


def can_change_person(user: User, person: User) -> bool:
    """HR looks after everybody, except how an administrator signs in: that would be a way up.

    Nor how a deactivated one would, whose roles come back with them.
    """
    may = user.is_administrator or Role.ADMINISTRATOR not in person.roles
    return can_manage_people(user) and may and person.erased_at is None


def is_last_administrator(person: User) -> bool:
    others = User.objects.with_role(Role.ADMINISTRATOR).exclude(pk=person.pk)
    return person.is_administrator and not others.exists()


def can_deactivate(user: User, person: User) -> bool:
    """Nobody deactivates themselves, and one administrator always stays."""
    return (
        can_change_person(user, person)
        and person.is_active
        and person.pk != user.pk
        and not is_last_administrator(person)
    )


def can_reactivate(user: User, person: User) -> bool:
    return can_change_person(user, person) and not person.is_active


def can_invite(user: User, person: User) -> bool:
    """Those who have not set a password yet; whoever has one asks for a new one by themselves."""
    return can_change_person(user, person) and person.is_active and not person.has_usable_password()


def can_end_links(user: User, person: User) -> bool:
    """Everybody their own mailed links; HR those of the people they look after."""
    return user.is_active and (user.pk == person.pk or can_change_person(user, person))


def can_revoke_role(user: User, person: User, role: str) -> bool:
    return can_grant_roles(user) and not (role == Role.ADMINISTRATOR and is_last_administrator(person))
