"""How forms are laid out: fields, one filled button, and a key that makes a double click one."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.markup import format_html


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


def helper(
    form: forms.BaseForm, *fields: Any, submit: object = _("Save"), cancel: str = "", panel: str = ""
) -> FormHelper:
    """The usual layout: fields, then the one filled button and a quiet way back.

    `panel` is the id of the section that the form lives in and that comes back whole.
    """
    made = FormHelper(form)
    made.layout = Layout(HTML("{% load forms %}{% submit_key %}"), *(fields or form.fields), _actions(submit, cancel))
    made.form_method = "post"
    made.attrs = {"novalidate": True}
    if panel:
        made.attrs |= {"hx-post": "", "hx-target": f"#{panel}", "hx-swap": "outerHTML"}
    return made


def _actions(submit: object, cancel: str) -> Div:
    button = format_html('<button class="btn btn-primary" type="submit">{}</button>', submit)
    back = format_html('<a class="btn btn-link" href="{}">{}</a>', cancel, _("Cancel")) if cancel else ""
    return Div(_Words(button), _Words(back), css_class="form-actions")


class _Words(HTML):
    """Ready markup that is not read as a template again: a person's text in it stays text."""

    def render(self, form: Any, context: Any, template_pack: Any = None, **kwargs: Any) -> str:
        return str(self.html)
