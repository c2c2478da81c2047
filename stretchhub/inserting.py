"""New rows, by statements that are put together once a process and planned once a connection.

How a value is kept is Django's own business: its fields prepare each of them. Only the SQL text, which is the same
every time, is not made anew. Models here have no signals, and no parents whose rows would have to be written first.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from .prepared import run

# Rows of one statement: PostgreSQL keeps a plan for each number of them.
BATCH = 20

Row = TypeVar("Row", bound=Model)


def insert(row: Row) -> Row:
    """Write this row and give it its number."""
    [(row.pk,)] = _write([row], "")
    row._state.adding, row._state.db = False, connection.alias
    return row


def insert_new(rows: Sequence[Model]) -> list[int]:
    """Write those that no unique key of theirs stands against; the numbers of those that were written.

    Where another transaction is about to write the same key it is waited for.
    """
    written = []
    for start in range(0, len(rows), BATCH):
        written += [pk for (pk,) in _write(rows[start : start + BATCH], "ON CONFLICT DO NOTHING")]
    return written


def _write(rows: Sequence[Model], unless: str) -> list[tuple[Any, ...]]:
    statement = _statement(type(rows[0]), len(rows), unless)
    return run(statement, {f"v{place}": value for place, value in enumerate(_values(rows))})


@functools.cache
def _statement(model: type[Model], rows: int, unless: str) -> str:
    quoted, columns = connection.ops.quote_name, [field.column for field in _fields(model)]
    lines = (range(start, start + len(columns)) for start in range(0, rows * len(columns), len(columns)))
    values = ", ".join(f"({', '.join(f'%(v{place})s' for place in line)})" for line in lines)
    into = f"{quoted(model._meta.db_table)} ({', '.join(map(quoted, columns))})"
    number = quoted(model._meta.pk.column)  # type: ignore[union-attr]
    return f"INSERT INTO {into} VALUES {values} {unless} RETURNING {number}"  # noqa: S608 (no value stands in it)


def _values(rows: Sequence[Model]) -> Iterator[Any]:
    fields = _fields(type(rows[0]))
    for row in rows:
        for field in fields:
            value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
            # A choice is a word with more to it than the driver needs to know.
            yield str(value) if isinstance(value, str) else value


@functools.cache
def _fields(model: type[Model]) -> tuple[Any, ...]:
    """All columns but the number, which the database gives."""
    return tuple(field for field in model._meta.concrete_fields if field is not model._meta.pk)
