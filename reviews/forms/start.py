"""Asking for the reviews of an assignment."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms.people import PersonForm
from stretchhub.env import today
from stretchhub.forms import DayField, DayInput

from ..models import ReviewCycle

USUAL_DAYS = 14


class StartForm(PersonForm):
    """Who besides the three reviews, in which cycle, and by when."""

    cycle = forms.ModelChoiceField(label=_("Review cycle"), queryset=ReviewCycle.objects.none(), empty_label=None)
    due_on = DayField(
        label=_("Reviews are due on"),
        widget=DayInput(),
        help_text=_("Two weeks are enough for most people."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = str(_("Find a colleague"))
        self.fields["q"].help_text = _("Somebody who saw the work and is not mentee, mentor or sponsor.")
        cycles = self.fields["cycle"]
        assert isinstance(cycles, forms.ModelChoiceField)
        cycles.queryset = ReviewCycle.objects.filter(closes_on__gte=today()).order_by("opens_on", "pk")
        self.initial.setdefault("due_on", today() + timedelta(days=USUAL_DAYS))
