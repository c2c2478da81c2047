"""Whose calendar an address is of; the address itself is kept by nobody but its owner."""

from __future__ import annotations

import hashlib
import secrets

from .models import CalendarFeed, User


def fresh_token() -> str:
    """256 bits that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def owner_of(token: str) -> User | None:
    """The person of a living address, who must still be active; None for all others, whatever is wrong with them."""
    found = CalendarFeed.objects.filter(digest=digest_of(token), user__is_active=True).select_related("user").first()
    return found.user if found else None
