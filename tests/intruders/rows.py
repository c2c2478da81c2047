"""Everything the database holds, to be compared: which rows came, which went, which columns are not what they were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import connection

# Where somebody is signed in is no record of anything.
NOT_RECORDS = {"django_session"}

Rows = dict[str, dict[Any, dict[str, Any]]]


def everything() -> Rows:
    """All rows of all tables, by table and key."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            meta = model._meta
            if meta.proxy or not meta.managed or meta.db_table in NOT_RECORDS:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(meta.db_table)}")
            columns = [column[0] for column in cursor.description]
            key = columns.index(meta.pk.column)
            found[meta.db_table] = {row[key]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
    return found


def changed(before: Rows, after: Rows) -> dict[tuple[str, str, str], list[Any]]:
    """What differs: (table, row, column) and the new values, where a row that came has `+` and one that went `-`."""
    found: dict[tuple[str, str, str], list[Any]] = {}
    for table, rows in after.items():
        old = before[table]
        for key, row in rows.items():
            if key not in old:
                for column, value in row.items():
                    found.setdefault((table, "+", column), []).append(value)
            elif row != old[key]:
                for column, value in row.items():
                    if value != old[key][column]:
                        found[table, str(key), column] = [value]
        for key in old.keys() - rows.keys():
            found.setdefault((table, "-", ""), []).append(key)
    return found


def told(changes: Iterable[tuple[str, str, str]]) -> list[str]:
    return sorted({f"{table}.{column}" for table, _row, column in changes})
