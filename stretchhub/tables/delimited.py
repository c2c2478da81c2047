"""CSV as it comes out of other programs, one row at a time.

Row numbers are those a spreadsheet shows: a cell with line breaks in it is still in one row.
"""

from __future__ import annotations

import codecs
import csv
import re
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .parts import Limits, Problem, Table, TableRow, Unreadable, is_header

LONGEST_LINE = 8 * 1024 * 1024
LONGEST_CELL = csv.field_size_limit()
SAVE_AS_UTF8 = "CSV UTF-8"
HEADER_WITHIN = 10
CHUNK = 64 * 1024
IN_MEMORY = 8 * 1024 * 1024
DELIMITERS = ",;\t"
BOM_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_delimited(file: IO[bytes], limits: Limits) -> Table:
    """The table in a CSV file of any usual encoding, separated by commas, semicolons or tabs."""
    file, notes = as_utf8(file)
    header_row, header, delimiter = _find_header(file, limits)

    def rows() -> Iterator[TableRow]:
        lines = Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        for _above in islice(reader, header_row):
            pass
        yield from rows_below(lines, reader, header, delimiter, most_rows=limits.rows, after=header_row)

    return Table(tuple(header), header_row, rows, notes)


def _find_header(file: IO[bytes], limits: Limits) -> tuple[int, list[str], str]:
    """The first row that names several columns, else the first with anything in it."""
    found = [(*header, delimiter) for delimiter in _likely(file) if (header := _first_header(file, delimiter))]
    if not found:
        if any(line.strip() for line in Lines(file)):
            raise Unreadable(1, _("A quotation mark that is opened here is not closed; what follows cannot be read."))
        raise Unreadable(0, _("It is empty. The first row names the columns."))
    row, header, delimiter = max(found, key=lambda one: (is_header(one[1]), -one[0], len(one[1])))
    if len(header) > limits.columns:
        raise too_many_columns(row, len(header), limits)
    return row, [cell.strip() for cell in header], delimiter


def _first_header(file: IO[bytes], delimiter: str) -> tuple[int, list[str]] | None:
    reader = csv.reader(Lines(file), delimiter=delimiter, strict=True)
    filled = None
    try:
        for row, cells in enumerate(islice(reader, HEADER_WITHIN), start=1):
            if is_header(cells):
                return row, cells
            if any(cell.strip() for cell in cells):
                filled = filled or (row, cells)
    except csv.Error:
        pass
    return filled


def _likely(file: IO[bytes]) -> list[str]:
    """The separators that stand in the first lines; a comma where there is none."""
    file.seek(0)
    start = b"".join(file.readline(LONGEST_LINE) for _line in range(HEADER_WITHIN))
    return [mark for mark in DELIMITERS if mark.encode() in start] or [","]


def too_many_columns(row: int, columns: int, limits: Limits) -> Unreadable:
    words = _("It has %(columns)d columns; at most %(most)d are read. Take away those that are not needed.")
    return Unreadable(row, words % {"columns": columns, "most": limits.columns})


def too_many_rows(row: int, most: int) -> Unreadable:
    words = _("The file has more than %(most)s rows. Split it and import the parts one after the other.")
    return Unreadable(row, words % {"most": number_format(most, force_grouping=True)})


def separator(line: str) -> str:
    """What separates the cells of a header line: a comma, unless another stands there more often."""
    return max(",;", key=line.count)


def rows_below(
    lines: Lines, reader: Iterator[list[str]], header: list[str], delimiter: str, *, most_rows: int, after: int = 1
) -> Iterator[TableRow]:
    """Every row that has anything in it, after row `after`; raises `Unreadable` where no next one can be told."""
    row = after
    while True:
        row += 1
        lines.row = row
        lines.seen = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield TableRow(row, (), _broken(row, lines, header, delimiter))
            continue
        if row > most_rows + after:
            raise too_many_rows(row, most_rows)
        if any(cells):
            yield _counted(row, cells, header)


def _counted(row: int, cells: list[str], header: list[str]) -> TableRow:
    if len(cells) == len(header):
        return TableRow(row, tuple(cells))
    words = (
        _("It has %(cells)d cells, the first row has %(wanted)d. Put a cell that holds the separator in quotes.")
        if len(cells) > len(header)
        else _("It has only %(cells)d of %(wanted)d cells. Add the missing ones, empty where nothing is known.")
    )
    return TableRow(row, (), Problem(row, "", words % {"cells": len(cells), "wanted": len(header)}))


def _broken(row: int, lines: Lines, header: list[str], delimiter: str) -> Problem:
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


class Lines:
    """The file's lines as text, never more than one in memory, refusing what is not UTF-8."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.row = 1
        # What the row being read has brought so far; it may go over several lines.
        self.seen = ""
        self.read = 0
        file.seek(0)
        start = file.read(4)
        file.seek(0)
        if start[:2] in BOM_UTF16 or b"\x00" in start:
            raise Unreadable(0, _("It is written in UTF-16. Save it again as “%s”.") % SAVE_AS_UTF8)
        if start[:3] == codecs.BOM_UTF8:
            self.read = file.seek(3)

    def __iter__(self) -> Lines:
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
        if error.reason == "unexpected end of data":
            return Unreadable(self.row, _("The file ends in the middle of a letter: it was cut off. Bring it whole."))
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


def as_utf8(file: IO[bytes]) -> tuple[IO[bytes], list[str]]:
    """The same file in UTF-8, written anew where it is in something else, and what a person should know of it."""
    file.seek(0)
    if file.read(2) in BOM_UTF16:
        return _written_anew(file, "utf-16"), []
    position = _not_utf8_at(file)
    if position is None:
        return file, []
    encoding, name = _single_byte(file)
    words = _(
        "The file is not in UTF-8 (byte %(position)s), so it was read as %(encoding)s. Look at names with accents "
        "before you save; where they are wrong, save the file again as “%(format)s”."
    )
    known = {"position": number_format(position, force_grouping=True), "encoding": name, "format": SAVE_AS_UTF8}
    return _written_anew(file, encoding), [words % known]


def _not_utf8_at(file: IO[bytes]) -> int | None:
    """Where the file stops being UTF-8; a letter cut off at its very end does not count."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    while chunk := file.read(CHUNK):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return done - waiting + error.start + 1
        done += len(chunk)
    return None


def _single_byte(file: IO[bytes]) -> tuple[str, str]:
    """Windows-1252, unless the file holds bytes that only Latin-1 knows."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        try:
            chunk.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1", "Latin-1"
    return "cp1252", "Windows-1252"


def _written_anew(file: IO[bytes], encoding: str) -> IO[bytes]:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    anew: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        while chunk := file.read(CHUNK):
            anew.write(decoder.decode(chunk).encode())
        anew.write(decoder.decode(b"", final=True).encode())
    except UnicodeError:
        raise Unreadable(0, _("It is broken or cut off. Save it again as “%s”.") % SAVE_AS_UTF8) from None
    return anew
