"""A condition for many ids at once, and what it finds by the assignment it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Aggregate, BooleanField, Func, TextField

BY_INDEX = "SET LOCAL random_page_cost = 1.1; SET LOCAL max_parallel_workers_per_gather = 0"


class Among(Func):
    """Whether a column is one of these whole numbers: one parameter, however many they are.

    `IN` has a parameter a number, and Django and the driver prepare and quote each of them.
    """

    template = "%(expressions)s IN (SELECT value FROM json_each(%%s))"
    output_field = BooleanField()

    def __init__(self, column: str, numbers: Iterable[int | str]) -> None:
        super().__init__(column)
        self.listed = listed(numbers)

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        statement, parameters = super().as_sql(compiler, connection, **more)
        return statement, [*parameters, f"[{self.listed}]"]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        statement, parameters = super().as_sql(compiler, connection, template="%(expressions)s = ANY (%%s::bigint[])")
        return statement, [*parameters, f"{{{self.listed}}}"]


class Keys(Aggregate):
    """The whole numbers of a group as text with commas between, as `Among` takes them again."""

    template = "STRING_AGG(CAST(%(expressions)s AS text), ',')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **more)


def listed(numbers: Iterable[int | str]) -> str:
    """These whole numbers, or some of them that are listed already, as they are written into the one parameter."""
    return ",".join(map(str, numbers))


def by_assignment(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """These rows, in their order, by their `assignment_id`."""
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.assignment_id].append(row)
    return groups


def grouped(rows: Iterable[tuple[Any, ...]], column: int = 1) -> dict[Any, list[Any]]:
    """Rows as the database gave them, in their order, by one of their columns; the quicker the more come in a row."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    for key, run in groupby(rows, itemgetter(column)):
        groups[key] += run
    return groups


def by_index() -> None:
    """Until the transaction ends PostgreSQL finds many ids by their index: rows are in memory or on a fast disk.

    It is set up for disks whose head has to move, and would read whole tables for some thousand ids, with a second
    process that takes longer to start than the rows to read.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(BY_INDEX)
