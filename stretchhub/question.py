"""Querysets that are put together once in a process and asked again and again, each time with other values.

To put a statement of many parts together takes Django longer than PostgreSQL needs to answer it for a few rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet


class Blank(Expression):
    """The place of a value that is given when the question is asked; `form` is how it is written there."""

    def __init__(self, name: str, form: str = "") -> None:
        super().__init__()
        self.name, self.form = name, form

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]

    def filled(self, given: dict[str, Any]) -> Any:
        value = given[self.name]
        if isinstance(value, datetime):
            return connection.ops.adapt_datetimefield_value(value)
        return self.form % value if self.form else value


class Question:
    """Around a function that makes a queryset with `values_list` of blanks; called by their names it gives the rows.

    Everything that is different from one time to the next must be a blank: the function is called only once.
    """

    def __init__(self, put: Callable[..., QuerySet]) -> None:
        self.put = put
        self.statement = ""

    def __call__(self, **given: Any) -> Iterable[Any]:
        if not self.statement:
            self._put_together(given)
        with connection.cursor() as cursor:
            cursor.execute(self.statement, [p.filled(given) if isinstance(p, Blank) else p for p in self.parameters])
            rows = cursor.fetchall()
        if not self.converters:
            return rows
        return self.query.get_compiler(connection=connection).apply_converters(rows, self.converters)

    def _put_together(self, names: Iterable[str]) -> None:
        self.query = self.put(**{name: Blank(name) for name in names}).query
        compiler = self.query.get_compiler(connection=connection)
        statement, self.parameters = compiler.as_sql()
        self.converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        self.statement = statement
