"""Writing very many notices at once, in one statement a batch; the same rows on both engines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections, router

from .models import Channel, Notice, State
from .placing import new_message_id


class Row(NamedTuple):
    """What differs between the notices of a batch."""

    key: str
    kind: str
    recipient: int
    object_type: str
    object_id: int
    planned_for: datetime
    due_at: datetime
    state: str = State.QUEUED
    channel: str = Channel.EMAIL
    reason: str = ""
    digest: int | None = None


TYPES = {
    "key": "text",
    "kind": "text",
    "recipient_id": "bigint",
    "object_type": "text",
    "object_id": "bigint",
    "planned_for": "timestamptz",
    "due_at": "timestamptz",
    "state": "text",
    "channel": "text",
    "reason": "text",
    "digest_id": "bigint",
    "message_id": "text",
}
# The same for all of them.
CONSTANT = {"address": "''", "address_name": "''", "attempts": "0", "failures": "0"}
# What was taken back before it was sent is due again; what is there otherwise stays as it is.
AGAIN = ("state", "channel", "due_at", "reason", "digest_id")


def insert(rows: Sequence[Row], created_at: datetime) -> None:
    """Write those whose key is not there yet."""
    if not rows:
        return
    connection = connections[router.db_for_write(Notice)]
    table = connection.ops.quote_name(Notice._meta.db_table)
    columns = ", ".join([*TYPES, "created_at", *CONSTANT])
    constants = ", ".join(CONSTANT.values())
    again = ", ".join(f"{name} = excluded.{name}" for name in AGAIN)
    unless_there = f"ON CONFLICT (key) DO UPDATE SET {again} WHERE {table}.state = '{State.CANCELLED}'"
    values = [(*row[:7], str(row.state), str(row.channel), *row[9:], new_message_id()) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            given = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT given.*, %s, {constants}"  # noqa: S608
                f" FROM json_to_recordset(%s::json) AS given ({given}) {unless_there}",
                [created_at, _as_json(values)],
            )
        else:
            marks = ", ".join(["%s"] * (len(TYPES) + 1))
            moment = connection.ops.adapt_datetimefield_value
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks}, {constants}) {unless_there}",  # noqa: S608
                [[*_plain(row, moment), moment(created_at)] for row in values],
            )


def _as_json(values: list[tuple[Any, ...]]) -> str:
    """One parameter for all rows: an array a column is put together far more slowly by the driver."""
    return json.dumps([dict(zip(TYPES, row, strict=True)) for row in values], default=str)


def _plain(row: tuple[Any, ...], moment: Any) -> list[Any]:
    return [moment(value) if isinstance(value, datetime) else value for value in row]
