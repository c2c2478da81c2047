"""The data dictionary, and the page that says what a file is: both go with every workbook and archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from stretchhub.cells import line

from .columns import TEXT, Column
from .credits import CREDIT_COLUMNS
from .table import Table
from .tables import TABLES

DICTIONARY_COLUMNS = (
    Column("table", TEXT, "Table that the column belongs to."),
    Column("column", TEXT, "Header of the column."),
    Column("type", TEXT, "Type of its values."),
    Column("meaning", TEXT, "What it means."),
    Column("unit", TEXT, "Unit of its values.", empty="may be an empty text"),
    Column("when_empty", TEXT, "When a value is empty."),
)
ABOUT_COLUMNS = (
    Column("item", TEXT, "What is said here: the export, a filter, or how many rows a table has."),
    Column("value", TEXT, "What it is."),
)


@dataclass(frozen=True)
class Leaf:
    """A small table that goes with the others and is not of the records."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]


def dictionary_rows(tables: Iterable[Table] = ()) -> Iterator[tuple[str, ...]]:
    """One row a column, of these tables and of the small ones beside them; of all tables where none is named."""
    for table in tuple(tables) or TABLES.values():
        yield from _explained(table.name, table.columns)
    yield from _explained("dictionary", DICTIONARY_COLUMNS)
    yield from _explained("credits", CREDIT_COLUMNS)
    yield from _explained("about", ABOUT_COLUMNS)


def _explained(name: str, columns: Iterable[Column]) -> Iterator[tuple[str, ...]]:
    return ((name, each.name, each.kind, each.meaning, each.unit, each.empty) for each in columns)


def dictionary_lines() -> Iterator[str]:
    """The whole dictionary as CSV."""
    yield line(column.name for column in DICTIONARY_COLUMNS)
    for row in dictionary_rows():
        yield line(row)


def about_rows(export_id: str, chosen: Mapping[str, str], counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Which export this is, what narrows it, and how many rows each table has."""
    yield ("export_id", export_id)
    yield from ((f"filter: {name}", value) for name, value in chosen.items())
    yield from ((f"rows: {name}", str(number)) for name, number in counts.items())
