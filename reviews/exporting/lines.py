"""A table as blocks of CSV or of JSON lines, each with the number of rows in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice

from stretchhub.cells import line

from .columns import Column, as_json, as_text
from .copying import can_copy, copied
from .scope import Scope
from .table import STRETCH, Row, Table

Blocks = Iterator[tuple[bytes, int]]


def csv_blocks(table: Table, scope: Scope, keys: Sequence[int], export_id: str) -> Blocks:
    """The header, then the rows: all of them by COPY where the database has it, with the same bytes everywhere."""
    yield line(column.name for column in table.columns).encode(), 0
    if can_copy(table):
        yield from copied(table, scope, export_id)
    else:
        yield from plain_csv(table.columns, _with_id(table.rows(scope, keys), export_id))


def plain_csv(columns: Sequence[Column], rows: Iterator[Row]) -> Blocks:
    def said(row: Row) -> str:
        return line(map(as_text, columns, row))

    yield from _blocks(map(said, rows))


def json_blocks(table: Table, scope: Scope, keys: Sequence[int], export_id: str) -> Blocks:
    """One object a line, by the same headers."""
    yield from plain_json(table.columns, _with_id(table.rows(scope, keys), export_id))


def plain_json(columns: Sequence[Column], rows: Iterator[Row]) -> Blocks:
    names = [column.name for column in columns]

    def said(row: Row) -> str:
        values = dict(zip(names, map(as_json, columns, row), strict=True))
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"

    yield from _blocks(map(said, rows))


def _with_id(rows: Iterator[Row], export_id: str) -> Iterator[Row]:
    return ((*row, export_id) for row in rows)


def _blocks(lines: Iterator[str]) -> Blocks:
    while block := list(islice(lines, STRETCH)):
        yield "".join(block).encode(), len(block)
