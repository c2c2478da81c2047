"""What mentee and mentor write into a charter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.actions.charter import FIELDS
from assignments.models import Charter
from stretchhub.forms import DayField, DayInput

LONGEST_DAYS = 3 * 366


class CharterForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Charter
        fields = FIELDS
        field_classes = {"starts_on": DayField, "ends_on": DayField, "review_on": DayField}
        widgets = {
            "in_scope": forms.Textarea(attrs={"rows": 3}),
            "out_of_scope": forms.Textarea(attrs={"rows": 3}),
            "decision_rights": forms.Textarea(attrs={"rows": 3}),
            "escalation": forms.Textarea(attrs={"rows": 2}),
            "hours_per_week": forms.NumberInput(attrs={"step": "0.5", "min": "0.5", "max": "60"}),
            "starts_on": DayInput,
            "ends_on": DayInput,
            "review_on": DayInput,
        }
        help_texts = {
            "in_scope": _("What the mentee takes on, so that everybody would draw the same line."),
            "out_of_scope": _("What it is not, even when somebody asks for it."),
            "hours_per_week": _("What is really kept free, agreed with the line manager."),
            "rhythm": _("Check-ins are planned from this on the mentee’s working days."),
        }
        error_messages = {
            "in_scope": {"required": _("Say what belongs to it, in a sentence or two.")},
            "out_of_scope": {"required": _("Name at least one thing that does not belong to it.")},
            "decision_rights": {"required": _("Say who decides what.")},
            "escalation": {"required": _("Say to whom you turn, and after how many days.")},
            "hours_per_week": {
                "required": _("Give the hours a week, for example 4."),
                "invalid": _("Give the hours as a number, for example 4 or 4.5."),
            },
            "starts_on": {"required": _("Choose the day it starts.")},
            "ends_on": {"required": _("Choose the day it ends.")},
            "review_on": {"required": _("Choose the day on which you look back together.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("version", self.instance.version if self.instance.pk else 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end, review = (cleaned.get(name) for name in ("starts_on", "ends_on", "review_on"))
        if start and end:
            self._order(start, end)
        if start and review and review <= start:
            self.add_error("review_on", _("Choose a review date after the start."))
        return cleaned

    def _order(self, start: date, end: date) -> None:
        if end <= start:
            self.add_error("ends_on", _("Choose an end after the start."))
        elif (end - start).days > LONGEST_DAYS:
            self.add_error("ends_on", _("Choose an end within three years; a stretch is for a while."))

    def words(self) -> dict[str, Any]:
        """What was written, without the version that was on the page."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
