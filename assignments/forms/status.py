"""The status set by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.actions.status import LONGEST
from assignments.models import StatusOverride
from stretchhub.forms import DayField, DayInput


class StatusForm(forms.ModelForm):
    class Meta:
        model = StatusOverride
        fields = ("value", "reason", "expires_on")
        field_classes = {"expires_on": DayField}
        widgets = {"expires_on": DayInput, "value": forms.RadioSelect}
        help_texts = {
            "reason": _("About the work, in a sentence. The sponsor reads it beside the status."),
            "expires_on": _("Fourteen days at the most; then the signals speak again."),
        }
        error_messages = {"reason": {"required": _("Say why you see it otherwise than the signals.")}}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["value"].choices = StatusOverride._meta.get_field("value").choices  # type: ignore[attr-defined]
        self.initial.setdefault("expires_on", today + LONGEST)

    def clean_expires_on(self) -> date:
        day: date = self.cleaned_data["expires_on"]
        if not self.today <= day <= self.today + LONGEST:
            raise forms.ValidationError(_("Choose a day from today on and within fourteen days."))
        return day
