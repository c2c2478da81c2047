"""Reading the HR directory's file: CSV as it comes out of HR systems, one row at a time.

Row numbers are those a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from stretchhub.tables import Problem, Unreadable
from stretchhub.tables.delimited import Lines, rows_below, separator

COLUMNS = (
    "employee_id", "email", "full_name", "preferred_name", "job_title", "department", "location",
    "manager_employee_id", "timezone", "locale", "active",
)  # fmt: skip
MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file: its cells by column, or what keeps them from being read."""

    row: int
    cells: dict[str, str]
    problem: Problem | None = None


def records(file: BinaryIO) -> Iterator[Record]:
    """Every row below the header; raises `Unreadable` where the file as a whole is wrong."""
    lines = Lines(file)
    header_line = next(lines, "")
    if not header_line.strip():
        raise Unreadable(0, _("It is empty. The first row names the columns: %s.") % ", ".join(COLUMNS))
    delimiter = separator(header_line)
    header = _header(next(csv.reader([header_line], delimiter=delimiter)))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    for row in rows_below(lines, reader, header, delimiter, most_rows=MOST_ROWS):
        cells = {name: " ".join(cell.split()) for name, cell in zip(header, row.cells, strict=False)}
        yield Record(row.number, cells, row.problem)


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Unreadable(
            1,
            _("Column missing: %(missing)s. Add it to the first row; columns are separated by commas or semicolons.")
            % {"missing": ", ".join(missing)},
            column=missing[0],
        )
    for name in COLUMNS:
        if names.count(name) > 1:
            raise Unreadable(1, _("This column is there twice. Remove one of them."), column=name)
    return names
