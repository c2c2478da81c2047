"""A card of a dashboard with its parts by name, as a test reads it."""

from types import SimpleNamespace
from typing import Any

from sponsors.dashboard import build


def cards_of(sponsor_id: int) -> list[Any]:
    return thing(build([sponsor_id])[sponsor_id].cards)


def card_of(assignment: Any) -> Any:
    """The only card of its sponsor."""
    [card] = cards_of(assignment.sponsor_id)
    return card


def thing(value: Any) -> Any:
    if isinstance(value, dict):
        return SimpleNamespace(**{name: thing(each) for name, each in value.items()})
    return [thing(each) for each in value] if isinstance(value, list) else value
