"""COPY of a queryset's own SQL, on PostgreSQL.

The server writes the rows as CSV; here each gets the export's code and CRLF at its end, and an apostrophe goes before
text that a spreadsheet could run. The bytes are those of the plain way, which tests compare.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from itertools import islice
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import F, Func, TextField
from django.db.models.functions import Cast

from stretchhub.cells import QUOTE, guarded, line

from .columns import DAY, MOMENT, TEXT, TRUTH, Column
from .scope import Scope
from .table import MadeTable, Table

# How many keys the first statement asks for, and any at the most; each next one is measured by the one before, so that
# progress is told again after about so many seconds.
FIRST, COPY_STRETCH = 5_000, 200_000
SECONDS = 0.4
BLOCK = 500
# A quote that opens a cell, then what is not plainly harmless. Text inside a cell doubles its quotes, and one that
# closes a cell is followed by a comma: so a comma or a line's end, a quote and neither of the two come together only
# where a cell begins.
OPENING = re.compile(rb'((?:^|[,\n])")([^A-Za-z0-9",\xc3][^"]*)')
# Each byte as it is where it parts cells, “a” where it may open a cell and “x” where that cell has to be looked at.
HARMLESS = string.ascii_letters.encode() + string.digits.encode() + b"\xc3"
KINDS = bytes(each if each in b',"' else ord("a" if each in HARMLESS else "x") for each in range(256))


class Formatted(Func):
    """A day or moment in the words of the file."""

    output_field = TextField()
    function = "to_char"

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        moment = self.extra["moment"]
        template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
        return super().as_sql(
            compiler, connection, template=template if moment else "to_char(%(expressions)s, 'YYYY-MM-DD')", **more
        )


def can_copy(table: Table) -> bool:
    """Whether rows can come straight from the database."""
    return connection.vendor == "postgresql" and not isinstance(table, MadeTable)


def copied(table: Table, scope: Scope, keys: Sequence[int], export_id: str) -> Iterator[tuple[bytes, int]]:
    """The rows of a table as CSV, block by block.

    The connection is the server's while it copies, so how many rows there were is told after each statement.
    """
    end = b"," + line([export_id]).encode()
    hidden = table.hidden(scope)
    start, stretch = 0, min(FIRST, COPY_STRETCH)
    while some := keys[start : start + stretch]:
        began = monotonic()
        yield from _copied(_statement(table, scope, some, hidden), end)
        start, stretch = start + stretch, next_stretch(stretch, monotonic() - began)


def next_stretch(keys: int, seconds: float) -> int:
    """How many keys after so many took so long; at most twice as many, for the server may plan more by another way."""
    wanted = int(keys * SECONDS / max(seconds, 0.001))
    return max(min(wanted, 2 * keys, COPY_STRETCH), min(FIRST, COPY_STRETCH))


def _copied(asked: tuple[str, Sequence[Any]], end: bytes) -> Iterator[tuple[bytes, int]]:
    statement, parameters = asked
    # The driver's own cursor: the one that writes queries down takes no parameters here.
    with connection.cursor() as cursor, cursor.cursor.copy(statement, parameters) as copy:
        count, lines = 0, iter(copy.read, b"")
        while rows := [row[:-1] for row in islice(lines, BLOCK)]:
            count += len(rows)
            yield _block(rows, end), 0
    yield b"", count


def _block(rows: list[Any], end: bytes) -> bytes:
    """The server gives row by row, each with a line feed at its end, which is left off here.

    Few blocks have a cell that has to be looked at, and to find out which takes a fraction of the search.
    """
    odd = b',"x' in b",".join([b"", *rows]).translate(KINDS)
    rows.append(b"")
    block = end.join(rows)
    return OPENING.sub(_guard, block) if odd else block


def _guard(found: re.Match[bytes]) -> bytes:
    text = found.group(2).decode()
    return found.group(1) + QUOTE.encode() + found.group(2) if guarded(text) != text else found.group(0)


def _statement(table: Table, scope: Scope, keys: Sequence[int], hidden: Sequence[int]) -> tuple[str, Sequence[Any]]:
    given = {f"y_{column.name}": _value(column) for column in table.own}
    sql, parameters = table.found(scope, keys, hidden).annotate(**given).values_list(*given).query.sql_with_params()
    names = ", ".join(f"c{number}" for number in range(len(table.own)))
    quoted = ", ".join(f"c{number}" for number, column in enumerate(table.own) if column.kind == TEXT)
    outer = f"SELECT * FROM ({sql}) AS t({names})"  # noqa: S608
    return f"COPY ({outer}) TO STDOUT WITH (FORMAT csv, FORCE_QUOTE ({quoted}))", parameters


def _value(column: Column) -> Any:
    value = F(f"x_{column.name}")
    if column.kind in (DAY, MOMENT):
        return Formatted(value, moment=column.kind == MOMENT)
    return Cast(value, TextField()) if column.kind == TRUTH else value
