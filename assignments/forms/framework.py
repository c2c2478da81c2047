"""The details of a competency framework, and the file it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stretchhub.env import today
from stretchhub.forms import DayField, DayInput
from stretchhub.templatetags.words import day

from ..models import Framework

LARGEST_FILE = 20 * 1024 * 1024
ACCEPT = ".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FrameworkForm(forms.ModelForm):
    """Name, whose work it is, and from which level on somebody counts as proficient."""

    source_url = forms.URLField(
        label=_("Where it comes from"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Paste the whole address, beginning with https://.")},
    )

    class Meta:
        model = Framework
        fields = (
            "name",
            "version",
            "credit",
            "licence",
            "licence_holder",
            "changes",
            "source_url",
            "language",
            "retrieved_on",
            "proficiency_threshold",
        )
        field_classes = {"retrieved_on": DayField}
        widgets = {
            "credit": forms.Textarea(attrs={"rows": 2}),
            "changes": forms.Textarea(attrs={"rows": 2}),
            "retrieved_on": DayInput(),
            "proficiency_threshold": forms.NumberInput(attrs={"min": 1, "max": 5}),
        }
        help_texts = {
            "changes": _("What was altered against the source, as licences with attribution ask for."),
            "retrieved_on": _("The day on which this copy was taken from the source."),
        }
        error_messages = {
            "name": {"required": _("Give the framework the name its source gives it.")},
        }

    def clean_source_url(self) -> str:
        url = self.cleaned_data["source_url"]
        if url and not url.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("Paste the whole address, beginning with https://."))
        return url

    def clean_retrieved_on(self) -> Any:
        retrieved_on = self.cleaned_data["retrieved_on"]
        # As far ahead as it can be anywhere.
        if retrieved_on and retrieved_on > today("Etc/GMT-14"):
            raise forms.ValidationError(_("This day is still to come. Choose the day on which the copy was taken."))
        return retrieved_on


def details_in_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details of a framework, label by label in the order of the form."""
    return [(_label(name), _in_words(details[name])) for name in FrameworkForm.Meta.fields]


def _label(name: str) -> str:
    return capfirst(str(Framework._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _in_words(value: Any) -> str:
    if isinstance(value, date):
        return day(value)
    return "" if value is None else str(value)


class FrameworkFileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file or Excel workbook"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another one.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it and import the parts."))
        return file
