"""The weights of a ranking, and the note with which one is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..method import Weights
from ..models import KeptRanking
from ..ranking import FACTORS
from ..ranking_words import FACTOR_HELP, FACTOR_NAMES

WHOLE = 100


class WeightsForm(forms.Form):
    """Five whole numbers that make 100."""

    def __init__(self, *args: Any, weights: Weights, **kwargs: Any) -> None:
        super().__init__(*args, initial={factor: getattr(weights, factor) for factor in FACTORS}, **kwargs)
        for factor in FACTORS:
            self.fields[factor] = _weight(factor)

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        total = sum(self.cleaned_data[factor] for factor in FACTORS)
        short = WHOLE - total
        if short > 0:
            words = ngettext(
                "The five weights add up to %(total)s. Give out %(more)s more, so that they make 100.",
                "The five weights add up to %(total)s. Give out %(more)s more, so that they make 100.",
                short,
            )
            raise forms.ValidationError(words % {"total": total, "more": short})
        if short < 0:
            words = _("The five weights add up to %(total)s. Take away %(less)s, so that they make 100.")
            raise forms.ValidationError(words % {"total": total, "less": -short})
        return self.cleaned_data

    def weights(self) -> Weights:
        return Weights(**{factor: self.cleaned_data[factor] for factor in FACTORS})


def _weight(factor: str) -> forms.IntegerField:
    needed = _("Give a whole number from 0 to 100.")
    return forms.IntegerField(
        label=FACTOR_NAMES[factor],
        help_text=FACTOR_HELP[factor],
        min_value=0,
        max_value=WHOLE,
        error_messages={"required": needed, "invalid": needed, "min_value": needed, "max_value": needed},
        widget=forms.NumberInput(attrs={"step": "1", "inputmode": "numeric"}),
    )


class KeepForm(forms.ModelForm):
    class Meta:
        model = KeptRanking
        fields = ("note",)
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"note": _("What the two of you make of it. May stay empty.")}
