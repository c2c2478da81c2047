"""A workbook in bounded memory: every text stays text, whatever it begins with, and none is cut."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import Worksheet

from .columns import DAY, DECIMAL, MOMENT, NUMBER, TEXT, TRUTH, Column, in_sheet, moment

# What a sheet of XLSX can hold, its header aside.
MOST_SHEET_ROWS = 1_048_575
WIDEST = 60
FORMATS = {DAY: "yyyy-mm-dd", MOMENT: "yyyy-mm-dd hh:mm:ss"}


class CellTooLong(Exception):
    """A cell of XLSX cannot hold this text; CSV can."""


# Any day would do, so that the same records give the same file.
NO_DAY = (1980, 1, 31, 0, 0, 0)
PIECE = 65536


class Packing:
    """How many percent are done of what comes after the last row: the rows are put into sheets, then packed."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.tell, self.total, self.done = tell, 1, 0

    def began(self, length: int) -> None:
        self.total, self.done = 2 * length or 1, 0
        self.tell(0)

    def add(self, length: int) -> None:
        self.done += length
        self.tell(min(self.done * 100 // self.total, 100))


class Counted:
    """Rows of a sheet that wait on the disk, and say how much of them was read."""

    def __init__(self, file: Any, packing: Packing) -> None:
        self.file, self.packing = file, packing

    def read(self, length: int) -> str:
        piece = self.file.read(length)
        self.packing.add(len(piece))
        return piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


class Sheet(Worksheet):
    packing: Packing

    def _write_optimized_sheet_data(self) -> None:
        self.row_data_fh: Any = Counted(self.row_data_fh, self.packing)
        super()._write_optimized_sheet_data()


class Parts(Packager):
    """Writes the parts of a workbook and hands them over instead of having them packed."""

    def _create_package(self) -> list[Any]:
        self.workbook.parts = super()._create_package()
        return []


class Book(xlsxwriter.Workbook):
    parts: list[tuple[str, str, bool]]

    def _get_packager(self) -> Packager:
        return Parts()


class Workbook:
    """Sheets are written one after the other, each row once; what is written meanwhile lies in `folder`.

    `packed` hears how many percent are done of what is left after the last row, which takes as long as the rows.
    """

    def __init__(self, path: Path, folder: Path, packed: Callable[[int], None] = lambda percent: None) -> None:
        options = {"constant_memory": True, "tmpdir": str(folder), "in_memory": False}
        self.path, self.packing = path, Packing(packed)
        self.book = Book(str(path), options)
        # No moment of writing inside, so that the same records give the same file.
        self.book.set_properties({"title": "StretchHub export", "created": datetime(2000, 1, 1, tzinfo=UTC)})
        self.bold = self.book.add_format({"bold": True})
        self.dates = {kind: self.book.add_format({"num_format": words}) for kind, words in FORMATS.items()}

    def sheet(self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """Write a whole sheet; how many rows it has."""
        sheet = self.book.add_worksheet(title, worksheet_class=Sheet)
        sheet.packing = self.packing
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
        sheets = self.book.worksheets()
        self.packing.began(sum(os.stat(sheet.row_data_filename).st_size for sheet in sheets))
        # This leaves an empty archive at the place of the file.
        self.book.close()
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, name, _binary in self.book.parts:
                self._pack(archive, Path(place), name)

    def _pack(self, archive: zipfile.ZipFile, part: Path, name: str) -> None:
        info = zipfile.ZipInfo(name, NO_DAY)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        # Told beforehand, a part of more than 2 GB gets the room that its numbers need.
        info.file_size = part.stat().st_size
        with part.open("rb") as source, archive.open(info, "w") as member:
            while piece := source.read(PIECE):
                member.write(piece)
                self.packing.add(len(piece))
        part.unlink()

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
