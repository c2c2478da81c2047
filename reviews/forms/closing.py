"""The steps of a closing: what each asks, kept as a draft until the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assignments.models import Competency, Goal
from assignments.results import Result
from stretchhub.forms import DayField, DayInput

from ..actions.closing import Came, Learned
from ..models import GoalVerdict, LessonAudience
from ..models.closing import MOST_LESSONS

NONE = ("", _("About nothing in particular"))


class OutcomesForm(forms.Form):
    """Each agreed measure: its actual value, or why there is none."""

    def __init__(self, *args: Any, results: Sequence[Result], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.results, self.today = results, today
        for result in results:
            self._ask(result)

    def _ask(self, result: Result) -> None:
        key, unit, latest = result.outcome.pk, result.outcome.unit, result.latest
        label = _now("Actual (%(unit)s)") % {"unit": unit} if unit else _now("Actual")
        said = self.fields
        said[f"value_{key}"] = forms.DecimalField(
            label=label,
            max_digits=14,
            decimal_places=2,
            required=False,
            initial=f"{latest.value.normalize():f}" if latest else None,
        )
        said[f"measured_on_{key}"] = DayField(
            label=_("Measured on"),
            widget=DayInput(),
            required=False,
            initial=latest.measured_on if latest else None,
        )
        said[f"n_{key}"] = forms.IntegerField(
            label=_("Number of cases"),
            min_value=1,
            max_value=2_000_000_000,
            required=False,
            initial=latest.n if latest else None,
        )
        said[f"source_{key}"] = _line(_("Where the value comes from"), 200, latest.note if latest else "")
        said[f"causes_{key}"] = _line(_("What else may have caused it"), 500)
        said[f"unmeasured_{key}"] = _line(_("Or: not measured, because"), 300)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for result in self.results:
            self._check(result.outcome.pk, cleaned)
        return cleaned

    def _check(self, key: int, cleaned: dict[str, Any]) -> None:
        value, reason = f"value_{key}", f"unmeasured_{key}"
        if value in self.errors:
            return
        if cleaned.get(value) is None:
            if not cleaned.get(reason):
                self.add_error(value, _now("Give the actual value, or say below why nobody measured it."))
            return
        if cleaned.get(reason):
            self.add_error(reason, _now("There is a value. Clear it, or clear this reason."))
        day = cleaned.get(f"measured_on_{key}")
        if day is None and f"measured_on_{key}" not in self.errors:
            self.add_error(f"measured_on_{key}", _now("Say on which day it was measured."))
        elif day is not None and day > self.today:
            self.add_error(f"measured_on_{key}", _now("This day is still to come."))
        if not cleaned.get(f"source_{key}"):
            self.add_error(f"source_{key}", _now("Say where the value comes from, so that others can look."))

    def said(self) -> dict[int, Came]:
        return {result.outcome.pk: self._came(result.outcome.pk) for result in self.results}

    def _came(self, key: int) -> Came:
        said = {name: self.cleaned_data[f"{name}_{key}"] for name in vars(Came())}
        if said["value"] is None:
            return Came(unmeasured=said["unmeasured"])
        return Came(**said)

    def sections(self) -> list[dict[str, Any]]:
        return [
            {
                "result": result,
                "fields": [self[f"{name}_{result.outcome.pk}"] for name in ("value", "measured_on", "n")],
                "lines": [self[f"{name}_{result.outcome.pk}"] for name in ("source", "causes", "unmeasured")],
            }
            for result in self.results
        ]


def _line(label: Any, most: int, initial: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, initial=initial)


class LessonsForm(forms.Form):
    """Up to three lessons, each with who reads it."""

    def __init__(self, *args: Any, competencies: Sequence[Competency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competencies = {str(each.pk): each for each in competencies}
        about = [NONE, *((key, each.name) for key, each in self.competencies.items())]
        for n in range(1, MOST_LESSONS + 1):
            self.fields[f"text_{n}"] = forms.CharField(
                label=_now("Lesson %(n)s") % {"n": n},
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[f"audience_{n}"] = forms.ChoiceField(
                label=_("Who reads it"),
                choices=LessonAudience.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=LessonAudience.PRIVATE,
            )
            self.fields[f"named_{n}"] = forms.BooleanField(
                label=_("With my name beside it, where everybody reads it"), required=False
            )
            self.fields[f"about_{n}"] = forms.ChoiceField(label=_("About"), choices=about, required=False)

    def said(self) -> list[Learned]:
        cleaned = self.cleaned_data
        return [
            Learned(
                text=cleaned[f"text_{n}"],
                audience=cleaned[f"audience_{n}"] or LessonAudience.PRIVATE,
                named=cleaned[f"named_{n}"],
                competency=self.competencies.get(cleaned[f"about_{n}"]),
            )
            for n in range(1, MOST_LESSONS + 1)
            if cleaned[f"text_{n}"]
        ]

    def sections(self) -> list[dict[str, Any]]:
        return [
            {name: self[f"{name}_{n}"] for name in ("text", "audience", "about", "named")}
            for n in range(1, MOST_LESSONS + 1)
        ]


class NextForm(forms.Form):
    """When to come back to what is next, where nothing is taken now."""

    not_now_until = DayField(
        label=_("Not now: come back to it on"),
        widget=DayInput(),
        required=False,
        help_text=_("Today asks you again that morning. Leave it empty where you took something."),
    )

    def __init__(self, *args: Any, today: date, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.fields["not_now_until"].required = today, needed
        self.fields["not_now_until"].error_messages["required"] = str(_("Choose a day."))

    def clean_not_now_until(self) -> date | None:
        day = self.cleaned_data["not_now_until"]
        if day is not None and day <= self.today:
            raise forms.ValidationError(_now("Choose a day after today."))
        return day


class PlanForm(forms.Form):
    """What becomes of each open goal, and when both look at the plan again."""

    def __init__(self, *args: Any, goals: Sequence[Goal], revisit_on: date | None, today: date, **kwargs: Any) -> None:
        """Without a conversation to look at again there is no `revisit_on`."""
        super().__init__(*args, **kwargs)
        self.goals, self.today = goals, today
        for goal in goals:
            self.fields[f"goal_{goal.pk}"] = forms.ChoiceField(
                label=goal.title,
                choices=GoalVerdict.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say what becomes of this goal.")},
            )
            self.fields[f"note_{goal.pk}"] = _line(_("What changes"), 500)
        if revisit_on is not None:
            self.fields["revisit_on"] = DayField(
                label=_("Look at the plan again on"),
                widget=DayInput(),
                initial=revisit_on,
                help_text=_("Three months on is usual. You are both reminded that morning."),
                error_messages={"required": _("Choose a day to look at this again.")},
            )

    def clean_revisit_on(self) -> date:
        day = self.cleaned_data["revisit_on"]
        if day <= self.today:
            raise forms.ValidationError(_now("Choose a day after today."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for goal in self.goals:
            changed = cleaned.get(f"goal_{goal.pk}") == GoalVerdict.CHANGED
            if changed and not cleaned.get(f"note_{goal.pk}"):
                self.add_error(f"note_{goal.pk}", _now("Say in a sentence what changes."))
        return cleaned

    def said(self) -> dict[int, tuple[str, str]]:
        return {goal.pk: self._said(goal.pk) for goal in self.goals}

    def _said(self, key: int) -> tuple[str, str]:
        verdict = self.cleaned_data[f"goal_{key}"]
        return verdict, self.cleaned_data[f"note_{key}"] if verdict == GoalVerdict.CHANGED else ""

    def sections(self) -> list[dict[str, Any]]:
        return [
            {"goal": goal, "verdict": self[f"goal_{goal.pk}"], "note": self[f"note_{goal.pk}"]} for goal in self.goals
        ]
