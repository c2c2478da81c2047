"""The brief as a form: three texts and rows of outcomes, stakeholders and risks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..models import BriefOutcome, BriefRisk, BriefStakeholder, BriefVersion
from ..outreach import in_words
from .rows import BlankRow, RowSet


class BriefForm(forms.ModelForm):
    class Meta:
        model = BriefVersion
        fields = ("problem", "dependencies", "decision_asked")
        widgets = {
            "problem": forms.Textarea(attrs={"rows": 4}),
            "dependencies": forms.Textarea(attrs={"rows": 2}),
            "decision_asked": forms.Textarea(attrs={"rows": 2}),
        }


class OutcomeRow(BlankRow, forms.ModelForm):
    class Meta:
        model = BriefOutcome
        fields = ("metric", "baseline", "target", "unit", "due_on")
        field_classes = {"due_on": DayField}
        widgets = {"due_on": DayInput()}
        error_messages = {
            "metric": {"required": _("Name the measure.")},
            "baseline": {"required": _("Give today’s value.")},
            "target": {"required": _("Give the value wanted.")},
        }


class StakeholderRow(BlankRow, forms.ModelForm):
    class Meta:
        model = BriefStakeholder
        fields = ("name", "interest")
        error_messages = {"name": {"required": _("Name who it is.")}}


class RiskRow(BlankRow, forms.ModelForm):
    class Meta:
        model = BriefRisk
        fields = ("risk", "mitigation")
        error_messages = {
            "risk": {"required": _("Name the risk.")},
            "mitigation": {"required": _("Say what you do about it.")},
        }


# Rows shown at least, and rows allowed at the most.
KINDS: dict[str, tuple[type[forms.ModelForm], int, int]] = {
    "outcomes": (OutcomeRow, 2, 5),
    "stakeholders": (StakeholderRow, 3, 8),
    "risks": (RiskRow, 3, 6),
}


def brief_rows(version: BriefVersion, data=None) -> dict[str, RowSet]:
    """The three sets of rows, each with what is saved and at least one empty row."""
    return {name: _rows(name, version, data) for name in KINDS}


def _rows(name: str, version: BriefVersion, data) -> Any:
    row, least, most = KINDS[name]
    saved = list(getattr(version, name).all())
    made = forms.formset_factory(
        row,
        formset=RowSet,
        extra=max(1, least - len(saved)) if len(saved) < most else 0,
        max_num=most,
        validate_max=True,
    )
    fields = row.Meta.fields  # type: ignore[attr-defined]
    initial = [{field: getattr(item, field) for field in fields} for item in saved]
    return made(data, prefix=name, initial=initial)


class ReasonForm(forms.Form):
    """A few words that are asked for when something is sent back or declined."""

    reason = forms.CharField(
        label=_("Your words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Say what should change, or why not.")},
    )


def words_of(version: BriefVersion) -> list[tuple[str, str]]:
    """What a version says, label by label."""
    rows = {
        "outcomes": [in_words(row) for row in version.outcomes.all()],
        "stakeholders": [f"{row.name}: {row.interest}" for row in version.stakeholders.all()],
        "risks": [f"{row.risk}: {row.mitigation}" for row in version.risks.all()],
    }
    return _words({name: getattr(version, name) for name in BriefForm.Meta.fields}, rows)


def words_typed(form: BriefForm, rows: dict[str, RowSet]) -> list[tuple[str, str]]:
    """What was typed into the form, label by label."""
    lines = {
        "outcomes": [in_words(BriefOutcome(**row)) for row in rows["outcomes"].rows()],
        "stakeholders": [f"{row['name']}: {row['interest']}" for row in rows["stakeholders"].rows()],
        "risks": [f"{row['risk']}: {row['mitigation']}" for row in rows["risks"].rows()],
    }
    return _words(form.cleaned_data, lines)


def _words(texts: dict[str, str], rows: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (str(_("Problem")), texts["problem"]),
        (str(_("Outcomes")), "\n".join(rows["outcomes"])),
        (str(_("Stakeholders")), "\n".join(rows["stakeholders"])),
        (str(_("Risks")), "\n".join(rows["risks"])),
        (str(_("Depends on")), texts["dependencies"]),
        (str(_("Decision asked")), texts["decision_asked"]),
    ]
