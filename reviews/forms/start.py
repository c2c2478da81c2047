"""Asking for the reviews of an assignment, and adding people while they are open."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.env import today
from stretchhub.forms import DayField, DayInput

from ..models import ReviewCycle

USUAL_DAYS = 14


class DueForm(forms.Form):
    """By when."""

    due_on = DayField(
        label=_("Reviews are due on"),
        widget=DayInput(),
        help_text=_("Two weeks are enough for most people."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("due_on", today() + timedelta(days=USUAL_DAYS))


class StartForm(DueForm):
    """In which cycle, and by when; the one in which the charter's review date lies is offered first."""

    cycle = forms.ModelChoiceField(label=_("Review cycle"), queryset=ReviewCycle.objects.none(), empty_label=None)
    field_order = ("cycle", "due_on")

    def __init__(self, *args, review_on: date | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        cycles = self.fields["cycle"]
        assert isinstance(cycles, forms.ModelChoiceField)
        cycles.queryset = ReviewCycle.objects.filter(closes_on__gte=today()).order_by("opens_on", "pk")
        if review_on:
            agreed = cycles.queryset.filter(opens_on__lte=review_on, closes_on__gte=review_on).first()
            self.initial.setdefault("cycle", agreed)
