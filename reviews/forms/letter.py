"""What a mentor writes in a letter, and what the mentee says to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.letter import Written
from ..letter_text import title_of
from ..models import Letter, LetterPart

# Parts in which the records say it all, unless the mentor wants to add something.
BESIDE_FACTS = (LetterPart.WHO, LetterPart.RUBRIC, LetterPart.OUTCOME)
EVIDENCE = {LetterPart.FIRST: "first_evidence", LetterPart.SECOND: "second_evidence"}
NAMES = (*LetterPart.values, *EVIDENCE.values(), "contact")
HELP = {
    LetterPart.WHO: gettext_lazy("How you work together, and how often you saw this work."),
    LetterPart.WORK: gettext_lazy("What was new in it, in words somebody outside understands."),
    LetterPart.FIRST: gettext_lazy("What was done, in which situation, and what came of it. Only what you saw."),
    LetterPart.SECOND: gettext_lazy("Another situation, another side."),
    LetterPart.RUBRIC: gettext_lazy("If the levels need a word; compare with nobody."),
    LetterPart.HARD: gettext_lazy(
        "One thing that was hard and how it was handled; the mentee decides whether it stays."
    ),
    LetterPart.OUTCOME: gettext_lazy("“Contributed to”, unless it was compared with something."),
    LetterPart.READY: gettext_lazy("Work you would hand over tomorrow, and with how much help."),
    LetterPart.LIMITS: gettext_lazy("What you did not see, and from where you saw the rest."),
}


class LetterForm(forms.Form):
    """A field for each part; beside the two things that were seen, what shows them."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    contact = forms.CharField(
        label=gettext_lazy("How to reach me"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("It stands in the letter. Leave it empty where nobody is to write to you."),
    )

    def __init__(
        self,
        *args: Any,
        letter: Letter,
        facts: Mapping[str, Sequence[str]],
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kept = letter.words | {"contact": letter.contact, "edit": letter.edit}
        kept |= {name: getattr(letter, f"{name}_id") for name in EVIDENCE.values()}
        super().__init__(*args, initial=kept | (initial or {}), **kwargs)
        self.letter, self.facts = letter, facts
        shared = letter.assignment.evidence.filter(shared_at_review=True).order_by("-happened_on", "-pk")
        for part in LetterPart:
            self.fields[part.value] = forms.CharField(
                label=title_of(part, letter.assignment.mentee.first_name),
                widget=forms.Textarea(attrs={"rows": 3 if part in BESIDE_FACTS else 5}),
                max_length=4000,
                required=False,
                help_text=HELP[part],
            )
        # Both fields offer the same, read once.
        choices = [("", _("No evidence named")), *((each.pk, str(each)) for each in shared)]
        for name in EVIDENCE.values():
            field = forms.ModelChoiceField(label=_("What shows it"), queryset=shared, required=False)
            field.choices = choices
            self.fields[name] = field

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Part by part its field, what the records say, what the mentee said, and the choice of evidence."""
        return [
            {
                "key": part,
                "field": self[part],
                "facts": self.facts.get(part, ()),
                "remark": self.letter.remarks.get(part, ""),
                "evidence": self[EVIDENCE[part]] if part in EVIDENCE else None,
            }
            for part in LetterPart.values
        ]

    def lines(self, words: dict[str, str]) -> list[tuple[str, str]]:
        return [(str(self.fields[part].label), words.get(part, "")) for part in LetterPart.values]


def written_in(given: Mapping[str, Any]) -> Written:
    """What a letter holds, out of what its form was sent with."""
    return Written(
        words={part: given[part] for part in LetterPart.values},
        first_evidence=given["first_evidence"],
        second_evidence=given["second_evidence"],
        contact=given["contact"],
    )


class AnswerForm(forms.Form):
    """Part by part what should be otherwise; nothing where a part is right."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, initial={"edit": letter.edit, **letter.remarks}, **kwargs)
        for part in LetterPart:
            self.fields[part.value] = forms.CharField(
                label=_("What should be otherwise in “%(part)s”")
                % {"part": title_of(part, letter.assignment.mentee.first_name)},
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=1000,
                required=False,
            )

    @property
    def remarks(self) -> dict[str, str]:
        return {part: self.cleaned_data[part] for part in LetterPart.values}
