"""What a line manager says about hours and cover: yes, not yet or no."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import ManagerAnswer

ANSWERS = (ManagerAnswer.AGREED, ManagerAnswer.NOT_YET, ManagerAnswer.DECLINED)


class HoursForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(answer.value, answer.label) for answer in ANSWERS],
        error_messages={
            "required": _("Press one of the three: agree, not yet, or no."),
            "invalid_choice": _("Press one of the three: agree, not yet, or no."),
        },
    )
    reason = forms.CharField(
        label=_("Why not, or not yet"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=_("Mentee and mentor read this, nobody else. Not needed when you agree."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        answer, reason = cleaned.get("answer"), (cleaned.get("reason") or "").strip()
        if answer and answer != ManagerAnswer.AGREED and not reason and "reason" not in self.errors:
            self.add_error("reason", _("Say in a sentence why, so that they can change it."))
        return cleaned
