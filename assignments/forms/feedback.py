"""Asking for feedback, keeping a round, and the form that a giver answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from stretchhub.env import today
from stretchhub.forms import DayField, DayInput

from ..actions.feedback import Question
from ..cadence import months_on
from ..feedback_words import OPENING, suggestions, wording
from ..models import Assignment, Competency, Evidence, FeedbackQuestion, FeedbackRound
from .competency import folded

Form = FeedbackQuestion.Form

MOST_QUESTIONS = 3
USUAL_DAYS, MOST_DAYS = 10, 60
MONTHS = {"3": _("3 months"), "6": _("6 months"), "12": _("12 months"), "24": _("24 months")}
EVERY_DAY = "1234567"


class DayToCome(DayField):
    """A day from tomorrow on, at most two months away."""

    widget = DayInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("Choose the last day on which they can answer.")})
        super().__init__(*args, **kwargs)

    def within(self, day: date) -> None:
        self.day = day
        self.widget.attrs |= {
            "min": (day + timedelta(days=1)).isoformat(),
            "max": (day + timedelta(days=MOST_DAYS)).isoformat(),
        }

    def clean(self, value: Any) -> date | None:
        chosen = super().clean(value)
        if chosen is not None and not self.day < chosen <= self.day + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_now("Choose a day from tomorrow on, within two months."))
        return chosen


def competencies_of(assignment: Assignment, also: str = "") -> QuerySet[Competency]:
    """Those the option or its goal is about, and the one that was asked for by the way here."""
    option = assignment.option
    wanted = Q(pk__in=option.contributions.values("competency"))
    if option.goal_id:
        wanted |= Q(pk__in=option.goal.targets.values("competency"))
    try:
        wanted |= Q(code=UUID(also))
    except ValueError:
        if also.isascii() and also.isdecimal() and len(also) < 19:
            wanted |= Q(pk=int(also))
    return Competency.objects.filter(wanted).order_by("name", "pk")


class AskForm(forms.Form):
    about = forms.CharField(
        label=_("What is it about?"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("The pilot with the north team"), "autocomplete": "off"}),
        error_messages={"required": _("Say in a few words what they saw.")},
    )
    note = forms.CharField(
        label=_("A few words to them"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    confidential = forms.ChoiceField(
        label=_("By name or confidential"),
        choices=[("named", _("By name")), ("confidential", _("Confidential"))],
        initial="named",
        widget=forms.RadioSelect,
    )
    closes_on = DayToCome(label=_("Open until"))
    keep = forms.ChoiceField(
        label=_("Kept for"), choices=list(MONTHS.items()), initial="12", help_text=_("Counted from the day it closes.")
    )

    def __init__(self, *args: Any, assignment: Assignment, competency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        day = today(assignment.mentee.zone)
        closes: Any = self.fields["closes_on"]
        closes.within(day)
        closes.initial = day + timedelta(days=USUAL_DAYS)
        self.competencies = list(competencies_of(assignment, competency))
        self._add_questions(competency)
        self._add_evidence()

    def _add_questions(self, competency: str) -> None:
        chosen = next((one for one in self.competencies if competency in (str(one.code), str(one.pk))), None)
        openings: list[str] = [str(words) for words in OPENING]
        if chosen:
            openings = [wording(chosen.name, Form.WORDS), openings[1]]
        choices = [("", _now("No competency in particular")), *((str(one.pk), one.name) for one in self.competencies)]
        for number in range(1, MOST_QUESTIONS + 1):
            self.fields[f"question_{number}"] = forms.CharField(
                label=_now("Question %(n)s") % {"n": number},
                required=False,
                max_length=300,
                initial=openings[number - 1] if number <= len(openings) else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"form_{number}"] = forms.ChoiceField(
                label=_now("Answered"), choices=Form.choices, initial=Form.WORDS
            )
            self.fields[f"competency_{number}"] = forms.ChoiceField(
                label=_now("About"),
                choices=choices,
                required=False,
                initial=str(chosen.pk) if chosen and number == 1 else "",
            )

    def _add_evidence(self) -> None:
        mine = Evidence.objects.filter(assignment=self.assignment).order_by("-happened_on", "-pk")[:12]
        self.pieces = list(mine)
        self.fields["evidence"] = forms.MultipleChoiceField(
            label=_now("Evidence for them to judge"),
            required=False,
            choices=[(str(piece.code), piece.title) for piece in self.pieces],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _now("Choose from the list.")},
        )

    @property
    def question_rows(self) -> list[dict[str, Any]]:
        return [
            {"number": n, "text": self[f"question_{n}"], "form": self[f"form_{n}"], "about": self[f"competency_{n}"]}
            for n in range(1, MOST_QUESTIONS + 1)
        ]

    @property
    def suggested(self) -> list[str]:
        return suggestions([one.name for one in self.competencies])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        questions = list(self._questions(cleaned))
        if not questions:
            self.add_error("question_1", _now("Ask at least one question, or choose a competency to ask about."))
        elif len({folded(each.text) for each in questions}) < len(questions):
            self.add_error("question_1", _now("Two of the questions are the same."))
        if cleaned.get("confidential") == "confidential" and cleaned.get("evidence"):
            self.add_error(
                "evidence", _now("Judging evidence is done by name. Leave the evidence out, or ask by name.")
            )
        cleaned["questions"] = questions
        return cleaned

    def _questions(self, cleaned: dict[str, Any]) -> Iterable[Question]:
        """A row without words asks in ours about the competency that was chosen in it."""
        for number in range(1, MOST_QUESTIONS + 1):
            text = " ".join(cleaned.get(f"question_{number}", "").split())
            form = cleaned.get(f"form_{number}") or Form.WORDS
            chosen = cleaned.get(f"competency_{number}") or ""
            competency = next((one for one in self.competencies if str(one.pk) == chosen), None)
            if text or competency:
                yield Question(text or wording(competency.name, form)[:300], form, competency)  # type: ignore[union-attr]

    def words(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "about": said["about"],
            "note": said["note"],
            "confidential": said["confidential"] == "confidential",
            "closes_on": said["closes_on"],
            "keep_until": months_on(said["closes_on"], int(said["keep"]), EVERY_DAY),
        }

    def evidence(self) -> list[Evidence]:
        return [piece for piece in self.pieces if str(piece.code) in self.cleaned_data["evidence"]]


class ReopenForm(forms.Form):
    closes_on = DayToCome(label=_("Open again until"))

    def __init__(self, *args: Any, round: FeedbackRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = today(round.assignment.mentee.zone)
        closes: Any = self.fields["closes_on"]
        closes.within(day)
        closes.initial = day + timedelta(days=USUAL_DAYS)


class ThankForm(forms.Form):
    changed_because = forms.CharField(
        label=_("What I changed because of it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("One sentence is enough, also that you keep something as it is, and why.")},
    )


def thank_words(form: forms.Form) -> str:
    return str(form.cleaned_data["changed_because"]).strip()
