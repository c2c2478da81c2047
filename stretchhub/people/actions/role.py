"""Roles that must be granted."""

from __future__ import annotations

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.people.models import Role, RoleGrant, User
from stretchhub.people.rules import can_grant_roles, can_revoke_role, require


@transaction.atomic
def grant(person: User, *, by: User, role: Role) -> None:
    """Give somebody a role, from their next request on."""
    require(can_grant_roles(by) and person.is_active)
    _grant, fresh = RoleGrant.objects.get_or_create(user=person, role=role, defaults={"granted_by": by})
    if fresh:
        record(by, f"people.role_granted.{role.value}", person, fields=["role_grants"])


@transaction.atomic
def revoke(person: User, *, by: User, role: Role) -> None:
    """Take a role away, from the next request on; the last administrator keeps theirs."""
    # Locking those who have it makes two administrators unable to revoke each other at once.
    list(RoleGrant.objects.select_for_update().filter(role=role).order_by("pk"))
    require(can_revoke_role(by, person, role))
    taken, _kinds = RoleGrant.objects.filter(user=person, role=role).delete()
    if taken:
        record(by, f"people.role_revoked.{role.value}", person, fields=["role_grants"])
