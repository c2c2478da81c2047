"""One row of a framework's file on its own: the competency it describes, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from stretchhub.tables import Problem, TableRow

from ..models.competency import LEVELS

LONGEST = {"uri": 500, "code": 500, "name": 300, "type": 80, "description": 20_000, "scope_note": 20_000}
LONGEST_LABELS = 20_000
LONGEST_LEVEL = 4_000
CURRENT = {"", "released", "active", "current", "valid", "published", "adopted", "approved", "draft", "proposed"}
RETIRED = {"obsolete", "deprecated", "retired", "withdrawn", "superseded", "inactive", "archived"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Item:
    """One competency as its row describes it; what no column was chosen for is not there."""

    row: int
    key: str
    name: str
    # Field of a competency: its value, for each column that was chosen.
    fields: Mapping[str, str]
    parents: tuple[str, ...] = ()
    retired: bool = False
    levels: Mapping[int, str] = field(default_factory=dict)


class Reader:
    """Reads rows by the columns chosen; `header` gives problems the names people see in their file."""

    def __init__(self, header: Sequence[str], columns: Mapping[str, int]) -> None:
        self.header = header
        self.columns = columns

    def cell(self, row: TableRow, name: str) -> str:
        place = self.columns.get(name)
        return row.cells[place].strip() if place is not None else ""

    def key(self, row: TableRow) -> str:
        """What the source calls it for good: its code, else its address, else its name."""
        names = [name for name in ("code", "uri") if name in self.columns] or ["name"]
        return next((value for name in names if (value := _line(self.cell(row, name)))), "")

    def column(self, name: str) -> str:
        return self.header[self.columns[name]] if name in self.columns else ""

    def wrong(self, row: TableRow) -> list[Problem]:
        if row.problem:
            return [row.problem]
        return [Problem(row.number, self.column(name), words) for name, words in self._wrong(row)]

    def _wrong(self, row: TableRow) -> Iterator[tuple[str, str]]:
        if not self.cell(row, "name"):
            yield "name", _("It is empty. Give the competency a name.")
        if not self.key(row):
            yield (
                "code" if "code" in self.columns else "uri",
                _("It is empty. Each competency needs its code or address."),
            )
        for name in self.columns:
            value = self.cell(row, name)
            most = self._most(name)
            if len(value) > most:
                yield name, too_long(value, most)
            elif CONTROL.search(value):
                yield name, _("It holds a control character that cannot be seen. Type the cell again.")
        status = self.cell(row, "status").lower()
        if status not in CURRENT | RETIRED:
            words = _("“%s” is not a status we know. Write current or retired.")
            yield "status", words % status[:SHOWN]

    @staticmethod
    def _most(name: str) -> int:
        if name.startswith("level_"):
            return LONGEST_LEVEL
        return LONGEST.get(name, LONGEST_LABELS)

    def read(self, row: TableRow) -> Item:
        """The competency that a row without problems describes."""
        name = _line(self.cell(row, "name"))
        fields = {"name": name}
        if "uri" in self.columns:
            fields["uri"] = _line(self.cell(row, "uri"))
        if "type" in self.columns:
            fields["kind"] = _line(self.cell(row, "type"))
        if "alt_labels" in self.columns:
            fields["alt_labels"] = other_names(self.cell(row, "alt_labels"), name)
        if {"description", "scope_note"} & set(self.columns):
            parts = (self.cell(row, "description"), self.cell(row, "scope_note"))
            fields["description"] = "\n\n".join(_text(part) for part in parts if part)
        levels = {level: self.cell(row, f"level_{level}") for level in LEVELS}
        return Item(
            row=row.number,
            key=self.key(row),
            name=name,
            fields=fields,
            parents=tuple(dict.fromkeys(several(self.cell(row, "parent_uri")))),
            retired=self.cell(row, "status").lower() in RETIRED,
            levels={level: _text(words) for level, words in levels.items() if words},
        )


def too_long(value: str, most: int) -> str:
    return _("It is %(length)s characters long. At most %(most)s are kept: shorten it.") % {
        "length": number_format(len(value), force_grouping=True),
        "most": number_format(most, force_grouping=True),
    }


def several(cell: str) -> list[str]:
    """The entries of a cell that lists several: one a line, or separated by “|”."""
    return [part for piece in re.split(r"\||[\r\n]+", cell) if (part := " ".join(piece.split()))]


def other_names(cell: str, name: str) -> str:
    """Other names, one a line, each once, without the name itself."""
    found: dict[str, str] = {}
    for label in several(cell):
        found.setdefault(label.lower(), label)
    found.pop(name.lower(), None)
    return "\n".join(found.values())


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
