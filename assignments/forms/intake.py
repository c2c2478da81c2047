"""The screens of the guided conversation, and the day to look at it again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..conversation import words_of
from ..intake_words import HINTS, LABELS, STRENGTH_NUMBERS, said
from ..models import IntakeAnswer, Topic
from ..models.intake import FIELDS

MOST_LETTERS = 4000
MOST_LETTERS_OF_A_STRENGTH = 200


class TopicForm(forms.Form):
    """Big calm text areas, one for each field of a topic; all may stay empty."""

    def __init__(self, topic: str, answer: IntakeAnswer | None, data: Any = None) -> None:
        self.topic = topic
        super().__init__(data, initial=words_of(answer, topic), label_suffix="")
        for name in FIELDS[topic]:
            self.fields[name] = _field(name)

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Strengths, each beside its example; nothing for the other topics."""
        if self.topic != Topic.STRENGTHS:
            return []
        return [(self[f"strength_{n}"], self[f"example_{n}"]) for n in STRENGTH_NUMBERS]

    def words(self) -> dict[str, str]:
        """What was typed, with line ends written one way."""
        return {name: "\n".join(str(typed).splitlines()) for name, typed in self.cleaned_data.items()}


def _field(name: str) -> forms.CharField:
    kind, _sep, number = name.partition("_")
    if kind == "strength":
        return forms.CharField(
            label=_("Strength %(n)s") % {"n": number}, required=False, max_length=MOST_LETTERS_OF_A_STRENGTH
        )
    if kind == "example":
        return _text(_("A time it showed"), rows=2)
    return _text(LABELS[name], rows=7 if name in ("gaps", "needs", "avoid") else 5, hint=HINTS.get(name, ""))


def _text(label: Any, *, rows: int, hint: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=MOST_LETTERS, widget=area)


class RevisitForm(forms.Form):
    """When to look at the conversation again."""

    revisit_on = DayField(
        label=_("Look at it again on"),
        widget=DayInput(),
        help_text=_("Three months on is usual. You are both reminded that morning."),
        error_messages={"required": _("Choose a day to look at this again.")},
    )

    def __init__(self, data: Any = None, *, today: date, day: date | None = None) -> None:
        self.today = today
        super().__init__(data, initial={"revisit_on": day})

    def clean_revisit_on(self) -> date:
        day = self.cleaned_data["revisit_on"]
        if day <= self.today:
            raise forms.ValidationError(_("Choose a day after today."))
        return day


def lines_saved(answer: IntakeAnswer | None, topic: str) -> list[tuple[str, str]]:
    """What is saved to a topic, label by label."""
    return said(words_of(answer, topic))
