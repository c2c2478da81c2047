"""Who may do what with messages of others."""

from __future__ import annotations

from typing import Any


def can_look_after_mail(user: Any) -> bool:
    """Administrators see which messages went out and settle the doubtful; nobody reads their words there."""
    return user.is_active and user.is_administrator
