"""The gate every action passes: may this person do this?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from .models import User


def require(allowed: bool) -> None:
    """Stop with a 403 unless the rule just asked said yes."""
    if not allowed:
        raise PermissionDenied


def can_manage_people(user: User) -> bool:
    """HR and administrators import, add, invite and deactivate people."""
    return user.is_active and (user.is_hr or user.is_administrator)


def can_grant_roles(user: User) -> bool:
    return user.is_administrator


def can_read_audit_trail(user: User) -> bool:
    return user.is_hr or user.is_administrator
