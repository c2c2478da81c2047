"""Fifteen minutes with the sponsor in four lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

FACTS = ("result", "decision", "risk", "heard")


def _lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 2})


class CheckInForm(forms.Form):
    held_on = DayField(
        label=_("When you spoke"), widget=DayInput, error_messages={"required": _("Say on which day you spoke.")}
    )
    result = forms.CharField(
        label=_("Result against plan"),
        max_length=2000,
        widget=_lines(),
        error_messages={"required": _("Say where it stands against the plan; “nothing yet, because …” counts too.")},
    )
    decision = forms.CharField(label=_("Decision needed, by when"), max_length=2000, required=False, widget=_lines())
    risk = forms.CharField(label=_("Risk to know of"), max_length=2000, required=False, widget=_lines())
    heard = forms.CharField(label=_("One thing you are hearing"), max_length=2000, required=False, widget=_lines())

    def __init__(self, *args: Any, earliest: date | None, latest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest, self.latest = earliest, latest

    def clean_held_on(self) -> date:
        day = self.cleaned_data["held_on"]
        if day > self.latest:
            raise forms.ValidationError(_("This day is still to come. Write it down once you have spoken."))
        if self.earliest and day < self.earliest:
            raise forms.ValidationError(_("The work began later. Choose the day on which you spoke."))
        return day
