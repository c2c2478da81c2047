"""Statements that run so often that PostgreSQL plans them once for each connection."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

# Of so many rows a cursor that is kept would hold on to much.
MANY = 500


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


def ask(statement: bytes, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement whose values are $1, $2, where plans are kept: the driver has nothing to read in it."""
    cursor = _kept_raw_cursor()
    cursor.execute(statement, values)
    rows = cursor.fetchall()
    if len(rows) > MANY:
        # The driver would hold on to all of them until the next statement.
        _kept.raw = None
    return rows


def plans_are_kept() -> bool:
    """Not where queries are logged: of a statement that is kept apart from its values Django would log nothing."""
    django = connections[DEFAULT_DB_ALIAS]
    return django.vendor == "postgresql" and not django.queries_logged


class _Kept(threading.local):
    """Each thread has a connection of its own."""

    connection: Any = None
    cursor: Any = None
    raw: Any = None


_kept = _Kept()


def _kept_cursor() -> Any:
    """The same for all statements of a connection; another where that was closed meanwhile."""
    _renew()
    if _kept.cursor is None:
        _kept.cursor = _cursor("Cursor")
    return _kept.cursor


def _kept_raw_cursor() -> Any:
    """The same for values that are $1, $2."""
    _renew()
    if _kept.raw is None:
        _kept.raw = _cursor("RawCursor")
    return _kept.raw


def _renew() -> None:
    django = stand()
    if _kept.connection is not django.connection:
        _kept.connection, _kept.cursor, _kept.raw = django.connection, None, None


def stand() -> Any:
    """A connection that stands: one that was kept is asked once in each request, as Django's own cursors ask it."""
    # Looked up once: what is called `connection` looks itself up for each thing that is asked of it.
    django = connections[DEFAULT_DB_ALIAS]
    django.close_if_health_check_failed()
    django.ensure_connection()
    return django


def _cursor(kind: str) -> Any:
    django: Any = stand()
    return django.make_cursor(getattr(django.Database, kind)(django.connection))
