"""Keeping a practice case, for HR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Criterion, RubricStatus, Vignette
from ..scoring import LEVELS


class CaseForm(forms.ModelForm):
    """A draft may lack its reasons and its experts; publishing asks for them."""

    edit = forms.IntegerField(widget=forms.HiddenInput, required=False)
    criterion_key = forms.ChoiceField(label=_("Criterion"), error_messages={"required": _("Choose a criterion.")})
    gold = forms.TypedChoiceField(
        label=_("Level the experts give it"),
        coerce=int,
        choices=[("", _("Choose a level")), *((level, level) for level in LEVELS)],
        help_text=_("By the anchors of the rubric."),
        error_messages={"required": _("Choose the level that the experts give it.")},
    )

    class Meta:
        model = Vignette
        fields = ["criterion_key", "text", "gold", "reason", "why_not_lower", "why_not_higher", "experts"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "reason": forms.Textarea(attrs={"rows": 2}),
            "why_not_lower": forms.Textarea(attrs={"rows": 2}),
            "why_not_higher": forms.Textarea(attrs={"rows": 2}),
            "experts": forms.Textarea(attrs={"rows": 2}),
        }
        error_messages = {"text": {"required": _("Tell in a few sentences what somebody did.")}}
        help_texts = {
            "text": _("Two or three sentences of what somebody did and what came of it. No real person or customer."),
            "reason": _("By the anchors. Read beside the level once somebody has rated all cases."),
            "why_not_lower": _("What the case shows beyond the level below. Not needed at level 1."),
            "why_not_higher": _("What the level above would show and the case does not. Not needed at level 5."),
            "experts": _(
                "At least three people here who give it the same level, with commas between. No rater reads them."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edit"].initial = self.instance.edit
        self.fields["criterion_key"].choices = [("", _("Choose a criterion")), *_criteria(self.instance.criterion_key)]

    def clean_edit(self) -> int:
        return self.cleaned_data["edit"] or 0

    def words(self) -> dict[str, Any]:
        """What was typed, by the fields of a case."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def lines(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What each field is called and says, to be laid beside another text."""
        return [(str(self.fields[name].label), str(values.get(name) or "")) for name in self.Meta.fields]


class ExpertsForm(forms.ModelForm):
    """Who gives a published case the level it has."""

    edit = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Vignette
        fields = ["experts"]
        labels = {"experts": _("Who gives it this level")}
        widgets = {"experts": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"experts": _("At least three people here, with commas between. No rater reads them.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edit"].initial = self.instance.edit


def _criteria(own: str) -> list[tuple[str, str]]:
    """Those that people rate by now, and the one that is chosen already; each once, by its newest name."""
    rated = Criterion.objects.filter(rubric__status=RubricStatus.PUBLISHED)
    names = dict(rated.order_by("-position", "rubric__version", "pk").values_list("key", "name"))
    found = list(reversed(names.items()))
    return found if not own or own in names else [*found, (own, own.capitalize())]
