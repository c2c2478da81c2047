"""Who else must know when somebody is written to at another address; apps above name themselves when they start."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from .models import User

_told: list[Callable[[Collection[User]], object]] = []


def register(callback: Callable[[Collection[User]], object]) -> None:
    """Call `callback(people)`, in the same transaction, whenever people's mail addresses were changed."""
    if callback not in _told:
        _told.append(callback)


def tell(people: Collection[User]) -> None:
    if people:
        for callback in _told:
            callback(people)


def on_own_change(sender: object, user: User, **known: Any) -> None:
    """Somebody has confirmed a new address of their own."""
    tell([user])
