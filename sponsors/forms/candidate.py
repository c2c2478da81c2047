"""Judging who might sponsor, and taking them over into the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms.weighing import QUESTIONS as RANKED
from assignments.forms.weighing import SCALES as STEPS
from stretchhub.forms import DayField, DayInput
from stretchhub.templatetags.words import day

from ..fit import CRITERIA
from ..fit_words import QUESTIONS, SCALES
from ..models import SponsorCandidate


def _levels(steps: Any) -> list[tuple[Any, Any]]:
    return [("", _("Not judged yet")), *((n, f"{n} · {words}") for n, words in enumerate(steps, start=1))]


class CandidateForm(forms.ModelForm):
    """Five judgements of 1 to 5, each may wait, and what is worth talking about first."""

    class Meta:
        model = SponsorCandidate
        fields = (*CRITERIA, "priority", "last_contact_on", "conflict", "same_network", "note")
        help_texts = {
            "priority": _("What they want this quarter. Your message begins with it."),
            "last_contact_on": _("When one of you last talked to them."),
            "conflict": _("Leave empty where there is none."),
            "note": _("For the two of you alone."),
        }
        field_classes = {"last_contact_on": DayField}
        widgets = {
            "last_contact_on": DayInput(),
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": 2000}),
        }

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for name in CRITERIA:
            self.fields[name] = forms.TypedChoiceField(
                label=QUESTIONS[name], choices=_levels(SCALES[name]), coerce=int, empty_value=None, required=False
            )
        self.fields["note"].max_length = 2000  # type: ignore[attr-defined]

    def clean_last_contact_on(self) -> Any:
        on = self.cleaned_data["last_contact_on"]
        if on is not None and on > self.today:
            raise forms.ValidationError(_("Give a day that has been, or leave it empty."))
        return on

    def judgements(self) -> list[Any]:
        return [self[name] for name in CRITERIA]


def words_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is said of somebody, label by label."""
    lines = [
        (str(QUESTIONS[name]), f"{values[name]} · {SCALES[name][values[name] - 1]}" if values[name] else "")
        for name in CRITERIA
    ]
    network = _("Yes") if values["same_network"] else _("No")
    rest = {**values, "same_network": str(network), "last_contact_on": day(values["last_contact_on"])}
    for name in CandidateForm.Meta.fields[len(CRITERIA) :]:
        lines.append((str(SponsorCandidate._meta.get_field(name).verbose_name).capitalize(), rest[name]))
    return lines


class RankForm(forms.Form):
    """The one judgement that the ranking asks beside those of the list."""

    engaged = forms.TypedChoiceField(
        label=RANKED["engaged"],
        choices=[("", _("Choose")), *((n, f"{n} · {words}") for n, words in enumerate(STEPS["engaged"], start=1))],
        coerce=int,
        error_messages={"required": _("Choose one of the five; a rough guess is fine.")},
    )
