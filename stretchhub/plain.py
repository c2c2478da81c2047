"""Columns as the words that JSON has for them, where nothing is reckoned with them in Python."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import BooleanField, Func, TextField

# Of the thirty-two digits that SQLite holds a code in: from where, and how many.
GROUPS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


class Plain(Func):
    """A code, a number or a moment as text: no object is made of each, only to be written as text again.

    A code comes as it is written, a number perhaps with fewer or more noughts at its end, a moment as `moment` reads.
    """

    template = "CAST(%(expressions)s AS text)"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        [source] = self.get_source_expressions()
        if source.output_field.get_internal_type() != "UUIDField":
            return self.as_sql(compiler, connection, **more)
        digits, parameters = compiler.compile(source)
        parts = [f"substr({digits}, {start}, {count})" for start, count in GROUPS]
        return " || '-' || ".join(parts), [*parameters] * len(parts)


class Noted(Func):
    """That a column holds something, as true, or null: for a moment that nobody reads, which takes long to write."""

    template = "NULLIF(%(expressions)s IS NOT NULL, FALSE)"
    output_field = BooleanField(null=True)


def moment(text: str) -> datetime:
    """The moment that a database writes so: PostgreSQL with its zone, which is UTC, and SQLite without."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
