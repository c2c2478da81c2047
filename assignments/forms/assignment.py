"""Pausing and closing an assignment: each asks why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Ending
from assignments.models.assignment import ENDINGS


class PauseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it pauses"),
        max_length=500,
        help_text=_("For example parental leave, or a release that needs everybody. All three of you read it."),
        error_messages={"required": _("Say in a sentence why, so that nobody has to guess.")},
    )


class CloseForm(forms.Form):
    ending = forms.ChoiceField(label=_("How it ends"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What was learned"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The one thing you would tell whoever does something like this next."),
        error_messages={"required": _("Write down what was learned; it is what stays.")},
    )

    def __init__(self, *args: Any, assignment: Assignment, withdrawing: bool, **kwargs: Any) -> None:
        """A mentee can only withdraw; a mentor chooses among what the state allows."""
        super().__init__(*args, **kwargs)
        allowed = ENDINGS.get(assignment.status, set())
        if withdrawing:
            allowed = allowed & {Ending.WITHDRAWN}
        field = self.fields["ending"]
        field.choices = [(value, label) for value, label in Ending.choices if value in allowed]  # type: ignore[attr-defined]
        field.error_messages["required"] = str(_("Choose how it ends."))
        if len(field.choices) == 1:  # type: ignore[attr-defined]
            field.initial = field.choices[0][0]  # type: ignore[attr-defined]
