"""How the measures of a brief are written."""

from decimal import Decimal

from django import template

from assignments.outreach import number

register = template.Library()


@register.filter
def measure(value: Decimal | None) -> str:
    """A number without the zeros it does not need."""
    return "" if value is None else number(value)
