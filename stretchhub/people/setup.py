"""The first administrator: let in by a token shown once on the console, while nobody is there."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now

from .addresses import confirm
from .models import Role, RoleGrant, SetupToken, User

VALID = timedelta(minutes=60)


def setup_line() -> str:
    """The line for the console, with a fresh link; empty once anybody is there.

    Each call replaces the token of the one before. Only its digest is kept.
    """
    if User.objects.exists():
        return ""
    token = secrets.token_urlsafe(32)
    SetupToken.objects.update_or_create(id=1, defaults={"digest": _digest(token), "expires_at": now() + VALID})
    link = settings.SITE_URL + reverse("people:setup", args=[token])
    return _("Nobody is here yet. Open this link within 60 minutes to become the first administrator: %s") % link


def is_open(token: str) -> bool:
    return _tokens(token).exists() and not User.objects.exists()


@transaction.atomic
def found(token: str, *, full_name: str, email: str, password: str) -> User | None:
    """Make the first administrator and use the token up; None when somebody else was first."""
    taken, _kinds = _tokens(token).delete()
    if not taken or User.objects.exists():
        return None
    person = User.objects.create_user(email, password, full_name=full_name)
    confirm([person], fresh=True)
    for role in (Role.ADMINISTRATOR, Role.HR):
        RoleGrant.objects.create(user=person, role=role)
    record(person, "people.founded", person, fields=["email", "full_name", "role_grants"])
    return person


def _tokens(token: str):
    return SetupToken.objects.filter(digest=_digest(token), expires_at__gt=now())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
