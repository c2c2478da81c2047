"""What the pages of exports show: a preview with its exact count, one line an export, who fetched it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from assignments.models import Status
from stretchhub.audit.models import AuditEntry
from stretchhub.people.models import User
from stretchhub.templatetags.words import day

from .exporting import TABLES, Scope, chosen_tables, counts
from .exporting.columns import Column
from .models import Export, ExportStatus, ReviewCycle

MARKS = {
    ExportStatus.QUEUED: "waiting",
    ExportStatus.RUNNING: "running",
    ExportStatus.COMPLETE: "done",
    ExportStatus.FAILED: "failed",
    ExportStatus.EXPIRED: "closed",
}
PEOPLE = ("manager", "mentor", "sponsor")
LABELS = {
    "cycle": gettext_lazy("Review cycle"),
    "since": gettext_lazy("Running from"),
    "until": gettext_lazy("Running until"),
    "department": gettext_lazy("Department"),
    "manager": gettext_lazy("Line manager"),
    "mentor": gettext_lazy("Mentor"),
    "sponsor": gettext_lazy("Sponsor"),
    "state": gettext_lazy("State"),
    "signed_off": gettext_lazy("Signed off"),
    "active": gettext_lazy("Active"),
}
SAID = {
    ("signed_off", "yes"): gettext_lazy("Reviews are final"),
    ("signed_off", "no"): gettext_lazy("Not yet"),
    ("active", "yes"): gettext_lazy("Mentee is active"),
    ("active", "no"): gettext_lazy("Mentee has left"),
}


@dataclass(frozen=True)
class TableLine:
    """One table of a file: what a row is, how many there are, and its columns."""

    title: str
    grain: str
    rows: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Preview:
    tables: tuple[TableLine, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


@dataclass(frozen=True)
class ExportLine:
    """One export in the list."""

    export: Export
    tables: str
    mark: str

    @property
    def rows(self) -> int:
        complete = self.export.status in (ExportStatus.COMPLETE, ExportStatus.EXPIRED)
        return self.export.rows_written if complete else self.export.rows_expected

    @property
    def tables_counted(self) -> list[tuple[str, int]]:
        """How many rows of each table the file has."""
        counts = self.export.counts
        return [(table.title, counts[name]) for name, table in TABLES.items() if name in counts]


def preview_of(scope: Scope, names: Iterable[str]) -> Preview:
    """What would be written now, to the row."""
    tables = chosen_tables(names)
    number = counts(scope, tables)
    return Preview(tuple(TableLine(each.title, each.grain, number[each.name], each.columns) for each in tables))


def line_of(export: Export) -> ExportLine:
    titles = ", ".join(TABLES[name].title for name in export.tables if name in TABLES)
    return ExportLine(export, titles, MARKS[ExportStatus(export.status)])


def filter_words(scope: Scope) -> list[tuple[str, str]]:
    """What narrows an export, as label and value; people by name, also those who have left."""
    chosen = scope.chosen()
    codes = [chosen[name] for name in PEOPLE if name in chosen]
    people = {str(each.code): each.name for each in User.objects.filter(code__in=codes)} if codes else {}
    return [(str(LABELS[name]), _value(name, value, people)) for name, value in chosen.items()]


def _value(name: str, value: str, people: dict[str, str]) -> str:
    if name in PEOPLE:
        return people.get(value, value)
    if name == "cycle":
        return ReviewCycle.objects.filter(code=value).values_list("name", flat=True).first() or value
    if name in ("since", "until"):
        return day(date.fromisoformat(value))
    if name == "state":
        return str(Status(value).label)
    return str(SAID.get((name, value), value))


def fetches_of(export: Export) -> list[Any]:
    """Who fetched the file and when, the latest first; the last ten."""
    fetched = AuditEntry.objects.filter(
        object_type=Export._meta.label_lower, object_id=export.pk, verb="export.downloaded"
    )
    return list(fetched.newest_first()[:10])
