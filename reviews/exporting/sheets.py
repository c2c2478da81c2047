"""A workbook in bounded memory: every text stays text, whatever it begins with, and none is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from .columns import DAY, DECIMAL, MOMENT, NUMBER, TEXT, TRUTH, Column, in_sheet, moment

# What a sheet of XLSX can hold, its header aside.
MOST_SHEET_ROWS = 1_048_575
WIDEST = 60
FORMATS = {DAY: "yyyy-mm-dd", MOMENT: "yyyy-mm-dd hh:mm:ss"}


class CellTooLong(Exception):
    """A cell of XLSX cannot hold this text; CSV can."""


class Workbook:
    """Sheets are written one after the other, each row once; what is written meanwhile lies in `folder`."""

    def __init__(self, path: Path, folder: Path) -> None:
        options = {"constant_memory": True, "tmpdir": str(folder), "in_memory": False}
        self.book = xlsxwriter.Workbook(str(path), options)
        # No moment of writing inside, so that the same records give the same file.
        self.book.set_properties({"title": "StretchHub export", "created": datetime(2000, 1, 1, tzinfo=UTC)})
        self.bold = self.book.add_format({"bold": True})
        self.dates = {kind: self.book.add_format({"num_format": words}) for kind, words in FORMATS.items()}

    def sheet(self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """Write a whole sheet; how many rows it has."""
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            width = 20 if column.kind == MOMENT else max(12, len(column.name) + 2)
            sheet.set_column(number, number, WIDEST if column.name in ("meaning", "credit") else width)
            sheet.write_string(0, number, column.name, self.bold)
        writers = [self._writer(sheet, column) for column in columns]
        count = 0
        for count, row in enumerate(rows, start=1):
            for number, value in enumerate(row):
                if value is not None:
                    writers[number](count, number, value)
        return count

    def close(self) -> None:
        self.book.close()

    def _writer(self, sheet: Any, column: Column) -> Callable[[int, int, Any], Any]:
        """Never `write`, which makes formulas and links of text."""
        string = sheet.write_string

        def text(row: int, number: int, value: Any) -> None:
            if string(row, number, value if type(value) is str else str(value)) != 0:
                raise CellTooLong

        def day(row: int, number: int, value: Any) -> None:
            shown = in_sheet(column, value)
            if shown is None:
                string(row, number, moment(value) if column.kind == MOMENT else value.isoformat())
            else:
                sheet.write_datetime(row, number, shown, self.dates[column.kind])

        return {
            TEXT: text, TRUTH: sheet.write_boolean, NUMBER: sheet.write_number, DECIMAL: sheet.write_number,
            DAY: day, MOMENT: day,
        }[column.kind]  # fmt: skip
