"""How a framework's file is to be read: which column is what, into which framework, and what else to do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from stretchhub.tables import Table, TableRow, Unreadable

from ..imports import framework_columns as columns
from ..imports.framework_plan import Choices
from ..models import Competency, Framework

SAMPLE = 200


class ReadingForm(forms.Form):
    """The file's sheet, kind and columns; begins with the guess and keeps what a person chose."""

    kind = forms.ChoiceField(label=_("What the file holds"), choices=columns.KINDS)
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    into = forms.ModelChoiceField(
        label=_("Goes into"), queryset=Framework.objects.all(), required=False, empty_label=_("A new framework")
    )
    whole = forms.BooleanField(
        label=_("This file is the whole framework"),
        required=False,
        help_text=_("What is missing in it is retired: kept where it is used, no longer offered."),
    )
    codes_tell_tree = forms.BooleanField(
        label=_("Codes tell the tree"),
        required=False,
        help_text=_("“1.A.1” is then part of “1.A”."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, table: Table, kind: str) -> None:
        super().__init__(data, initial={"kind": kind, "sheet": table.sheet})
        self.table, self.read_as = table, kind
        fields: Any = self.fields
        if len(table.sheets) > 1:
            fields["sheet"].choices = [(name, name) for name in table.sheets]
        else:
            del fields["sheet"]
        fields["into"].required = kind == columns.ANCHORS
        fields["into"].error_messages["required"] = _("Choose the framework whose levels the file describes.")
        names = [(str(n), name or _now("Column %d") % (n + 1)) for n, name in enumerate(table.header)]
        for field, label in columns.labels(kind).items():
            fields[f"column_{field}"] = forms.ChoiceField(
                label=label,
                choices=[("", _("Not in the file")), *names],
                required=field in columns.NEEDED[kind],
                error_messages={"required": _("Choose the column that holds it.")},
            )

    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("column_")]

    def columns(self) -> dict[str, int]:
        picked = {name: self.cleaned_data[f"column_{name}"] for name in columns.labels(self.read_as)}
        return {name: int(place) for name, place in picked.items() if place}

    def choices(self) -> Choices:
        said = self.cleaned_data
        return Choices(self.columns(), said["into"], whole=said["whole"], codes_tell_tree=said["codes_tell_tree"])


def guess(table: Table, kind: str, rows: list[TableRow]) -> dict[str, Any]:
    """What the form begins with, as it would be sent: the likely columns and the likely framework."""
    found = columns.guess_columns(table.header, kind)
    into = (
        _likely_framework([row.cells[found["code"] if "code" in found else found["uri"]] for row in rows])
        if ("code" in found or "uri" in found)
        else None
    )
    said: dict[str, Any] = {f"column_{name}": str(place) for name, place in found.items()}
    said |= {"kind": kind, "sheet": table.sheet, "into": str(into.pk) if into else ""}
    if kind == columns.COMPETENCIES and columns.recognise(table.header) is columns.ONET and "parent_uri" not in found:
        said["codes_tell_tree"] = "on"
    return said


def sample(table: Table) -> list[TableRow]:
    """The first rows that can be read; where the file breaks off is said when all of it is looked at."""
    rows: list[TableRow] = []
    with suppress(Unreadable):
        for row in table.rows():
            if not row.problem:
                rows.append(row)
            if len(rows) == SAMPLE or row.number > 2 * SAMPLE:
                break
    return rows


def _likely_framework(keys: list[str]) -> Framework | None:
    """The framework that knows at least half of these keys."""
    wanted = {key.strip() for key in keys if key.strip()}
    known = Competency.objects.filter(key__in=wanted).order_by().values("framework")
    best = known.annotate(n=Count("pk")).order_by("-n", "-framework").first()
    if best is None or best["n"] * 2 < len(wanted):
        return None
    return Framework.objects.get(pk=best["framework"])
