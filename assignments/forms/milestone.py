"""A step of the plan, what it waits for, what moves with it, and why the plan changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assignments.actions.milestone import FOLLOWERS, LATER, ONLY
from assignments.models import Assignment, Milestone, Status
from assignments.saved_steps import MOST_STEPS, renumbered, thinned
from stretchhub.forms import DayField, DayInput, RowChoices

WEIGHTS = [
    (1, _("1 · a small step")),
    (2, "2"),
    (3, _("3 · a real part")),
    (4, "4"),
    (5, _("5 · the heart of it")),
]


class Steps(RowChoices):
    def label_from_instance(self, milestone: Milestone) -> str:
        return milestone.title


class MilestoneForm(forms.ModelForm):
    weight = forms.TypedChoiceField(
        label=_("Weight"),
        choices=WEIGHTS,
        coerce=int,
        initial=1,
        help_text=_("Heavier ones count more when the schedule is judged."),
    )
    after = Steps(
        label=_("Comes after"),
        queryset=Milestone.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What has to be done first. It is shown, and nothing is locked by it."),
    )
    follow = forms.ChoiceField(label=_("If its day moves"), required=False, widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Why the plan changes"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Optional now; a change without a reason is asked about after a week."),
    )
    hours = forms.DecimalField(
        label=_("Hours it adds or takes off"),
        required=False,
        max_digits=5,
        decimal_places=1,
        min_value=Decimal(-2000),
        max_value=Decimal(2000),
        help_text=_("Below zero for less work; leave it empty where the work stays the same."),
    )
    comes_off = forms.CharField(
        label=_("What comes off instead"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = Milestone
        fields = ("title", "definition_of_progress", "due_on", "weight", "after")
        field_classes = {"due_on": DayField}
        widgets = {"definition_of_progress": forms.Textarea(attrs={"rows": 3}), "due_on": DayInput}
        error_messages = {
            "title": {"required": _("Name the step in a few words.")},
            "definition_of_progress": {"required": _("Say what somebody else could see when it is done.")},
            "due_on": {"required": _("Choose a day you believe in; it can be moved later.")},
        }

    def __init__(
        self,
        *args: Any,
        assignment: Assignment,
        moves: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset()),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        others: Any = self.fields["after"]
        others.queryset = assignment.milestones.exclude(pk=self.instance.pk)
        if not others.queryset:
            del self.fields["after"]
        self._offer(*moves)
        # Before the kickoff the plan is still being made, so no change of it needs a reason.
        if assignment.status == Status.CHARTERING:
            for name in ("why", "hours", "comes_off"):
                del self.fields[name]

    def _offer(self, followers: frozenset[int], later: frozenset[int]) -> None:
        """What else may move, offered only where there is something."""
        choices: list[tuple[str, Any]] = [(ONLY, _("Move only this one"))]
        if followers:
            words = ngettext(
                "Move the %(count)s that depends on it too", "Move the %(count)s that depend on it too", len(followers)
            )
            choices.append((FOLLOWERS, words % {"count": len(followers)}))
        if later - followers:
            words = ngettext("Move the %(count)s due later too", "Move all %(count)s due later too", len(later))
            choices.append((LATER, words % {"count": len(later)}))
        if len(choices) == 1:
            del self.fields["follow"]
            return
        field: Any = self.fields["follow"]
        field.choices, field.initial = choices, ONLY

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("hours") or cleaned.get("comes_off")) and not cleaned.get("why") and "why" in self.fields:
            self.add_error("why", _("Say why it becomes more or less work."))
        return cleaned

    def words(self) -> dict[str, Any]:
        """What the milestone itself says."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}

    def reason(self) -> dict[str, Any] | None:
        """Why the plan changes, where somebody said so."""
        if not self.cleaned_data.get("why"):
            return None
        return {
            "why": self.cleaned_data["why"],
            "hours": self.cleaned_data.get("hours") or Decimal(0),
            "comes_off": self.cleaned_data.get("comes_off", ""),
        }


class ProposedStepForm(forms.Form):
    """One step of a proposed plan: kept or not, with words and a day that may be changed first."""

    chosen = forms.BooleanField(label=_("Take it"), required=False, initial=True)
    title = forms.CharField(label=_("Milestone"), max_length=200, required=False)
    definition_of_progress = forms.CharField(
        label=_("Definition of progress"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = DayField(label=_("Due on"), required=False, widget=DayInput)
    weight = forms.TypedChoiceField(label=_("Weight"), choices=WEIGHTS, coerce=int, initial=1)
    # What it comes after in a plan of one's own, by place.
    after = forms.RegexField(r"^[\d ]*$", required=False, max_length=80, widget=forms.HiddenInput)

    def clean_after(self) -> tuple[int, ...]:
        return tuple(int(place) for place in self.cleaned_data["after"].split() if len(place) < 3)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("chosen"):
            for name, message in REQUIRED.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, message)
        return cleaned


REQUIRED = {
    "title": _("Name the step in a few words."),
    "definition_of_progress": _("Say what somebody else could see when it is done."),
    "due_on": _("Choose a day you believe in; it can be moved later."),
}
WORDS = ("title", "definition_of_progress", "due_on", "weight")
ProposedSteps = forms.formset_factory(ProposedStepForm, extra=0, max_num=MOST_STEPS, absolute_max=MOST_STEPS)


def chosen_rows(forms_: Any, *, keep_order: bool = False) -> list[dict[str, Any]]:
    """The words of the steps that were chosen, by day; with what each comes after, where that order is to be kept."""
    everything = [form.cleaned_data for form in forms_]
    kept = [bool(row.get("chosen")) for row in everything]
    rows = [row for row, stays in zip(everything, kept, strict=True) if stays]
    by_day = sorted(range(len(rows)), key=lambda place: rows[place]["due_on"])
    chosen = [{name: rows[place][name] for name in WORDS} for place in by_day]
    if keep_order:
        after = thinned([row.get("after", ()) for row in everything], kept)
        for row, places in zip(chosen, renumbered(dict(enumerate(after)), by_day), strict=True):
            row["after"] = places
    return chosen
