"""A plan that is kept: its name, when it fits, and its steps with so many working days after the start."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assignments.models import Milestone, SavedPlan
from assignments.saved_steps import (
    MOST_DAYS,
    MOST_STEPS,
    SavedStep,
    in_order,
    thinned,
    waits_in_circles,
    working_days_between,
)

from .milestone import WEIGHTS
from .rows import BlankRow, RowSet

# So many empty rows at the end; more come by saving, or by themselves where scripts run.
EMPTY = 3


class SavedPlanForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Give the plan a name.")})
    note = forms.CharField(
        label=_("When it fits"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence for whoever chooses between plans."),
    )


class EverybodyForm(SavedPlanForm):
    for_everybody = forms.BooleanField(
        label=_("For everybody"),
        required=False,
        help_text=_("Everybody who signs in can read it and begin from it. Otherwise only you can."),
    )


class SavedStepForm(BlankRow, forms.Form):
    """A step; one without words is left out."""

    telling = ("title", "definition_of_progress")

    chosen = forms.BooleanField(label=_("Keep it"), required=False, initial=True)
    title = forms.CharField(
        label=_("Milestone"), max_length=200, error_messages={"required": _("Name the step in a few words.")}
    )
    definition_of_progress = forms.CharField(
        label=_("Definition of progress"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what somebody else could see when it is done.")},
    )
    days = forms.IntegerField(
        label=_("Working days after the start"),
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={"required": _("Say how many working days after the start; 0 is the first day.")},
    )
    weight = forms.TypedChoiceField(label=_("Weight"), choices=WEIGHTS, coerce=int, initial=1)
    after = forms.RegexField(
        r"^[\d\s,]*$",
        label=_("Comes after steps"),
        required=False,
        max_length=80,
        help_text=_("Numbers of steps here, as 1, 2; empty where it waits for none."),
        error_messages={"invalid": _("Write numbers of steps with commas between them, as 1, 2.")},
    )

    def clean_after(self) -> tuple[int, ...]:
        numbers = self.cleaned_data["after"].replace(",", " ").split()
        if any(len(number) > 2 for number in numbers):
            raise forms.ValidationError(_("There is no step of this number."))
        return tuple(sorted({int(number) - 1 for number in numbers}))


class SavedStepSet(RowSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        for number, form in enumerate(self.forms):
            after = form.cleaned_data.get("after", ())
            if number in after:
                form.add_error("after", _("A step cannot come after itself."))
            elif any(not 0 <= each < len(self.forms) or not self.forms[each].cleaned_data for each in after):
                form.add_error("after", _("There is no step of this number."))
        if any(self.errors):
            return
        if not self.steps():
            raise forms.ValidationError(_("Keep at least one step."))
        if len(self.steps()) > MOST_STEPS:
            raise forms.ValidationError(_("A plan holds %(most)s steps at most.") % {"most": MOST_STEPS})
        if waits_in_circles(self.steps()):
            raise forms.ValidationError(
                _("Two steps would wait for each other. Choose only steps that can be done before.")
            )

    def steps(self) -> list[SavedStep]:
        """The kept ones by day; what came after one that is left out comes after what that one came after."""
        rows = [form.cleaned_data for form in self.forms]
        kept = [bool(row and row["chosen"]) for row in rows]
        after = iter(thinned([row.get("after", ()) for row in rows], kept))
        words = ("title", "definition_of_progress", "days", "weight")
        chosen = [row for row, stays in zip(rows, kept, strict=True) if stays]
        return in_order([SavedStep(**{name: row[name] for name in words}, after=next(after)) for row in chosen])


def step_rows(data: Any, steps: Iterable[SavedStep]) -> Any:
    """Rows for these steps and some empty ones, or what was sent."""
    first = first_rows(steps)
    most = MOST_STEPS + EMPTY
    made = forms.formset_factory(
        SavedStepForm, formset=SavedStepSet, extra=min(EMPTY, most - len(first)), max_num=most, absolute_max=most
    )
    return made(data, initial=first, prefix="step")


def first_rows(steps: Iterable[SavedStep]) -> list[dict[str, Any]]:
    return [
        {
            "chosen": True,
            "title": step.title,
            "definition_of_progress": step.definition_of_progress,
            "days": step.days,
            "weight": step.weight,
            "after": ", ".join(str(each + 1) for each in step.after),
        }
        for step in steps
    ]


def steps_of(milestones: Iterable[Milestone], start: date, working_days: str) -> list[SavedStep]:
    """The steps of a plan, by day; their `after` is read already."""
    rows = list(milestones)[:MOST_STEPS]
    places = {row.pk: number for number, row in enumerate(rows)}
    return [
        SavedStep(
            title=row.title,
            definition_of_progress=row.definition_of_progress,
            days=working_days_between(start, row.due_on, working_days),
            weight=row.weight,
            after=tuple(sorted(places[each.pk] for each in row.after.all() if each.pk in places)),
        )
        for row in rows
    ]


def words_of(plan: SavedPlan) -> list[tuple[str, str]]:
    """What is saved now, for showing both texts."""
    return _words(plan.name, plan.note, plan.list_of_steps)


def words_typed(form: SavedPlanForm, steps: list[SavedStep]) -> list[tuple[str, str]]:
    return _words(form.cleaned_data["name"], form.cleaned_data["note"], steps)


def _words(name: str, note: str, steps: list[SavedStep]) -> list[tuple[str, str]]:
    lines = [f"{number}. {_line(step)}" for number, step in enumerate(steps, start=1)]
    return [(_("Name"), name), (_("When it fits"), note), (_("Steps"), "\n".join(lines))]


def _line(step: SavedStep) -> str:
    after = ", ".join(str(each + 1) for each in step.after)
    return f"{step.title} ({step.days}, {step.weight}{', ' + after if after else ''}): {step.definition_of_progress}"
