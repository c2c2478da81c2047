"""The words of the statements that copy rows, on PostgreSQL and on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db import connection
from django.db.models import DateField, DateTimeField, Field, ForeignKey, Model, UUIDField

HALF_YEAR_DAYS = 182
# A column's expression of the row `t` and of the copy's numbers `s`, by the name of the field; or None for as it was.
Changed = Mapping[str, str]
Offset = Callable[[type[Model], str], str | None]


def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def new_code() -> str:
    return "gen_random_uuid()" if on_postgresql() else "lower(hex(randomblob(16)))"


def a_day(day: date) -> str:
    return f"CAST('{day.isoformat()}' AS date)" if on_postgresql() else f"'{day.isoformat()}'"


def day_moved(value: str) -> str:
    return f"({value} + s.days)" if on_postgresql() else f"date({value}, s.days || ' days')"


def moment_moved(value: str) -> str:
    if on_postgresql():
        return f"({value} + s.days * interval '1 day')"
    return f"datetime({value}, s.days || ' days')"


def numbers(first: int, count: int) -> str:
    """A table of the column `g`, from `first` on."""
    last = first + count - 1
    if on_postgresql():
        return f"SELECT generate_series({first}, {last})::bigint AS g"
    return (
        f"WITH RECURSIVE n(g) AS (SELECT {first} WHERE {first} <= {last} "  # noqa: S608 (numbers)
        f"UNION ALL SELECT g + 1 FROM n WHERE g < {last}) SELECT g FROM n"
    )


def value_of(field: Field, offset: Offset, changed: Changed, *, moved: bool) -> str:
    """What a column of the copy holds: another key or code, another day, or what the row holds."""
    column = f"t.{quoted(field.column)}"
    if field.name in changed:
        return changed[field.name]
    if field.primary_key:
        return offset(field.model, column) or column
    if isinstance(field, ForeignKey):
        return offset(field.related_model, column) or column  # type: ignore[arg-type]
    if isinstance(field, UUIDField) and field.unique:
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE {new_code()} END" if field.null else new_code()
    if moved and isinstance(field, DateTimeField):
        return moment_moved(column)
    return day_moved(column) if moved and isinstance(field, DateField) else column


def insert(model: type[Model], values: Mapping[str, str], series: str, where: str = "", tail: str = "") -> int:
    """Copy the rows of the model once for each row of the series; how many were written."""
    table = quoted(model._meta.db_table)
    columns = ", ".join(quoted(model._meta.get_field(name).column) for name in values)  # type: ignore[union-attr]
    asked = f"WHERE {where}" if where else ""
    # A join that keeps the order of the series, so that keys are written about as they grow.
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(values.values())} "  # noqa: S608 (names of columns)
        f"FROM ({series}) s CROSS JOIN {table} t {asked} {tail}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def values_of(
    model: type[Model], offset: Offset, changed: Changed | None = None, *, moved: bool = False
) -> dict[str, str]:
    fields = model._meta.concrete_fields
    return {field.name: value_of(field, offset, changed or {}, moved=moved) for field in fields}


def one_of(keys: Sequence[int]) -> str:
    return f"t.id IN ({', '.join(map(str, keys))})"


def chosen_by(value: str, cases: Iterable[tuple[str, str]], otherwise: str) -> str:
    """The first answer whose case is the value."""
    return " ".join([f"CASE {value}", *(f"WHEN {case} THEN {then}" for case, then in cases), f"ELSE {otherwise} END"])
