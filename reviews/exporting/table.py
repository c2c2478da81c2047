"""A table of an export: what a row is, its columns, and where its rows come from."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, Count, F, IntegerField, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce

from stretchhub.among import Among
from stretchhub.replica import reading

from .columns import EXPORT_ID, NUMBER, SHOWN, TEXT, TRUTH, Column
from .scope import Scope

Row = tuple[Any, ...]
# What a value is where one of two may stand; the other kinds are never kept back.
FIELDS = {TEXT: TextField(), NUMBER: IntegerField(), TRUTH: BooleanField()}
STRETCH = 1000


@dataclass(frozen=True)
class Table:
    """Rows that are columns of one model, a row each; `columns` name their sources.

    `kept_back` says in which rows of all a column with an `instead` tells nothing, in the order of their keys.
    """

    name: str
    title: str
    grain: str
    own: tuple[Column, ...]
    chosen: Callable[[Scope], QuerySet]
    kept_back: Callable[[Scope], Sequence[int]] | None = field(default=None, kw_only=True)

    @property
    def one_each(self) -> bool:
        """Whether each record comes to exactly one row."""
        return True

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those of its own, and last the export that wrote the row."""
        return (*self.own, EXPORT_ID)

    def keys(self, scope: Scope) -> array[int]:
        """Which rows belong to the file, by one statement; eight bytes each."""
        return keys_of(self.chosen(scope))

    def count(self, scope: Scope, keys: Sequence[int]) -> int:
        return len(keys)

    def hidden(self, scope: Scope) -> Sequence[int]:
        """The keys of the rows that are kept back, asked once for a whole file."""
        return self.kept_back(scope) if self.kept_back else ()

    def found(self, scope: Scope, keys: Sequence[int], hidden: Sequence[int] = ()) -> QuerySet:
        """The rows of these keys in the order of their keys, a value for each column of its own."""
        rows = self.chosen(Scope(day=scope.day)).model._base_manager.filter(Among("pk", keys))
        here = hidden[bisect_left(hidden, keys[0]) : bisect_right(hidden, keys[-1])] if hidden else ()
        return self._told(rows, scope, here)

    def between(self, scope: Scope, after: int | None, until: int | None, hidden: Sequence[int] = ()) -> QuerySet:
        """The same of all rows that belong to the file and have a key after the one, up to the other."""
        rows = self.chosen(scope)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        if until is not None:
            rows = rows.filter(pk__lte=until)
        return self._told(rows, scope, hidden)

    def _told(self, rows: QuerySet, scope: Scope, hidden: Sequence[int]) -> QuerySet:
        back = Among("pk", hidden) if hidden else None
        given = {f"x_{column.name}": _expression(column, scope, back) for column in self.own}
        return rows.order_by("pk").annotate(**given).values_list(*given)

    def rows(self, scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
        hidden = self.hidden(scope)
        for start in range(0, len(keys), STRETCH):
            yield from self.found(scope, keys[start : start + STRETCH], hidden)


@dataclass(frozen=True)
class MadeTable(Table):
    """Rows that are made of several queries: `make` says what a stretch of keys comes to, some of them several."""

    make: Callable[[Scope, Sequence[int]], Iterator[Row]] = lambda scope, keys: iter(())
    several: bool = False

    @property
    def one_each(self) -> bool:
        return not self.several

    def count(self, scope: Scope, keys: Sequence[int]) -> int:
        return sum(1 for _row in self.rows(scope, keys)) if self.several else len(keys)

    def rows(self, scope: Scope, keys: Sequence[int]) -> Iterator[Row]:
        for start in range(0, len(keys), STRETCH):
            yield from self.make(scope, keys[start : start + STRETCH])


def keys_of(rows: QuerySet) -> array[int]:
    """The primary keys of these rows in their order.

    On PostgreSQL by COPY, which plans for all of them: a cursor plans for the first tenth, and may take minutes for
    the rest.
    """
    found = rows.order_by("pk").values_list("pk", flat=True)
    connection = reading()
    if connection.vendor != "postgresql":
        return array("q", found.iterator(chunk_size=10_000))
    sql, parameters = found.query.sql_with_params()
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY ({sql}) TO STDOUT", parameters) as copy:
        return array("q", (int(bytes(row)) for row in iter(copy.read, b"")))


def _expression(column: Column, scope: Scope, back: Among | None = None) -> Any:
    """What stands in the column; some depend on the day up to which it is asked, some on what is kept back."""
    source = column.source(scope) if callable(column.source) else column.source
    told = F(source) if isinstance(source, str) else source
    if back is None or column.instead is SHOWN:
        return told
    return Case(When(back, then=Value(column.instead)), default=told, output_field=FIELDS[column.kind])


def counted(rows: QuerySet, by: str) -> Coalesce:
    """How many of these belong to the row outside, of which `rows` speaks by OuterRef."""
    number = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)
