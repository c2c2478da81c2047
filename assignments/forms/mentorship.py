"""Offering a mentorship, and answering an offer."""

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
        help_text=_("One or two sentences. They read this before they answer."),
    )


class OfferAnswerForm(forms.Form):
    """Which of the buttons was pressed."""

    answer = forms.ChoiceField(choices=[(each, each) for each in ("accept", "decline", "withdraw")])
