"""Sheets of Excel workbooks (.xlsx): values only, formulas and links are never followed."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader

from .delimited import HEADER_WITHIN, LONGEST_CELL, too_many_columns, too_many_rows
from .parts import Limits, Problem, Table, TableRow, Unreadable, is_header

ZIP_START = b"PK\x03\x04"
# Excel until 2003, and today's workbooks with a password.
OLD_START = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 1000
MOST_SHEETS = 50
# Styles, names, themes: everything but the sheets and their texts.
MOST_UNPACKED_BESIDE = 2 * 1024 * 1024
# Reading takes its time by the elements, whatever the bytes: how many there may be in all parts together,
# in the shared texts, and in everything beside sheets and texts. A filled cell has two.
MOST_ELEMENTS = 1_000_000
MOST_ELEMENTS_OF_TEXTS = 300_000
MOST_ELEMENTS_BESIDE = 60_000
CHUNK = 1024 * 1024
SHEETS = "xl/worksheets/"
TEXTS = "xl/sharedstrings.xml"
# As many rows as a sheet can have; some programs fill the end with empty ones.
END_OF_SHEET = 1_048_576


def open_workbook(file: IO[bytes], limits: Limits, sheet: str = "") -> Table:
    """The table in one sheet: the one asked for, else the first with anything in it."""
    _guard(file)
    book = _opened(file)
    names = tuple(page.title for page in book.worksheets)
    sheet, header_row, header = _choose(book, names, limits, sheet)
    while header and not header[-1]:
        header.pop()

    def rows() -> Iterator[TableRow]:
        letters = 0
        for number, cells in _values(book, sheet, limits):
            if number <= header_row or not any(cells):
                continue
            if number > limits.rows + header_row:
                raise too_many_rows(number, limits.rows)
            # One text may stand in thousands of cells and be in the file once.
            letters += sum(map(len, cells))
            if letters > MOST_UNPACKED:
                raise _too_large()
            yield _counted(number, cells, header)

    return Table(tuple(header), header_row, rows, [], names, sheet)


def _guard(file: IO[bytes]) -> None:
    """Refuse what is large or takes long, by the archive's list of parts and the elements in each of them."""
    try:
        archive = zipfile.ZipFile(file)
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _broken(0) from None
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise _too_large()
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise Unreadable(0, _("It is not an Excel workbook. Bring a CSV file or an .xlsx workbook."))
    if sum(name.lower().startswith(SHEETS) and name.lower().endswith(".xml") for name in names) > MOST_SHEETS:
        raise _too_many_sheets()
    beside = [part for part in parts if not part.filename.lower().startswith((SHEETS, TEXTS))]
    if any(part.file_size > MOST_UNPACKED_BESIDE for part in beside):
        raise _too_large_beside()
    _guard_elements(archive, parts)


def _guard_elements(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    everywhere = texts = beside = 0
    for part in parts:
        name = part.filename.lower()
        for found in _elements(archive, part):
            everywhere += found
            texts += found * name.startswith(TEXTS)
            beside += found * (not name.startswith((SHEETS, TEXTS)))
            if everywhere > MOST_ELEMENTS or texts > MOST_ELEMENTS_OF_TEXTS:
                words = _("The workbook has more than about %(most)s cells. Save the sheet alone as “CSV UTF-8”.")
                raise Unreadable(0, words % {"most": number_format(MOST_ELEMENTS // 2, force_grouping=True)})
            if beside > MOST_ELEMENTS_BESIDE:
                raise _too_large_beside()


def _elements(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[int]:
    """How many elements begin in each piece of a part; never more of it than it says of itself is unpacked."""
    try:
        with archive.open(part) as unpacked:
            while piece := unpacked.read(CHUNK):
                yield piece.count(b"<") - piece.count(b"</")
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, NotImplementedError):
        raise _broken(0) from None


def _too_large() -> Unreadable:
    words = _("The workbook is larger than %(most)d MB unpacked. Save the sheet alone as “CSV UTF-8”.")
    return Unreadable(0, words % {"most": MOST_UNPACKED // 1024 // 1024})


def _too_large_beside() -> Unreadable:
    words = _(
        "The workbook holds much beside its tables: styles, pictures, names. Save the sheet alone as “CSV UTF-8”."
    )
    return Unreadable(0, words)


def _too_many_sheets() -> Unreadable:
    words = _("The workbook has more than %(most)d sheets. Save the one you mean as “CSV UTF-8”.")
    return Unreadable(0, words % {"most": MOST_SHEETS})


class _Reader(ExcelReader):
    """Opens the sheets with tables in them, each part once."""

    def read_worksheets(self) -> None:
        targets = [relation.target for _sheet, relation in self.parser.find_sheets()]
        if len(targets) > MOST_SHEETS:
            raise _too_many_sheets()
        if len(targets) > len(set(targets)):
            raise _broken(0)
        super().read_worksheets()

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """A chart holds no table."""


def _opened(file: IO[bytes]) -> Any:
    """The workbook, opened once for every reading of its sheets; it leaves the file open."""
    file.seek(0)
    try:
        reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
        reader.read()
    except Unreadable:
        raise
    except Exception:
        # Whatever the reader says about a file somebody made: to them it is a broken file.
        raise _broken(0) from None
    return reader.wb


def _choose(book: Any, names: tuple[str, ...], limits: Limits, wanted: str) -> tuple[str, int, list[str]]:
    for name in [wanted] if wanted in names else names:
        above = [(n, cells) for n, cells in islice(_values(book, name, limits), HEADER_WITHIN) if any(cells)]
        header = next((one for one in above if is_header(one[1])), above[0] if above else None)
        if header is None:
            continue
        if len(header[1]) > limits.columns:
            raise too_many_columns(header[0], len(header[1]), limits)
        if any(len(cell) > LONGEST_CELL for cell in header[1]):
            raise Unreadable(header[0], _cell_too_long())
        return name, header[0], [cell.strip() for cell in header[1]]
    raise Unreadable(0, _("It is empty. The first row names the columns."))


def _values(book: Any, sheet: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and texts, without the empty cells at its end."""
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
            raise _broken(number + 1) from None
        number += 1
        # A million rows may be empty above the last one.
        filled = 0 if values.count(None) == len(values) else len(values)
        while filled and values[filled - 1] is None:
            filled -= 1
        cells = [_text(value) for value in values[:filled]]
        while cells and not cells[-1]:
            cells.pop()
        yield number, cells


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
            return TableRow(number, (), Problem(number, column, _cell_too_long()))
    return TableRow(number, (*cells, *[""] * (len(header) - len(cells))))


def _cell_too_long() -> str:
    words = _("The cell is longer than %(most)s characters. Shorten it.")
    return words % {"most": number_format(LONGEST_CELL, force_grouping=True)}
