"""The form of a giver: at most three questions, the evidence to judge, or a no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..actions.feedback_giving import Judged, Said
from ..models import Evidence, FeedbackQuestion, FeedbackState, Verdict

LEVELS = [(str(level), str(level)) for level in range(1, 6)]
NO = [
    (FeedbackState.NO_CONTACT.value, _("I have not had enough contact to judge")),
    (FeedbackState.DECLINED.value, _("I would rather not answer")),
]


class GiveForm(forms.Form):
    """Each question in words or from 1 to 5 with words; any of them may be left out."""

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Sequence[FeedbackQuestion],
        evidence: Sequence[Evidence] = (),
        draft: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(draft or {}), auto_id="give_%s")
        self.questions, self.evidence = questions, evidence
        for question in questions:
            self._add_question(question)
        for piece in evidence:
            self._add_piece(piece)

    def _add_question(self, question: FeedbackQuestion) -> None:
        scale = question.form == FeedbackQuestion.Form.SCALE
        if scale:
            self.fields[f"level_{question.position}"] = forms.ChoiceField(
                label=question.text,
                choices=LEVELS,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _now("Choose a number from 1 to 5.")},
            )
        self.fields[f"words_{question.position}"] = forms.CharField(
            label=_now("What did you see?") if scale else question.text,
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3 if scale else 5, "class": "form-control"}),
        )

    def _add_piece(self, piece: Evidence) -> None:
        self.fields[f"verdict_{piece.code.hex}"] = forms.ChoiceField(
            label=piece.title,
            choices=Verdict.choices,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": _now("Choose one of the three.")},
        )
        self.fields[f"saw_{piece.code.hex}"] = forms.CharField(
            label=_now("What you saw"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        )

    @property
    def question_fields(self) -> list[dict[str, Any]]:
        return [
            {
                "question": question,
                "words": self[f"words_{question.position}"],
                "level": self[f"level_{question.position}"] if f"level_{question.position}" in self.fields else None,
            }
            for question in self.questions
        ]

    @property
    def piece_fields(self) -> list[dict[str, Any]]:
        return [
            {"piece": piece, "verdict": self[f"verdict_{piece.code.hex}"], "saw": self[f"saw_{piece.code.hex}"]}
            for piece in self.evidence
        ]

    def typed(self) -> dict[str, str]:
        """What is in the form now, for the draft; what cannot be sent is kept too."""
        found = {name: str(self.data.get(name, "")).replace("\x00", "")[:4000] for name in self.fields}
        return {name: value for name, value in found.items() if value.strip()}

    def draft_lines(self, words: Mapping[str, str]) -> list[tuple[str, str]]:
        """A draft as label and words, in the order of the form."""
        return [(str(field.label), words.get(name, "")) for name, field in self.fields.items()]

    def answers(self) -> list[Said]:
        found = []
        for question in self.questions:
            words = (self.cleaned_data.get(f"words_{question.position}") or "").strip()
            level = self.cleaned_data.get(f"level_{question.position}") or ""
            if words or level:
                found.append(Said(question, words, int(level) if level else None))
        return found

    def judged(self) -> list[Judged]:
        said = self.cleaned_data
        return [
            Judged(piece, said[f"verdict_{piece.code.hex}"], said[f"saw_{piece.code.hex}"].strip())
            for piece in self.evidence
            if said[f"verdict_{piece.code.hex}"]
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for piece in self.evidence:
                self._clean_piece(cleaned, piece)
        if not self.errors and not self.answers() and not self.judged():
            first = f"level_{self.questions[0].position}"
            first = first if first in self.fields else f"words_{self.questions[0].position}"
            self.add_error(first, _now("Answer at least one of the questions, or say below that you would rather not."))
        return cleaned

    def _clean_piece(self, cleaned: dict[str, Any], piece: Evidence) -> None:
        verdict = f"verdict_{piece.code.hex}"
        if cleaned[f"saw_{piece.code.hex}"].strip() and not cleaned[verdict]:
            self.add_error(verdict, _now("Choose one of the three as well."))
        # A page says which version of it was read.
        elif cleaned[verdict] and self.data.get(f"version_{piece.code.hex}", "") not in ("", str(piece.version)):
            self.add_error(verdict, _now("This was changed after you opened the page. Read it again, then choose."))


class DeclineForm(forms.Form):
    """A no, in one of the ways that `no` names."""

    no: Sequence[tuple[str, Any]] = NO
    why = forms.ChoiceField(
        label=_("Why not"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which of the two it is."), "invalid_choice": _("Choose one of the two.")},
    )
    reason = forms.CharField(
        label=_("A word on why"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="no_%s", **kwargs)
        self.fields["why"].choices = self.no
