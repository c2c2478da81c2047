"""A draft of a rubric as one form: what changed, the names of the levels, and the anchors of each criterion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..actions.rubric import CriterionWords, RubricWords
from ..models import Criterion, Rubric
from ..scoring import LEVELS


@dataclass(frozen=True)
class Section:
    """The fields of one criterion, in the order of the page."""

    criterion: Criterion
    number: int
    name: forms.BoundField
    anchors: list[forms.BoundField]


class RubricForm(forms.Form):
    """Everything may be empty while it is a draft; publishing says what is missing."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    changes = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Against the version before, for whoever compares reviews across the two."),
    )

    def __init__(self, data: Any = None, *, rubric: Rubric, criteria: list[Criterion]) -> None:
        super().__init__(data, initial={"edit": rubric.edit, "changes": rubric.changes})
        self.criteria = criteria
        names = {level.value: level.name for level in criteria[0].levels.all()} if criteria else {}
        for value in LEVELS:
            label = gettext("Name of level %(value)d") % {"value": value}
            self.fields[f"level_{value}"] = _line(label, 60, names.get(value, ""))
        for criterion in criteria:
            self.fields[f"name_{criterion.pk}"] = _line(gettext("Name of the criterion"), 100, criterion.name)
            for level in criterion.levels.all():
                label = gettext("Level %(value)d looks like") % {"value": level.value}
                self.fields[f"anchor_{criterion.pk}_{level.value}"] = _anchor(label, level.anchor)

    def level_names(self) -> list[forms.BoundField]:
        return [self[f"level_{value}"] for value in LEVELS]

    def sections(self) -> Iterator[Section]:
        for number, criterion in enumerate(self.criteria, start=1):
            anchors = [self[f"anchor_{criterion.pk}_{level.value}"] for level in criterion.levels.all()]
            yield Section(criterion, number, self[f"name_{criterion.pk}"], anchors)

    def words(self) -> RubricWords:
        given = self.cleaned_data
        return RubricWords(
            changes=given["changes"],
            levels={value: given[f"level_{value}"] for value in LEVELS},
            criteria={
                criterion.pk: CriterionWords(
                    given[f"name_{criterion.pk}"],
                    {value: given[f"anchor_{criterion.pk}_{value}"] for value in LEVELS},
                )
                for criterion in self.criteria
            },
        )

    def lines(self, values: Any = None) -> list[tuple[str, str]]:
        """Label and text of every place, as stored or as typed, for the two texts side by side."""
        return [(self._label(name), str(self._text(name, values))) for name in self.fields if name != "edit"]

    def _text(self, name: str, values: Any) -> Any:
        return (values.get(name) if values is not None else self.fields[name].initial or self.initial.get(name)) or ""

    def _label(self, name: str) -> str:
        label = str(self.fields[name].label)
        if "_" not in name or name.startswith("level_"):
            return label
        pk = int(name.split("_")[1])
        criterion = next(one for one in self.criteria if one.pk == pk)
        return f"{criterion.name or gettext('New criterion')}: {label}"


class RubricNameForm(forms.Form):
    """Another rubric beside this one, beginning with its words."""

    name = forms.CharField(
        label=_("Name of the new rubric"),
        max_length=100,
        help_text=_("For work that needs other criteria. It begins with the words of this one."),
        error_messages={"required": _("Give the new rubric a name.")},
    )


def _line(label: str, longest: int, words: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest, initial=words)


def _anchor(label: str, words: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=1000, initial=words, widget=forms.Textarea(attrs={"rows": 2})
    )
