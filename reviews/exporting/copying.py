"""COPY of a queryset's own SQL, on PostgreSQL.

One statement for a whole table, as a list of keys at a time would have the same tables read anew for each. The server
writes the rows as CSV; here each gets the export's code and CRLF at its end, and an apostrophe goes before text that a
spreadsheet could run. The bytes are those of the plain way, which tests compare.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, pairwise
from typing import Any

from django.db import transaction
from django.db.models import F, Func, QuerySet, TextField
from django.db.models.functions import Cast

from stretchhub.cells import QUOTE, guarded, line
from stretchhub.replica import reading

from .columns import DAY, MOMENT, TEXT, TRUTH, Column
from .scope import Scope
from .table import MadeTable, Table

BLOCK = 500
# So many rows that are kept back are named in one statement; where there are more, another begins after them.
MOST_HIDDEN = 50_000
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
    return reading().vendor == "postgresql" and not isinstance(table, MadeTable)


@contextmanager
def one_moment() -> Iterator[None]:
    """All that PostgreSQL is asked inside is as it was at one moment, so that rows are counted as they are copied.

    Inside somebody's transaction it is as that has it.
    """
    connection = reading()
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def copied(table: Table, scope: Scope, export_id: str) -> Iterator[tuple[bytes, int]]:
    """The rows of a table as CSV, block by block; the connection is the server's until the last."""
    end = b"," + line([export_id]).encode()
    hidden = table.hidden(scope)
    cuts = (None, *hidden[MOST_HIDDEN - 1 :: MOST_HIDDEN], None)
    for number, (after, until) in enumerate(pairwise(cuts)):
        here = hidden[number * MOST_HIDDEN : (number + 1) * MOST_HIDDEN]
        yield from _copied(_statement(table, table.between(scope, after, until, here)), end)


def _copied(asked: tuple[str, Sequence[Any]], end: bytes) -> Iterator[tuple[bytes, int]]:
    statement, parameters = asked
    # The driver's own cursor: the one that writes queries down takes no parameters here.
    with reading().cursor() as cursor, cursor.cursor.copy(statement, parameters) as copy:
        lines = iter(copy.read, b"")
        while rows := [row[:-1] for row in islice(lines, BLOCK)]:
            yield _block(rows, end), len(rows)


def _block(rows: list[Any], end: bytes) -> bytes:
    """The server gives row by row, each with a line feed at its end, which is left off here.

    Few blocks have a cell that has to be looked at, and to find out which takes a fraction of the search.
    """
    odd = b',"x' in b",".join([b"", *rows]).translate(KINDS)
    block = end.join((*rows, b""))
    return OPENING.sub(_guard, block) if odd else block


def _guard(found: re.Match[bytes]) -> bytes:
    text = found.group(2).decode()
    return found.group(1) + QUOTE.encode() + found.group(2) if guarded(text) != text else found.group(0)


def _statement(table: Table, rows: QuerySet) -> tuple[str, Sequence[Any]]:
    given = {f"y_{column.name}": _value(column) for column in table.own}
    sql, parameters = rows.annotate(**given).values_list(*given).query.sql_with_params()
    names = ", ".join(f"c{number}" for number in range(len(table.own)))
    quoted = ", ".join(f"c{number}" for number, column in enumerate(table.own) if column.kind == TEXT)
    outer = f"SELECT * FROM ({sql}) AS t({names})"  # noqa: S608
    return f"COPY ({outer}) TO STDOUT WITH (FORMAT csv, FORCE_QUOTE ({quoted}))", parameters


def _value(column: Column) -> Any:
    value = F(f"x_{column.name}")
    if column.kind in (DAY, MOMENT):
        return Formatted(value, moment=column.kind == MOMENT)
    return Cast(value, TextField()) if column.kind == TRUTH else value
