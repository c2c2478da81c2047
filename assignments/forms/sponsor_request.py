"""Asking a sponsor, and answering."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .people import PersonForm


class AskForm(PersonForm):
    message = forms.CharField(
        label=_("Your message"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Drafted from the brief. Make it yours; under 130 words is read."),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=_("Mentee and mentor read this."),
        error_messages={"required": _("Say why in a sentence: it helps to find the right sponsor.")},
    )
