"""Which tables are asked for, and how many rows each would have."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField, Count, Value

from .scope import Scope
from .table import Table
from .tables import TABLES


def chosen_tables(names: Iterable[str]) -> tuple[Table, ...]:
    """The tables of these names, in the order of a workbook."""
    wanted = set(names)
    return tuple(table for name, table in TABLES.items() if name in wanted)


def counts(scope: Scope, tables: Iterable[Table]) -> dict[str, int]:
    """How many rows each table would have now; one query for those with a row a record."""
    tables = tuple(tables)
    plain = [table for table in tables if table.one_each]
    found = dict.fromkeys((table.name for table in tables), 0)
    if plain:
        first, *rest = (_counted(table, scope) for table in plain)
        found |= dict(first.union(*rest, all=True).values_list("table", "number"))
    return found | {each.name: each.count(scope, each.keys(scope)) for each in tables if not each.one_each}


def _counted(table: Table, scope: Scope):
    named = table.chosen(scope).order_by().annotate(table=Value(table.name, output_field=CharField()))
    return named.values("table").annotate(number=Count("pk"))
