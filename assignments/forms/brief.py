"""The brief as forms: one for each section that is written here, and words asked for when it is judged."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..brief_sections import FIELDS, PROMPTS, ROWS, is_title, label_of, said
from ..models import BriefRisk, BriefStakeholder, BriefVersion, PersonRole, Section
from .rows import BlankRow, RowSet

MOST_LETTERS = 4000
HEIGHTS = {"problem": 4, "first_step": 3, "next_steps": 3}
# Where the prompt of the section does not say it already.
WITH_HELP = ("why_it_matters", "first_step", "stop_rule")
DAYS = ("review_on", "decide_by")


GROWS = forms.Textarea(attrs={"rows": 1})


class PersonRow(BlankRow, forms.ModelForm):
    # A part is always chosen, so it does not tell whether the row is filled.
    telling = ("name", "interest")

    class Meta:
        model = BriefStakeholder
        fields = ("name", "role", "interest")
        widgets = {"name": GROWS, "interest": GROWS}
        error_messages = {"name": {"required": _("Name who it is.")}}


class RiskRow(BlankRow, forms.ModelForm):
    """What is done about a risk may be written later; the checklist asks for it."""

    class Meta:
        model = BriefRisk
        fields = ("risk", "trigger", "mitigation")
        widgets = {"risk": GROWS, "trigger": GROWS, "mitigation": GROWS}
        error_messages = {"risk": {"required": _("Name the risk.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mitigation"].required = False


# The rows of a section, and how many there may be.
KINDS: dict[str, tuple[type[forms.ModelForm], int]] = {
    Section.PEOPLE: (PersonRow, 8),
    Section.RISKS: (RiskRow, 6),
}


class SectionForm:
    """The fields or the rows of one section; everything may stay empty while it is a draft."""

    def __init__(self, version: BriefVersion, section: str, data: Any = None) -> None:
        self.version, self.section, self.data = version, section, data
        self.form = _fields_of(version, section, data) if FIELDS[section] else None
        self.rows = _rows_of(version, section, data) if section in ROWS else None

    @property
    def label(self) -> str:
        return str(Section(self.section).label)

    @property
    def prompt(self) -> object:
        return PROMPTS[self.section]

    @property
    def fields(self) -> list[tuple[Any, bool]]:
        """Each field, and whether the title of the section is label enough for it."""
        return [(field, is_title(field.name, self.section)) for field in self.form] if self.form else []

    def is_valid(self) -> bool:
        return all(part.is_valid() for part in (self.form, self.rows) if part is not None)

    @property
    def wrong(self) -> bool:
        return self.data is not None and not self.is_valid()

    @property
    def forms(self) -> list[Any]:
        return ([self.form] if self.form else []) + (list(self.rows.forms) if self.rows else [])

    @property
    def sets(self) -> list[RowSet]:
        return [self.rows] if self.rows else []

    def words(self) -> dict[str, Any]:
        """What was typed into fields, with line ends written one way."""
        typed = self.form.cleaned_data if self.form else {}
        return {name: _clean(value) for name, value in typed.items()}

    def row_words(self) -> list[dict[str, Any]]:
        """What the filled rows say, each text on one line."""
        rows = self.rows.rows() if self.rows else []
        return [{name: _one_line(value) for name, value in row.items()} for row in rows]

    @cached_property
    def first_error(self) -> str:
        for form in self.forms:
            for name, errors in form.errors.items():
                return f"{form[name].label}: {errors[0]}"
        return next((str(error) for one in self.sets for error in one.non_form_errors()), "")

    def lines_typed(self) -> list[tuple[str, str]]:
        return _lines(self.section, self.words(), self.row_words())

    def lines_saved(self) -> list[tuple[str, str]]:
        """What is saved now, label by label, as it stands in the database."""
        names = FIELDS[self.section]
        saved = BriefVersion.objects.values(*names).get(pk=self.version.pk) if names else {}
        rows = []
        if name := ROWS.get(self.section):
            rows = list(getattr(self.version, name).values(*KINDS[self.section][0].Meta.fields))  # type: ignore[attr-defined]
        return _lines(self.section, saved, rows)


def _clean(value: Any) -> Any:
    return "\n".join(value.splitlines()) if isinstance(value, str) else value


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _lines(section: str, words: dict[str, Any], rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    lines = [(label_of(name), said(words[name])) for name in FIELDS[section]]
    if section in ROWS:
        lines.append((str(Section(section).label), "\n".join(_row_line(row) for row in rows)))
    return lines


def _row_line(row: dict[str, Any]) -> str:
    roles = dict(PersonRole.choices)
    return " · ".join(str(roles.get(text, text)) for text in row.values() if text)


def _fields_of(version: BriefVersion, section: str, data: Any) -> forms.ModelForm:
    names = FIELDS[section]
    made = forms.modelform_factory(
        BriefVersion,
        fields=names,
        widgets={name: _widget(name) for name in names if name != "hours_per_week"},
        field_classes={name: DayField for name in names if name in DAYS},
    )
    form = made(data, instance=copy(version), label_suffix="")
    for name, field in form.fields.items():
        if name not in WITH_HELP:
            field.help_text = ""
        if isinstance(field, forms.CharField):
            field.max_length = MOST_LETTERS
            field.validators.append(forms.fields.validators.MaxLengthValidator(MOST_LETTERS))
    return form


def _widget(name: str) -> forms.Widget:
    if name in DAYS:
        return DayInput()
    return forms.Textarea(attrs={"rows": HEIGHTS.get(name, 2), "maxlength": MOST_LETTERS})


def _rows_of(version: BriefVersion, section: str, data: Any) -> Any:
    row, most = KINDS[section]
    saved = list(getattr(version, ROWS[section]).all())
    made = forms.formset_factory(
        row, formset=RowSet, extra=1 if len(saved) < most else 0, max_num=most, validate_max=True
    )
    fields = row.Meta.fields  # type: ignore[attr-defined]
    initial = [{field: getattr(item, field) for field in fields} for item in saved]
    return made(data, prefix=section, initial=initial)


class ReasonForm(forms.Form):
    """A few words that are asked for when something is sent back or declined."""

    reason = forms.CharField(
        label=_("Your words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Say what should change, or why not.")},
    )


class ChangesForm(forms.Form):
    """What should change: section by section, as a whole, or both."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="changes", label_suffix="")
        self.fields["reason"] = _remark(_("About the brief as a whole"), rows=3)
        for section in Section:
            self.fields[section.value] = _remark(_("What should change here"), rows=2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error("reason", _("Say what should change, in a section or as a whole."))
        return cleaned

    def remarks(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in Section.values if self.cleaned_data.get(name)}


def _remark(label: Any, *, rows: int) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "class": "form-control", "form": "changes-form"})
    return forms.CharField(label=label, required=False, max_length=2000, widget=area)
