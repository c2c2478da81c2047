"""Rows of a form that may be left empty, and the texts of a stale save side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .competency import CompetencyField, CompetencyNames


@dataclass(frozen=True)
class Difference:
    """One field that two people wrote differently."""

    label: str
    saved: str
    typed: str


def differences(saved: Sequence[tuple[str, str]], typed: Sequence[tuple[str, str]]) -> list[Difference]:
    """Where what is saved now is not what was typed, in the order of the form.

    Line ends are not compared: a browser sends them in another way than they are kept.
    """
    return [
        Difference(str(label), one, other)
        for (label, one), (_label, other) in zip(saved, typed, strict=True)
        if one.split() != other.split()
    ]


def labelled(form: forms.BaseForm, values: Mapping[str, Any], names: Iterable[str]) -> list[tuple[str, str]]:
    """What these fields of a form are called and what they say, for `differences`; several lines as one text."""

    def text(value: Any) -> str:
        return "\n".join(value) if isinstance(value, list) else "" if value is None else str(value)

    return [(str(form.fields[name].label), text(values.get(name))) for name in names]


class BlankRow:
    """A row in which nothing is written does not count, also where something stood before."""

    # The fields that tell whether a row is filled; all of them where none is named.
    telling: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        names = self.telling or tuple(self.fields)  # type: ignore[attr-defined]
        return any(str(self[name].data or "").strip() for name in names)  # type: ignore[index]


class RowSet(forms.BaseFormSet):
    """Rows of which the empty ones are ignored: clearing a row takes it away."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        return super()._construct_form(i, **kwargs, empty_permitted=True, use_required_attribute=False)

    def rows(self) -> list[dict[str, Any]]:
        """What the filled rows say, in their order."""
        return [dict(form.cleaned_data) for form in self.forms if form.cleaned_data]

    @property
    def is_wrong(self) -> bool:
        return self.is_bound and not self.is_valid()


class CompetencySet(RowSet):
    """Rows that each name a competency; none may be named twice."""

    def full_clean(self) -> None:
        if self.is_bound:
            self.form_kwargs["known"].expect(str(form["competency"].data or "") for form in self.forms)
        super().full_clean()

    def clean(self) -> None:
        if any(self.errors):
            return
        seen: set[int] = set()
        for form in self.forms:
            competency = form.cleaned_data.get("competency")
            if competency is None:
                continue
            if competency.pk in seen:
                form.add_error("competency", _("This competency is named in another row."))
            seen.add(competency.pk)


def current_competencies(also: Iterable[int] = ()) -> CompetencyNames:
    """The competencies that can be named in the rows of a form; those of `also` even after they are retired."""
    return CompetencyNames(also)


class CompetencyRow(BlankRow, forms.Form):
    """A row that begins with the name of a competency; all rows look names up together, in `known`."""

    competency = CompetencyField()

    def __init__(self, *args: Any, known: CompetencyNames, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["competency"].names = known  # type: ignore[attr-defined]
