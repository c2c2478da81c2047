"""Reading the HR directory's file: CSV as it comes out of HR systems, one row at a time.

Row numbers are those a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

COLUMNS = (
    "employee_id", "email", "full_name", "preferred_name", "job_title", "department", "location",
    "manager_employee_id", "timezone", "locale", "active",
)  # fmt: skip
MOST_ROWS = 200_000
LONGEST_LINE = 8 * 1024 * 1024
LONGEST_CELL = csv.field_size_limit()
SAVE_AS_UTF8 = "CSV UTF-8"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which row and column, and what to do about it."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = _("Row %(row)d") % {"row": self.row} if self.row else _("The file")
        return f"{place}, {self.column}: {self.message}" if self.column else f"{place}: {self.message}"


class Unreadable(Exception):
    """The file cannot be read from here on; `problem` says where and why."""

    def __init__(self, row: int, message: str, column: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(row, column, message)


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file: its cells by column, or what keeps them from being read."""

    row: int
    cells: dict[str, str]
    problem: Problem | None = None


def records(file: BinaryIO) -> Iterator[Record]:
    """Every row below the header; raises `Unreadable` where the file as a whole is wrong."""
    file.seek(0)
    lines = _Lines(file)
    header_line = next(lines, "")
    if not header_line.strip():
        raise Unreadable(0, _("It is empty. The first row names the columns: %s.") % ", ".join(COLUMNS))
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    header = _header(next(csv.reader([header_line], delimiter=delimiter)))
    yield from _below(lines, header, delimiter)


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


def _below(lines: _Lines, header: list[str], delimiter: str) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    row = 1
    while True:
        row += 1
        lines.row = row
        lines.seen = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Record(row, {}, _broken(row, lines, header, delimiter))
            continue
        if row > MOST_ROWS + 1:
            raise Unreadable(
                row,
                _("The file has more than %(most)s rows. Split it and import the parts one after the other.")
                % {"most": number_format(MOST_ROWS, force_grouping=True)},
            )
        if any(cells):
            yield _record(row, cells, header)


def _record(row: int, cells: list[str], header: list[str]) -> Record:
    if len(cells) == len(header):
        return Record(row, {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=True)})
    words = (
        _("It has %(cells)d cells, the first row has %(wanted)d. Put a cell that holds the separator in quotes.")
        if len(cells) > len(header)
        else _("It has only %(cells)d of %(wanted)d cells. Add the missing ones, empty where nothing is known.")
    )
    return Record(row, {}, Problem(row, "", words % {"cells": len(cells), "wanted": len(header)}))


def _broken(row: int, lines: _Lines, header: list[str], delimiter: str) -> Problem:
    """What the CSV reader stumbled over, when the next row can still be told apart."""
    column, closed = _long_cell(lines.seen, header, delimiter)
    if column and closed:
        return Problem(
            row,
            column,
            _("The cell is longer than %(most)s characters. Shorten it.")
            % {"most": number_format(LONGEST_CELL, force_grouping=True)},
        )
    if closed and lines.seen:
        return Problem(row, "", _("A quotation mark stands inside a cell. Double it, or put the whole cell in quotes."))
    raise Unreadable(row, _("A quotation mark that is opened here is not closed; what follows cannot be read."))


def _long_cell(line: str, header: list[str], delimiter: str) -> tuple[str, bool]:
    """The column of the cell that is too long, if any, and whether every quotation mark is closed."""
    column = start = 0
    quoted = False
    found = ""
    for mark in re.finditer(f'["{delimiter}]', line):
        if mark.group() == '"':
            quoted = not quoted
        elif not quoted:
            found = found or _named(header, column, mark.start() - start)
            column, start = column + 1, mark.end()
    return found or _named(header, column, len(line) - start), not quoted


def _named(header: list[str], column: int, length: int) -> str:
    return header[min(column, len(header) - 1)] if length > LONGEST_CELL else ""


class _Lines:
    """The file's lines as text, never more than one in memory, refusing what is not UTF-8."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.row = 1
        # What the row being read has brought so far; it may go over several lines.
        self.seen = ""
        self.read = 0
        start = file.read(4)
        file.seek(0)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
            raise Unreadable(0, _("It is written in UTF-16. Save it again as “%s”.") % SAVE_AS_UTF8)
        if start[:3] == b"\xef\xbb\xbf":
            self.read = file.seek(3)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) >= LONGEST_LINE:
            raise Unreadable(self.row, _("The row is longer than 8 MB. A quotation mark may be missing in it."))
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise self._not_utf8(line, error) from None
        self.read += len(line)
        self.seen += text
        return text

    def _not_utf8(self, line: bytes, error: UnicodeDecodeError) -> Unreadable:
        return Unreadable(
            self.row,
            _(
                "Byte %(position)d of the file (%(byte)s) is not UTF-8; the file is probably in Latin-1 or "
                "Windows-1252. Save it again as “%(format)s”."
            )
            % {
                "position": self.read + error.start + 1,
                "byte": f"0x{line[error.start]:02X}",
                "format": SAVE_AS_UTF8,
            },
        )
