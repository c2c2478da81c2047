"""Somebody else's word on a piece of evidence."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import EvidenceVerification, Verdict


class VerifyForm(forms.ModelForm):
    verdict = forms.ChoiceField(
        label=_("Is it as it says?"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )

    # Of the evidence as its reader has it before them.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    class Meta:
        model = EvidenceVerification
        fields = ("verdict", "words")
        labels = {"words": _("What you saw")}
        help_texts = {"words": _("Optional; one sentence is plenty. Whoever sees the evidence reads it.")}
        widgets = {"words": forms.Textarea(attrs={"rows": 2})}
