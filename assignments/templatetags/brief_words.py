"""How the measures of a brief and the openings of longer texts are written."""

from decimal import Decimal
from typing import Any

from django import template

from assignments.outreach import number
from stretchhub.text import first_line

register = template.Library()


@register.filter
def measure(value: Decimal | None) -> str:
    """A number without the zeros it does not need."""
    return "" if value is None else number(value)


@register.filter
def opening(written: str) -> str:
    """The first line of a longer text, for a card."""
    return first_line(written, 200)


@register.filter
def field_of(form: Any, name: str) -> Any:
    """One field of a form by its name."""
    return form[name]
