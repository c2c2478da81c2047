"""Statements that run so often that PostgreSQL plans them once for each connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection


def run(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows that this statement gives back; it names its parameters, `%(name)s`.

    Django has the driver put values into each statement, which is then parsed and planned anew.
    """
    with cursor_for_plans() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def cursor_for_plans() -> Any:
    """A cursor that hands PostgreSQL statement and values apart, so that the plan is kept."""
    # Where queries are logged, Django's own: of a statement that is kept apart from its values it would log nothing.
    if connection.vendor != "postgresql" or connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    # Prepared by the driver from the second time on (`prepare_threshold`).
    cursor = connection.Database.Cursor(connection.connection)
    return connection.make_cursor(cursor)
