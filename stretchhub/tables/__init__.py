"""Tables that people bring as a file: CSV, or a sheet of an Excel workbook, read one row at a time.

    table = open_table(file)
    for row in table.rows():
        row.problem or row.cells

Nothing of the file is believed: size, encoding, quotation marks and archives are looked at first.
"""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _

from .delimited import open_delimited
from .parts import Limits, Problem, Table, TableRow, Unreadable
from .workbook import OLD_START, ZIP_START, open_workbook

__all__ = ["Limits", "Problem", "Table", "TableRow", "Unreadable", "open_table"]

USUAL = Limits()


def open_table(file: IO[bytes], *, sheet: str = "", limits: Limits = USUAL) -> Table:
    """The table in this file; raises `Unreadable` where there is none.

    Reading its rows raises `Unreadable` too, where the file breaks off.
    """
    file.seek(0)
    start = file.read(4)
    if start == OLD_START:
        raise Unreadable(
            0, _("It is an Excel file of the old kind, or one with a password. Save it as .xlsx without a password.")
        )
    return open_workbook(file, limits, sheet) if start == ZIP_START else open_delimited(file, limits)
