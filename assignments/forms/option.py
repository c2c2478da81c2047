"""An option on the board: what it is, what it takes, what it develops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import Competency, Contribution, Goal, Mentorship, Opportunity, Option
from ..outreach import number
from .rows import CompetencyRow, CompetencySet, current_competencies

MOST_ROWS = 5
HALF_HOURS = {"step": "0.5", "min": "0.5", "max": "60"}
NOT_A_DAY = {"invalid": _("Choose a day, or write it like 2027-03-31. It may stay empty.")}
NOT_HOURS = {
    "invalid": _("Write the hours a week as a number, for example 4 or 2.5."),
    "max_decimal_places": _("One digit after the point is enough, for example 2.5."),
    "max_digits": _("Hours a week lie between 0.5 and 60. It may stay empty."),
    "max_whole_digits": _("Hours a week lie between 0.5 and 60. It may stay empty."),
    "min_value": _("Hours a week lie between 0.5 and 60. It may stay empty."),
    "max_value": _("Hours a week lie between 0.5 and 60. It may stay empty."),
}
COVERED = _("Covered hours lie between 0 and 60. Leave it empty where nothing is agreed.")
WHAT_IS_NEEDED = {
    "title": {"required": _("Give it a title.")},
    "kind": {"required": _("Choose what kind of work it is.")},
    "domain": {"required": _("Say where the work is.")},
    "audience": {"required": _("Choose who will see the result.")},
    "starts_on": NOT_A_DAY,
    "ends_on": NOT_A_DAY,
    "hours_per_week": NOT_HOURS,
}


class TimeFrame:
    """A form whose two days stand in their order."""

    def clean(self):
        cleaned = super().clean()  # type: ignore[misc]
        out_of_order(self.cleaned_data, self.add_error)  # type: ignore[attr-defined]
        return cleaned


def out_of_order(cleaned: Mapping[str, Any], add_error: Callable[[str, Any], None]) -> None:
    """Say so where the end lies before the start."""
    starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
    if starts and ends and ends < starts:
        add_error("ends_on", _("The end cannot be before the start. Move one of the two days."))


class OptionForm(TimeFrame, forms.ModelForm):
    class Meta:
        model = Option
        fields = (
            "title",
            "kind",
            "domain",
            "audience",
            "role",
            "goal",
            "why",
            "starts_on",
            "ends_on",
            "hours_per_week",
            "backfill_hours",
            "success_criteria",
            "next_step",
        )
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        widgets = {
            "why": forms.Textarea(attrs={"rows": 3}),
            "success_criteria": forms.Textarea(attrs={"rows": 3}),
            "starts_on": DayInput(),
            "ends_on": DayInput(),
            "hours_per_week": forms.NumberInput(attrs=HALF_HOURS),
            "backfill_hours": forms.NumberInput(attrs=HALF_HOURS | {"min": "0"}),
        }
        error_messages = WHAT_IS_NEEDED | {
            "why": {"required": _("Say in a sentence why this one.")},
            "backfill_hours": NOT_HOURS | {"min_value": COVERED, "max_value": COVERED},
        }

    def __init__(self, *args, mentorship: Mentorship, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        goals = Goal.objects.filter(mentorship=mentorship)
        kept = self.instance.goal_id
        self.fields["goal"].queryset = goals.open() | goals.filter(pk=kept)  # type: ignore[attr-defined]
        self.fields["goal"].empty_label = _("No goal yet")  # type: ignore[attr-defined]

    def clean(self):
        cleaned = super().clean()
        taken, covered = (self.cleaned_data.get(name) for name in ("hours_per_week", "backfill_hours"))
        if taken is not None and covered is not None and covered > taken:
            self.add_error(
                "backfill_hours",
                _("Others cannot take over more than the %(hours)s hours it takes. Lower these, or raise those.")
                % {"hours": number(taken)},
            )
        return cleaned


class ContributionRow(CompetencyRow):
    # The other field comes with a choice made already.
    telling = ("competency",)

    contribution = forms.ChoiceField(
        label=_("How directly"), choices=Contribution.choices, initial=Contribution.PRIMARY
    )


def contribution_rows(option: Option | Opportunity | None = None, data=None, first: Competency | None = None):
    """Five rows, filled with what the option or opportunity develops already; a new one may begin with `first`."""
    contributions = list(option.contributions.all()) if option else []
    filled = [{"competency": str(row.competency_id), "contribution": row.contribution} for row in contributions]
    if first:
        filled.append({"competency": str(first.pk), "contribution": Contribution.PRIMARY})
    rows = forms.formset_factory(
        ContributionRow,
        formset=CompetencySet,
        extra=MOST_ROWS - len(filled),
        max_num=MOST_ROWS,
        validate_max=True,
    )
    return rows(
        data,
        prefix="contributions",
        initial=filled,
        form_kwargs={"known": current_competencies([int(row["competency"]) for row in filled])},
    )


class MoveForm(forms.Form):
    """Where a card is to go, from which state of it, and why when it is put aside."""

    to = forms.CharField(max_length=20)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(label=_("Why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def words_of(thing: Option | Opportunity, names: Sequence[str]) -> list[tuple[str, str]]:
    """What an option or opportunity says, label by label."""
    values = {name: getattr(thing, name) for name in names}
    contributions = thing.contributions.select_related("competency")
    develops = [f"{row.competency.name} ({row.get_contribution_display()})" for row in contributions]
    return words_said(type(thing), names, values, develops)


def words_typed(form: forms.ModelForm, rows: CompetencySet) -> list[tuple[str, str]]:
    """What was typed into the form, label by label."""
    known = dict(Contribution.choices)
    develops = [f"{row['competency'].name} ({known[row['contribution']]})" for row in rows.rows()]
    return words_said(form._meta.model, form._meta.fields, form.cleaned_data, develops)


def words_said(
    model: type[Model], names: Sequence[str], values: Mapping[str, Any], develops: list[str]
) -> list[tuple[str, str]]:
    """These values in words, label by label, and the competencies at the end."""
    lines = []
    for name in names:
        field = model._meta.get_field(name)
        value = values.get(name)
        choices = dict(field.flatchoices) if getattr(field, "choices", None) else {}
        if isinstance(value, Decimal):
            value = number(value)
        words = str(choices.get(value, "" if value is None else value))
        lines.append((str(field.verbose_name).capitalize(), words))
    return [*lines, (str(_("Competencies")), "\n".join(sorted(develops)))]
