"""Fields that forms share: a day, and rows by their numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    """The browser's own date field; what it sends and shows is ISO whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day of our time: what a calendar cannot count on from is a slip of the keyboard."""

    EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day is not None and not self.EARLIEST <= day <= self.LATEST:
            raise forms.ValidationError(_("Choose a day between the years 2000 and 2099."))
        return day


# As long as the number of no row is.
LONGEST_KEY = 19


class RowChoices(forms.ModelMultipleChoiceField):
    """Rows by their numbers; a number too large for any row cannot even be looked for."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if not (str(one).isdecimal() and len(str(one)) < LONGEST_KEY):
                raise forms.ValidationError(_("Choose from the list."))
        return super().clean(value)
