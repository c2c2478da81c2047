"""The rating form: for each criterion a level, the evidence it rests on, and a note."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import Evidence, Setback

from ..actions.review import Answer
from ..evidence import RESTS_ON_SETBACKS
from ..models import Criterion, Level, Review, Score

NOT_OBSERVED = "0"
SETBACKS = f"setbacks_{RESTS_ON_SETBACKS}"
LEVELS = [(str(value), str(value)) for value in range(6)]


@dataclass(frozen=True)
class Section:
    """One criterion of the form, with everything its part of the page shows."""

    criterion: Criterion
    levels: Sequence[Level]
    number: int
    level_name: str
    level_value: str
    note: forms.BoundField
    evidence_name: str
    linked: Collection[str]
    errors: list[str]
    setbacks: Sequence[Setback] = ()
    setbacks_name: str = ""
    linked_setbacks: Collection[str] = ()


class RatingForm(forms.Form):
    """Nothing is required here: a draft may have gaps, and handing in says itself what is missing."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    summary = forms.CharField(
        label=_("In one or two sentences"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you would tell somebody who was not there."),
    )

    def __init__(
        self,
        *args,
        review: Review,
        criteria: Sequence[Criterion],
        evidence: Sequence[Evidence],
        setbacks: Sequence[Setback] = (),
        **kwargs,
    ) -> None:
        self.review, self.criteria, self.evidence, self.setbacks = review, criteria, evidence, setbacks
        super().__init__(*args, **kwargs)
        self.fields[SETBACKS] = forms.MultipleChoiceField(
            choices=[(str(each.pk), each.title) for each in setbacks], required=False
        )
        choices = [(str(each.pk), each.title) for each in evidence]
        for criterion in criteria:
            self.fields[f"level_{criterion.key}"] = forms.ChoiceField(choices=LEVELS, required=False)
            self.fields[f"evidence_{criterion.key}"] = forms.MultipleChoiceField(choices=choices, required=False)
            self.fields[f"note_{criterion.key}"] = forms.CharField(
                label=_("What you saw"),
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 3, "aria-label": _("What you saw: %s") % criterion.name}),
            )

    @staticmethod
    def initial_of(review: Review, scores: Collection[Score]) -> dict[str, Any]:
        """The form as the draft has it."""
        initial: dict[str, Any] = {"edit": review.edit, "summary": review.summary}
        for score in scores:
            key = score.criterion.key
            level = NOT_OBSERVED if score.not_observed else str(score.level or "")
            initial |= {f"level_{key}": level, f"note_{key}": score.note}
            initial[f"evidence_{key}"] = [str(each.pk) for each in score.evidence.all()]
            if key == RESTS_ON_SETBACKS:
                initial[SETBACKS] = [str(each.pk) for each in score.setbacks.all()]
        return initial

    def answers(self) -> dict[int, Answer]:
        """What was answered, by criterion."""
        data = self.cleaned_data
        return {
            criterion.pk: Answer(
                level=int(data[f"level_{criterion.key}"] or 0) or None,
                not_observed=data[f"level_{criterion.key}"] == NOT_OBSERVED,
                note=data[f"note_{criterion.key}"],
                evidence=[int(pk) for pk in data[f"evidence_{criterion.key}"]],
                setbacks=[int(pk) for pk in data[SETBACKS]] if criterion.key == RESTS_ON_SETBACKS else (),
            )
            for criterion in self.criteria
        }

    def blame(self, errors: dict[str, list[str]]) -> None:
        """Put what handing in found beside the criterion it is about."""
        for key, words in errors.items():
            self.add_error(f"level_{key}", words)

    def sections(self) -> list[Section]:
        return [self._section(number, criterion) for number, criterion in enumerate(self.criteria, start=1)]

    def _section(self, number: int, criterion: Criterion) -> Section:
        level, evidence = self[f"level_{criterion.key}"], self[f"evidence_{criterion.key}"]
        setbacks = self[SETBACKS]
        return Section(
            setbacks=self.setbacks if criterion.key == RESTS_ON_SETBACKS else (),
            setbacks_name=setbacks.html_name,
            linked_setbacks=set(setbacks.value() or ()),
            criterion=criterion,
            levels=list(criterion.levels.all()),
            number=number,
            level_name=level.html_name,
            level_value=str(level.value() or ""),
            note=self[f"note_{criterion.key}"],
            evidence_name=evidence.html_name,
            linked=set(evidence.value() or ()),
            errors=[*level.errors, *evidence.errors],
        )
