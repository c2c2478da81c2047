"""Writing very many notices at once, in one statement a batch; the same rows on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connections, router

from .models import Channel, Notice, State
from .placing import host, new_message_id


class Shape(NamedTuple):
    """What many notices of a batch have in common."""

    kind: str
    object_type: str
    revision: int
    local_date: date
    planned_for: datetime
    due_at: datetime
    state: str = State.QUEUED
    channel: str = Channel.EMAIL
    reason: str = ""
    digest: int | None = None


class Row(NamedTuple):
    """One notice: about what, for whom."""

    object_id: int
    recipient: int
    shape: Shape

    @property
    def key(self) -> str:
        shape = self.shape
        return key_of(shape.kind, self.object_id, shape.revision, shape.local_date, self.recipient)


def key_of(kind: str, object_id: int, revision: int, local_date: date, recipient: int) -> str:
    return f"{kind}:{object_id}:{revision}:{local_date.isoformat()}:{recipient}:{Channel.EMAIL}"


# How PostgreSQL makes each column out of a row `r`, its shape `s` and the day of writing; the key as in `key_of`.
COLUMNS = {
    "key": f"concat_ws(':', s.kind, r.object_id, s.revision, s.local_date, r.recipient, '{Channel.EMAIL}')",
    "kind": "s.kind",
    "recipient_id": "r.recipient",
    "object_type": "s.object_type",
    "object_id": "r.object_id",
    "planned_for": "s.planned_for",
    "due_at": "s.due_at",
    "state": "s.state",
    "channel": "s.channel",
    "reason": "s.reason",
    "digest_id": "s.digest",
    "message_id": "'<' || replace(gen_random_uuid()::text, '-', '') || '@' || %(host)s || '>'",
    "created_at": "%(created_at)s",
}
SHAPE = {
    "number": "int",
    "kind": "text",
    "object_type": "text",
    "revision": "int",
    "local_date": "text",
    "planned_for": "timestamptz",
    "due_at": "timestamptz",
    "state": "text",
    "channel": "text",
    "reason": "text",
    "digest": "bigint",
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
    into = f"INSERT INTO {table} ({', '.join([*COLUMNS, *CONSTANT])})"
    again = ", ".join(f"{name} = excluded.{name}" for name in AGAIN)
    unless_there = f"ON CONFLICT (key) DO UPDATE SET {again} WHERE {table}.state = '{State.CANCELLED}'"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            made = ", ".join([*COLUMNS.values(), *CONSTANT.values()])
            cursor.execute(f"{into} SELECT {made} {FROM} {unless_there}", _parameters(rows, created_at))
        else:
            marks = ", ".join(["%s"] * len(COLUMNS) + list(CONSTANT.values()))
            moment = connection.ops.adapt_datetimefield_value
            cursor.executemany(
                f"{into} VALUES ({marks}) {unless_there}", [_plain(row, created_at, moment) for row in rows]
            )


# Numbers as one array a column, and the few shapes as JSON: an array of anything else is put together
# far more slowly by the driver.
FROM = (
    "FROM unnest(%(objects)s::bigint[], %(recipients)s::bigint[], %(shapes)s::int[]) "
    "WITH ORDINALITY AS r (object_id, recipient, shape, place) "
    f"JOIN json_to_recordset(%(known)s::json) AS s ({', '.join(f'{name} {kind}' for name, kind in SHAPE.items())}) "
    "ON s.number = r.shape ORDER BY r.place"
)


def _parameters(rows: Sequence[Row], created_at: datetime) -> dict[str, Any]:
    shapes: dict[Shape, int] = {}
    used = [shapes.setdefault(row.shape, len(shapes)) for row in rows]
    known = [dict(zip(SHAPE, (number, *shape), strict=True)) for shape, number in shapes.items()]
    return {
        "objects": _array(row.object_id for row in rows),
        "recipients": _array(row.recipient for row in rows),
        "shapes": _array(used),
        "known": json.dumps(known, default=str),
        "host": host(),
        "created_at": created_at,
    }


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _plain(row: Row, created_at: datetime, moment: Any) -> list[Any]:
    shape = row.shape
    return [
        row.key,
        shape.kind,
        row.recipient,
        shape.object_type,
        row.object_id,
        moment(shape.planned_for),
        moment(shape.due_at),
        str(shape.state),
        str(shape.channel),
        shape.reason,
        shape.digest,
        new_message_id(),
        moment(created_at),
    ]
