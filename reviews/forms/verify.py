"""Which level the reviewed work has shown, one choice for each competency its evidence is tagged with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.forms.competency_level import HIGH, WHAT_SHOWS
from assignments.level_words import levels_to_choose
from assignments.models.competency import LEVELS

from ..actions.verify import Verdict
from ..verifying import Claim

LEAVE = 0
CHOICES = [(LEAVE, _("Leave as it is")), *((level, str(level)) for level in LEVELS)]


@dataclass(frozen=True)
class Section:
    """One competency on the page: what shows it, the choice, and the line beside."""

    claim: Claim
    level: forms.BoundField
    note: forms.BoundField
    choices: list[dict[str, object]]


class VerifyForm(forms.Form):
    def __init__(self, *args: Any, claims: Sequence[Claim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = claims
        for claim in claims:
            key = claim.competency.pk
            self.fields[f"level_{key}"] = forms.TypedChoiceField(
                label=claim.competency.name,
                choices=CHOICES,
                widget=forms.RadioSelect,
                coerce=int,
                required=False,
                empty_value=LEAVE,
                initial=LEAVE,
                error_messages={"invalid_choice": _("Choose a level from 1 to 5, or leave it as it is.")},
            )
            self.fields[f"note_{key}"] = forms.CharField(
                label=_("What shows it"),
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("One line from the reviews or the evidence. Needed for levels 4 and 5."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [claim.competency.pk for claim in self.claims if cleaned.get(f"level_{claim.competency.pk}")]
        for key in chosen:
            if cleaned[f"level_{key}"] >= HIGH and not cleaned.get(f"note_{key}", "").strip():
                self.add_error(f"note_{key}", WHAT_SHOWS)
        if not chosen and not self.errors:
            raise forms.ValidationError(_("Choose a level for at least one competency."))
        return cleaned

    def verdicts(self) -> dict[int, Verdict]:
        """The levels chosen, by competency."""
        said = self.cleaned_data
        keys = [claim.competency.pk for claim in self.claims]
        return {key: Verdict(said[f"level_{key}"], _line(said[f"note_{key}"])) for key in keys if said[f"level_{key}"]}

    def sections(self) -> list[Section]:
        return [self._section(claim) for claim in self.claims]

    def _section(self, claim: Claim) -> Section:
        key = claim.competency.pk
        return Section(claim, self[f"level_{key}"], self[f"note_{key}"], levels_to_choose(claim.competency))


def _line(text: str) -> str:
    return " ".join(text.split())
