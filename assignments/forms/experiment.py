"""A page of the lab notebook: what is believed and tried, later what came of it."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import Experiment

TRY = ("hypothesis", "smallest_try", "try_by")
OUTCOME = ("tried_on", "result", "learning", "next_try")


class ExperimentForm(forms.ModelForm):
    """The try, and where there is one already what came of it."""

    class Meta:
        model = Experiment
        fields = (*TRY, *OUTCOME)
        field_classes = {"try_by": DayField, "tried_on": DayField}
        widgets = {
            "hypothesis": forms.Textarea(attrs={"rows": 2}),
            "smallest_try": forms.Textarea(attrs={"rows": 2}),
            "try_by": DayInput(),
            "tried_on": DayInput(),
            "result": forms.Textarea(attrs={"rows": 3}),
            "learning": forms.Textarea(attrs={"rows": 3}),
            "next_try": forms.Textarea(attrs={"rows": 2}),
        }
        error_messages = {
            "hypothesis": {"required": _("Write what you believe and want to find out.")},
            "smallest_try": {"required": _("Say the least you could do that would show it.")},
        }

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if self.instance.pk is None:
            for name in OUTCOME:
                del self.fields[name]

    def clean_tried_on(self) -> date | None:
        day = self.cleaned_data["tried_on"]
        if day and day > self.today:
            raise forms.ValidationError(_("This day is still to come. Leave it empty until you have tried."))
        return day

    def clean(self):
        cleaned = super().clean()
        if self.cleaned_data.get("tried_on"):
            self._needed("result", _("Say what happened, or leave the day you tried it empty."))
            self._needed("learning", _("Say what you learned, or leave the day you tried it empty."))
        elif "tried_on" in self.cleaned_data and self.cleaned_data.get("result"):
            self.add_error("tried_on", _("Say on which day you tried it."))
        return cleaned

    def _needed(self, name: str, words: object) -> None:
        if name in self.cleaned_data and not self.cleaned_data[name]:
            self.add_error(name, str(words))


def words_of(experiment: Experiment) -> list[tuple[str, str]]:
    """What a page of the notebook says, label by label."""
    return words_typed({name: getattr(experiment, name) for name in (*TRY, *OUTCOME)})


def words_typed(values: dict) -> list[tuple[str, str]]:
    """What was typed, label by label."""
    return [
        (str(Experiment._meta.get_field(name).verbose_name).capitalize(), str(values.get(name) or ""))
        for name in (*TRY, *OUTCOME)
    ]
