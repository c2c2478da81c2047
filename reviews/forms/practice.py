"""Keeping a practice case, for HR."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Vignette


class CaseForm(forms.ModelForm):
    edit = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Vignette
        fields = ["text", "gold", "reason", "experts"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5}), "reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "gold": _("From 1 to 5, by the anchors of the rubric."),
            "reason": _("Shown beside the level once somebody has rated the case."),
            "experts": _("Names of at least three people here who give it the same level. Empty while it is a draft."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edit"].initial = self.instance.edit
