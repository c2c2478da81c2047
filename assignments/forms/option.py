"""An option on the board: what it is, what it takes, what it develops."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import Contribution, Goal, Mentorship, Option
from .rows import CompetencyRow, CompetencySet, current_competencies

MOST_ROWS = 5


class OptionForm(forms.ModelForm):
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
            "success_criteria",
            "next_step",
        )
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        widgets = {
            "why": forms.Textarea(attrs={"rows": 3}),
            "success_criteria": forms.Textarea(attrs={"rows": 3}),
            "starts_on": DayInput(),
            "ends_on": DayInput(),
            "hours_per_week": forms.NumberInput(attrs={"step": "0.5", "min": "0.5", "max": "60"}),
        }
        error_messages = {
            "title": {"required": _("Give the option a title.")},
            "kind": {"required": _("Choose what kind of work it is.")},
            "domain": {"required": _("Say where the work is.")},
            "audience": {"required": _("Choose who will see the result.")},
            "why": {"required": _("Say in a sentence why this one.")},
        }

    def __init__(self, *args, mentorship: Mentorship, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        goals = Goal.objects.filter(mentorship=mentorship)
        kept = self.instance.goal_id
        self.fields["goal"].queryset = goals.open() | goals.filter(pk=kept)  # type: ignore[attr-defined]
        self.fields["goal"].empty_label = _("No goal yet")  # type: ignore[attr-defined]

    def clean(self):
        cleaned = super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The end cannot be before the start."))
        return cleaned


class ContributionRow(CompetencyRow):
    # The other field comes with a choice made already.
    telling = ("competency",)

    contribution = forms.ChoiceField(
        label=_("How directly"), choices=Contribution.choices, initial=Contribution.PRIMARY
    )


def contribution_rows(option: Option | None = None, data=None):
    """Five rows, filled with what the option develops already."""
    contributions = list(option.contributions.all()) if option else []
    rows = forms.formset_factory(
        ContributionRow,
        formset=CompetencySet,
        extra=MOST_ROWS - len(contributions),
        max_num=MOST_ROWS,
        validate_max=True,
    )
    return rows(
        data,
        prefix="contributions",
        initial=[{"competency": str(row.competency_id), "contribution": row.contribution} for row in contributions],
        form_kwargs={"known": current_competencies([row.competency_id for row in contributions])},
    )


class MoveForm(forms.Form):
    """Where a card is to go, from which state of it, and why when it is put aside."""

    to = forms.CharField(max_length=20)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(label=_("Why"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def words_of(option: Option) -> list[tuple[str, str]]:
    """What an option says, label by label."""
    values = {name: getattr(option, name) for name in OptionForm.Meta.fields}
    contributions = option.contributions.select_related("competency")
    develops = [f"{row.competency.name} ({row.get_contribution_display()})" for row in contributions]
    return _words(values, develops)


def words_typed(form: OptionForm, rows) -> list[tuple[str, str]]:
    """What was typed into the form, label by label."""
    known = dict(Contribution.choices)
    develops = [f"{row['competency'].name} ({known[row['contribution']]})" for row in rows.rows()]
    return _words(form.cleaned_data, develops)


def _words(values: dict, develops: list[str]) -> list[tuple[str, str]]:
    lines = []
    for name in OptionForm.Meta.fields:
        field = Option._meta.get_field(name)
        value = values.get(name)
        choices = dict(field.flatchoices) if getattr(field, "choices", None) else {}
        words = str(choices.get(value, "" if value is None else value))
        lines.append((str(field.verbose_name).capitalize(), words))
    return [*lines, (str(_("Competencies")), "\n".join(sorted(develops)))]
