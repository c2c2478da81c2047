"""Statements that run so often that PostgreSQL plans them once for each connection."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from django.db import connection


def run(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows that this statement gives back; it names its parameters, `%(name)s`.

    Django has the driver put values into each statement, which is then parsed and planned anew.
    """
    with nullcontext(_kept_cursor()) if plans_are_kept() else connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def cursor_for_plans() -> Any:
    """A cursor that hands PostgreSQL statement and values apart, so that the plan is kept."""
    # Prepared by the driver from the second time on (`prepare_threshold`).
    return _cursor("Cursor") if plans_are_kept() else connection.cursor()


def raw_cursor() -> Any:
    """The same for statements whose values are $1, $2, where plans are kept: the driver has nothing to read in them."""
    return _cursor("RawCursor")


def plans_are_kept() -> bool:
    """Not where queries are logged: of a statement that is kept apart from its values Django would log nothing."""
    return connection.vendor == "postgresql" and not connection.queries_logged


class _Kept(threading.local):
    """Each thread has a connection of its own."""

    connection: Any = None
    cursor: Any = None


_kept = _Kept()


def _kept_cursor() -> Any:
    """The same for all statements of a connection; another where that was closed meanwhile."""
    stand()
    if _kept.connection is not connection.connection:
        _kept.connection, _kept.cursor = connection.connection, _cursor("Cursor")
    return _kept.cursor


def stand() -> None:
    """A connection that stands: one that was kept is asked once in each request, as Django's own cursors ask it."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()


def _cursor(kind: str) -> Any:
    stand()
    return connection.make_cursor(getattr(connection.Database, kind)(connection.connection))
