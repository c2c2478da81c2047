"""What a table read from a file consists of: its header, its rows, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _


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
class TableRow:
    """One row below the header: as many cells as the header has, or what keeps them from being read."""

    number: int
    cells: tuple[str, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a table is read; what is beyond is refused with its number."""

    rows: int = 50_000
    columns: int = 200


@dataclass
class Table:
    """A table in a file. `rows` reads the file from the beginning each time and holds one row at a time.

    `notes` are what a person should know of how it was read; `sheets` the names to choose from
    where the file is a workbook, `sheet` the one that is read.
    """

    header: tuple[str, ...]
    header_row: int
    rows: Callable[[], Iterator[TableRow]]
    notes: list[str] = field(default_factory=list)
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def is_header(cells: tuple[str, ...] | list[str]) -> bool:
    """Whether these cells can name columns: titles and empty lines above the header do not."""
    return sum(1 for cell in cells if cell.strip()) > 1
