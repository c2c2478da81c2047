"""Who else must know when a person is deactivated; apps above name themselves when they start."""

from __future__ import annotations

from collections.abc import Callable

from .models import User

_told: list[Callable[[User], object]] = []


def register(callback: Callable[[User], object]) -> None:
    """Call `callback(user)`, in the same transaction, whenever somebody is deactivated."""
    if callback not in _told:
        _told.append(callback)


def tell(user: User) -> None:
    for callback in _told:
        callback(user)
