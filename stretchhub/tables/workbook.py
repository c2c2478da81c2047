"""Sheets of Excel workbooks (.xlsx): values only, formulas and links are never followed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from .delimited import HEADER_WITHIN, LONGEST_CELL, too_many_columns, too_many_rows
from .parts import Limits, Problem, Table, TableRow, Unreadable, is_header

ZIP_START = b"PK\x03\x04"
# Excel until 2003, and today's workbooks with a password.
OLD_START = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 1000
# As many rows as a sheet can have; some programs fill the end with empty ones.
END_OF_SHEET = 1_048_576


def open_workbook(file: IO[bytes], limits: Limits, sheet: str = "") -> Table:
    """The table in one sheet: the one asked for, else the first with anything in it."""
    _guard(file)
    names, sheet, header_row, header = _choose(file, limits, sheet)
    while header and not header[-1]:
        header.pop()

    def rows() -> Iterator[TableRow]:
        for number, cells in _values(file, sheet, limits):
            if number <= header_row or not any(cells):
                continue
            if number > limits.rows + header_row:
                raise too_many_rows(number, limits.rows)
            yield _counted(number, cells, header)

    return Table(tuple(header), header_row, rows, [], names, sheet)


def _guard(file: IO[bytes]) -> None:
    """Refuse by what the archive says of itself, before anything is unpacked; more than it says never is."""
    try:
        parts = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Unreadable(0, _("The workbook is broken or cut off. Save it again and bring it whole.")) from None
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
        words = _("The workbook is larger than %(most)d MB unpacked. Save the sheet alone as “CSV UTF-8”.")
        raise Unreadable(0, words % {"most": MOST_UNPACKED // 1024 // 1024})
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Unreadable(0, _("It is not an Excel workbook. Bring a CSV file or an .xlsx workbook."))


def _choose(file: IO[bytes], limits: Limits, wanted: str) -> tuple[tuple[str, ...], str, int, list[str]]:
    names = _sheet_names(file)
    for name in [wanted] if wanted in names else names:
        above = [(n, cells) for n, cells in islice(_values(file, name, limits), HEADER_WITHIN) if any(cells)]
        header = next((one for one in above if is_header(one[1])), above[0] if above else None)
        if header is None:
            continue
        if len(header[1]) > limits.columns:
            raise too_many_columns(header[0], len(header[1]), limits)
        return names, name, header[0], [cell.strip() for cell in header[1]]
    raise Unreadable(0, _("It is empty. The first row names the columns."))


def _sheet_names(file: IO[bytes]) -> tuple[str, ...]:
    with _Opened(file) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def _values(file: IO[bytes], sheet: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and texts, without the empty cells at its end."""
    with _Opened(file) as book:
        page = book[sheet]
        # What a sheet says of its own size may be wrong.
        page.reset_dimensions()
        rows = page.iter_rows(max_row=END_OF_SHEET, max_col=limits.columns + 1, values_only=True)
        number = 0
        while True:
            try:
                values = next(rows)
            except StopIteration:
                return
            except Exception:
                # Whatever the reader says about a file somebody made: to them it is a broken file.
                raise _broken(number + 1) from None
            number += 1
            cells = [_text(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells


class _Opened:
    """A workbook open for reading, closed without closing the file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __enter__(self) -> Any:
        self.file.seek(0)
        try:
            self.book = load_workbook(self.file, read_only=True, data_only=True, keep_links=False)
        except Exception:
            raise _broken(0) from None
        return self.book

    def __exit__(self, *error: object) -> None:
        self.book.close()


def _broken(row: int) -> Unreadable:
    return Unreadable(row, _("The workbook is broken or cut off. Save it again and bring it whole."))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _counted(number: int, cells: list[str], header: list[str]) -> TableRow:
    if len(cells) > len(header):
        words = _("It has a value in column %(cells)d, where the header names only %(wanted)d columns. Take it away.")
        return TableRow(number, (), Problem(number, "", words % {"cells": len(cells), "wanted": len(header)}))
    for column, cell in zip(header, cells, strict=False):
        if len(cell) > LONGEST_CELL:
            words = _("The cell is longer than %(most)s characters. Shorten it.")
            most = number_format(LONGEST_CELL, force_grouping=True)
            return TableRow(number, (), Problem(number, column, words % {"most": most}))
    return TableRow(number, (*cells, *[""] * (len(header) - len(cells))))
