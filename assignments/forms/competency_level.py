"""Recording a level of a competency, with what shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models.competency import LEVELS
from .competency import CompetencyField

# From this level on a line has to say what shows it.
HIGH = 4
WHAT_SHOWS = _("Levels 4 and 5 say what shows it: a piece of work, and who saw it.")


class CompetencyForm(forms.Form):
    """Which competency? By its name, from the address."""

    name = CompetencyField(label=_("Competency"))


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[(level, str(level)) for level in LEVELS],
        widget=forms.RadioSelect,
        coerce=int,
        error_messages={"required": _("Choose a level."), "invalid_choice": _("Choose a level from 1 to 5.")},
    )
    note = forms.CharField(
        label=_("What shows it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One line, for example a piece of work and who saw it. Needed for levels 4 and 5."),
    )
    dated_on = DayField(
        label=_("On"),
        widget=DayInput,
        help_text=_("The day for which this holds."),
        error_messages={"required": _("Choose the day for which this holds.")},
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        self.fields["dated_on"].initial = day
        self.fields["dated_on"].widget.attrs["max"] = day.isoformat()

    def clean_note(self) -> str:
        return " ".join(self.cleaned_data["note"].split())

    def clean_dated_on(self) -> date:
        if self.cleaned_data["dated_on"] > self.day:
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."))
        return self.cleaned_data["dated_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("level", 0) >= HIGH and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", WHAT_SHOWS)
        return cleaned
