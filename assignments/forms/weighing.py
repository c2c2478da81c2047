"""How an option serves the goals, who might sponsor it, and the hours there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Fit, Goal, Mentorship, SponsorState
from ..weighing import BLANK, RATINGS, Said

NOT_SAID = ("", _("Not said yet"))
GOAL = "goal-"
QUESTIONS: dict[str, Any] = {
    "owns": _("Owns the problem"),
    "influences": _("Influences the decision"),
    "develops": _("Values development"),
    "engaged": _("Is engaged"),
}
SCALES: dict[str, tuple[Any, ...]] = {
    "owns": (
        _("Not their problem"),
        _("Touches what they do"),
        _("Theirs, with others"),
        _("Mostly theirs"),
        _("Theirs to solve"),
    ),
    "influences": (
        _("No say in it"),
        _("Is listened to"),
        _("One voice of several"),
        _("A strong voice"),
        _("Decides it"),
    ),
    "develops": (
        _("Results alone count"),
        _("When asked to"),
        _("Now and then"),
        _("Often makes room for it"),
        _("Known for growing people"),
    ),
    "engaged": (
        _("Does not know of it"),
        _("Has heard of it"),
        _("Has asked about it"),
        _("Has talked it through with you"),
        _("Wants it to happen"),
    ),
}


def goal_field(goal: Goal) -> str:
    return f"{GOAL}{goal.code}"


class WeighForm(forms.Form):
    """One question a goal, and the sponsor in view; what is not said stays unknown."""

    state = forms.ChoiceField(
        label=_("A sponsor for this option"),
        choices=SponsorState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the search for a sponsor stands.")},
    )
    name = forms.CharField(label=_("Who"), max_length=200, required=False)

    def __init__(self, *args: Any, goals: Sequence[Goal], said: Said, **kwargs: Any) -> None:
        initial = {**said.outlook, **{goal_field(goal): said.fits.get(goal.pk, "") for goal in goals}}
        super().__init__(*args, initial=initial, **kwargs)
        self.goals = goals
        for goal in goals:
            field = self.fields[goal_field(goal)] = _choice(goal.title, [NOT_SAID, *Fit.choices], forms.RadioSelect)
            field.help_text = _("Weight %(weight)s of 5.") % {"weight": goal.weight}
        for rating in RATINGS:
            self.fields[rating] = _choice(QUESTIONS[rating], _levels(rating), forms.Select)

    def clean(self) -> dict[str, Any]:
        """Refuse goals that are not asked about here, and a sponsor in view without name or rating."""
        if any(key.startswith(GOAL) and key not in self.fields for key in self.data):
            words = _("One of the goals is not open in this mentorship. Load the page again and choose anew.")
            self.add_error(None, words)
        if self.cleaned_data.get("state") == SponsorState.FOUND:
            if not self.cleaned_data.get("name") and "name" not in self.errors:
                self.add_error("name", _("Say who it is, so that both of you mean the same person."))
            for rating in RATINGS:
                if self.cleaned_data.get(rating) is None and rating not in self.errors:
                    self.add_error(rating, _("Choose one of the five; a rough guess is fine."))
        return self.cleaned_data

    def fits(self) -> dict[int, int | None]:
        return {goal.pk: self.cleaned_data[goal_field(goal)] for goal in self.goals}

    def outlook(self) -> dict[str, Any]:
        """The name and the ratings count only where somebody is in view."""
        state = self.cleaned_data["state"]
        if state != SponsorState.FOUND:
            return {**BLANK, "state": state}
        return {"state": state, **{key: self.cleaned_data[key] for key in ("name", *RATINGS)}}

    def goal_fields(self) -> list[Any]:
        return [self[goal_field(goal)] for goal in self.goals]

    def rating_fields(self) -> list[Any]:
        return [self[rating] for rating in RATINGS]


def _choice(label: Any, choices: Sequence[tuple[Any, Any]], widget: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=int, empty_value=None, required=False, widget=widget
    )


def _levels(rating: str) -> list[tuple[Any, Any]]:
    return [("", _("Choose")), *((n, f"{n} · {words}") for n, words in enumerate(SCALES[rating], start=1))]


def words_of(goals: Sequence[Goal], fits: Any, outlook: Any) -> list[tuple[str, str]]:
    """What is said, label by label."""
    known: dict[Any, Any] = {None: NOT_SAID[1], **dict(Fit.choices)}
    lines = [(goal.title, str(known[fits.get(goal.pk)])) for goal in goals]
    lines.append((str(_("Sponsor")), str(SponsorState(outlook["state"]).label)))
    lines.append((str(_("Who")), outlook["name"]))
    for rating in RATINGS:
        level = outlook[rating]
        lines.append((str(QUESTIONS[rating]), f"{level} · {SCALES[rating][level - 1]}" if level else ""))
    return lines


class HoursForm(forms.ModelForm):
    class Meta:
        model = Mentorship
        fields = ("contracted_hours", "base_hours")
        help_texts = {
            "contracted_hours": _("As agreed with the employer, for example 38.5."),
            "base_hours": _("A usual week, extra hours and all, without any option or stretch assignment."),
        }
        widgets = {
            "contracted_hours": forms.NumberInput(attrs={"step": "0.5", "min": "1", "max": "80"}),
            "base_hours": forms.NumberInput(attrs={"step": "0.5", "min": "0", "max": "100"}),
        }
