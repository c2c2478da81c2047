"""A decision as it is written down, and later what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import Decision

WORDS = (
    "decision",
    "decided_on",
    "decided_by",
    "reason",
    "options",
    "heard",
    "expected",
    "review_on",
    "reversible",
)


class DecisionForm(forms.ModelForm):
    class Meta:
        model = Decision
        fields = WORDS
        field_classes = {"decided_on": DayField, "review_on": DayField}
        labels = {
            "decision": _("What was decided, in one sentence"),
            "decided_on": _("When"),
            "decided_by": _("Who had the right to decide"),
            "reason": _("Why, and what it rests on"),
            "options": _("What else was possible"),
            "heard": _("Who was heard before"),
            "expected": _("What you expect of it"),
            "review_on": _("Look back on"),
            "reversible": _("It can be taken back if it turns out wrong"),
        }
        widgets = {
            "decision": forms.Textarea(attrs={"rows": 2, "maxlength": 300}),
            "decided_on": DayInput,
            "reason": forms.Textarea(attrs={"rows": 3}),
            "options": forms.Textarea(attrs={"rows": 2}),
            "expected": forms.Textarea(attrs={"rows": 2}),
            "review_on": DayInput,
        }
        help_texts = {
            "decided_by": _("A part rather than a name, as in the charter: sponsor, mentor, head of planning."),
            "options": _("What you did not choose is what people ask about in half a year."),
            "review_on": _("On this day it comes back to you and asks what happened. One reminder, no more."),
        }
        error_messages = {
            "decision": {"required": _("Write the decision down in one sentence.")},
            "decided_on": {"required": _("Choose the day on which it was decided.")},
            "decided_by": {"required": _("Say who had the right to decide.")},
            "reason": {"required": _("Say why; without it nobody can learn from the decision later.")},
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if self.instance.pk is None:
            self.fields["decided_on"].initial = today
        self.fields["decided_on"].widget.attrs["max"] = today.isoformat()

    def clean_decided_on(self) -> date:
        day = self.cleaned_data["decided_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come. A decision is logged once it is made."))
        return day

    def clean_review_on(self) -> date | None:
        day = self.cleaned_data["review_on"]
        # A day that has come may stay as it is while other words are changed.
        if day and day <= self.today and day != self.instance.review_on:
            raise forms.ValidationError(_("Choose a day that is still to come, or leave it empty."))
        return day


class LookBackForm(forms.Form):
    """What happened, or another day when it is too early to tell."""

    happened = forms.CharField(
        label=_("What happened"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Beside what you expected. A good decision can turn out badly, and the other way round."),
    )
    again_on = DayField(
        label=_("Too early to tell? Ask again on"),
        required=False,
        widget=DayInput,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_again_on(self) -> date | None:
        day = self.cleaned_data["again_on"]
        if day and day <= self.today:
            raise forms.ValidationError(_("Choose a day that is still to come, or leave it empty."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["happened"] and not cleaned["again_on"]:
            self.add_error("happened", str(_("Say in a sentence what happened, or choose a later day below.")))
        return cleaned


def words_of(decision: Decision) -> list[tuple[str, str]]:
    """What a decision says, label by label."""
    return words_typed({name: getattr(decision, name) for name in WORDS})


def words_typed(values: dict[str, Any]) -> list[tuple[str, str]]:
    labels = DecisionForm.Meta.labels
    return [(str(labels[name]), _shown(values.get(name))) for name in WORDS]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value or "")
