"""Starting a mentorship."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .people import PersonForm


class MentorshipForm(PersonForm):
    purpose = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences. Your mentee reads this."),
    )
