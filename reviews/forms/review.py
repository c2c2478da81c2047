"""The rating form, a step at a time: one criterion with its level, what it rests on and a note; at last a look over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assignments.models import Setback

from ..models import Criterion
from ..rating import Answer, Sheet

NOT_OBSERVED = "0"
LEVELS = [(str(value), str(value)) for value in range(6)]


class StepForm(forms.Form):
    """What every step has: the number of the save that the page began from."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    texts: tuple[str, ...] = ()

    @property
    def edit(self) -> int:
        return self.cleaned_data.get("version") or 0

    def answers(self) -> dict[int, Answer]:
        return {}

    @property
    def summary(self) -> str | None:
        return None


class CriterionForm(StepForm):
    """Nothing is required here: a draft may have gaps, and handing in says itself what is missing."""

    level = forms.ChoiceField(label=_("Level"), choices=LEVELS, required=False)
    evidence = forms.MultipleChoiceField(label=_("Evidence this rests on"), required=False)
    setbacks = forms.MultipleChoiceField(label=_("Setbacks, and what came of them"), required=False)
    note = forms.CharField(
        label=_("What you saw"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        help_text=_("Levels 1, 4 and 5 rest on two pieces of evidence, or one and 30 words here."),
    )

    def __init__(self, data: Any = None, *, sheet: Sheet, criterion: Criterion) -> None:
        self.sheet, self.criterion = sheet, criterion
        super().__init__(data, initial=_initial(sheet.said(criterion)), auto_id="rate_%s")
        self.offered: Sequence[Setback] = sheet.setbacks_of(criterion)
        self.fields["evidence"].choices = [(str(each.pk), each.title) for each in sheet.evidence]  # type: ignore[attr-defined]
        self.fields["setbacks"].choices = [(str(each.pk), each.title) for each in self.offered]  # type: ignore[attr-defined]

    def answers(self) -> dict[int, Answer]:
        said = self.cleaned_data
        return {
            self.criterion.pk: Answer(
                level=int(said["level"] or 0) or None,
                not_observed=said["level"] == NOT_OBSERVED,
                note=said["note"],
                evidence=frozenset(int(pk) for pk in said["evidence"]),
                setbacks=frozenset(int(pk) for pk in said["setbacks"]),
            )
        }

    @property
    def level_value(self) -> str:
        return str(self["level"].value() or "")

    @property
    def linked(self) -> Collection[str]:
        return set(self["evidence"].value() or ())

    @property
    def linked_setbacks(self) -> Collection[str]:
        return set(self["setbacks"].value() or ())

    def lines(self, answer: Answer) -> list[tuple[str, str]]:
        """An answer as label and words, to stand beside another."""
        names = {each.value: each.name for each in self.criterion.levels.all()}
        named = f"{answer.level or ''} {names.get(answer.level or 0, '')}"
        level = _now("Not observed") if answer.not_observed else named
        titles = [each.title for each in self.sheet.evidence if each.pk in answer.evidence]
        titles += [each.title for each in self.offered if each.pk in answer.setbacks]
        return [(_now("Level"), level), (_now("Rests on"), "; ".join(titles)), (_now("What you saw"), answer.note)]


class LookForm(StepForm):
    """A sentence on the whole, and the question to ask before it is locked; `looked` is what the page showed."""

    looked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("In one or two sentences"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you would tell somebody who was not there."),
    )
    asked_myself = forms.BooleanField(
        label=_("For each level: someone who was not there would reach the same one from this evidence."),
        required=False,
    )

    def __init__(self, data: Any = None, *, sheet: Sheet) -> None:
        super().__init__(data, initial={"words": sheet.review.summary}, auto_id="rate_%s")

    @property
    def summary(self) -> str | None:
        return self.cleaned_data["words"]

    def lines(self, words: str) -> list[tuple[str, str]]:
        return [(str(self.fields["words"].label), words)]


def _initial(answer: Answer) -> dict[str, Any]:
    return {
        "level": NOT_OBSERVED if answer.not_observed else str(answer.level or ""),
        "note": answer.note,
        "evidence": [str(pk) for pk in answer.evidence],
        "setbacks": [str(pk) for pk in answer.setbacks],
    }
