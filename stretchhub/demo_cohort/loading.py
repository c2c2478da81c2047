"""Tables that are filled at once: on PostgreSQL without indexes and keys meanwhile, which are all there at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from .copying_sql import on_postgresql, quoted

CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype
    FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC, oid
"""
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'x'))
"""


@contextmanager
def at_once(models: Sequence[type[Model]]) -> Iterator[None]:
    """Within one transaction: PostgreSQL checks every key over all rows at the end, in one pass instead of row by row.

    Where any row breaks one nothing is written, and nobody else ever sees the tables without their keys.
    """
    if not on_postgresql():
        yield
        return
    tables = [[quoted(model._meta.db_table) for model in models]]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '128MB'")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(CONSTRAINTS, tables)
        constraints = cursor.fetchall()
        cursor.execute(INDEXES, tables)
        indexes = cursor.fetchall()
        for table, name, _definition, _kind in sorted(constraints, key=lambda row: row[3]):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition, _kind in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def set_sequences(models: Sequence[type[Model]]) -> None:
    """The next row comes after the last one that was written with a number of its own."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
