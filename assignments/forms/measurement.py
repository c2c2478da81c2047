"""An actual value of an outcome, with the day it was measured on and its range where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import BriefOutcome, Measurement


class MeasurementForm(forms.ModelForm):
    class Meta:
        model = Measurement
        fields = ("outcome", "value", "low", "high", "n", "measured_on", "note")
        field_classes = {"measured_on": DayField}
        widgets = {"measured_on": DayInput()}
        labels = {"outcome": _("Measure"), "low": _("Low end of its range"), "high": _("High end of its range")}
        help_texts = {
            "n": _("Of how many cases the value is; it stands beside it wherever it is shown."),
            "low": _("Only where the value has a range; else leave both ends empty."),
            "note": _("What somebody should know who reads the number."),
        }
        error_messages = {
            "outcome": {"required": _("Choose the measure.")},
            "value": {"required": _("Give the value that was measured.")},
            "measured_on": {"required": _("Say on which day it was measured.")},
        }

    def __init__(self, *args, outcomes: Sequence[BriefOutcome], today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["outcome"]
        field.queryset = BriefOutcome.objects.filter(pk__in=[each.pk for each in outcomes])
        # Their names are at hand already.
        several = [("", _("Choose the measure"))] if len(outcomes) > 1 else []
        field.choices = [*several, *((each.pk, _name(each)) for each in outcomes)]
        self.fields["measured_on"].initial = today

    def clean_measured_on(self) -> date:
        day = self.cleaned_data["measured_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come. Record the value when it was measured."))
        return day

    def clean_n(self) -> int | None:
        n = self.cleaned_data["n"]
        if n == 0:
            raise forms.ValidationError(_("A value of no cases tells nothing. Leave this empty if nobody counted."))
        return n

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if not {"low", "high", "value"} <= set(said):
            return said
        value, low, high = said["value"], said["low"], said["high"]
        if (low is None) != (high is None):
            self.add_error("high" if high is None else "low", _("A range has two ends: give both or neither."))
        elif low is not None and not low <= value <= high:
            self.add_error("low" if low > value else "high", _("The value lies between the two ends of its range."))
        return said


def _name(outcome: BriefOutcome) -> str:
    return f"{outcome.metric} ({outcome.unit})" if outcome.unit else outcome.metric
