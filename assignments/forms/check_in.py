"""One side's answer to a check-in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import CheckInAnswer

LOADS = [
    ("1", _("1 · light")),
    ("2", "2"),
    ("3", _("3 · full, and fine")),
    ("4", "4"),
    ("5", _("5 · too much")),
]


class AnswerForm(forms.ModelForm):
    load = forms.TypedChoiceField(
        label=_("How the load feels"),
        choices=LOADS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only the two of you see this."),
    )

    class Meta:
        model = CheckInAnswer
        fields = ("moved", "avoided", "decision_missing", "scope", "load", "next_try")
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("moved", "avoided", "decision_missing", "scope", "next_try")
        }
        error_messages = {
            "moved": {"required": _("Say what moved; “nothing yet, because …” is an answer too.")},
            "next_try": {"required": _("Name one thing to try, however small.")},
        }

    def words(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
