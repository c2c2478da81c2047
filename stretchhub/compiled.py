"""Questions that every request asks anew, put into SQL once a process.

Of a page that gathers many kinds of things, most of the time is Django turning the same filters, joins and unions into
the same SQL text. What differs from one request to the next is who asks, on which day, and about which rows: these are
the *slots* of a compiled question. It is put into SQL twice, with two sets of values that nobody has; wherever the two
differ is a slot, and only these are filled in from then on. What Django builds of the rows is the same as ever.
PostgreSQL plans such a statement once for each connection, for of long unions that takes longer than the answer.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ValuesIterable, ValuesListIterable
from django.utils.functional import cached_property

from stretchhub import env
from stretchhub.prepared import ask, plans_are_kept, stand

# Ids, codes, days and moments that no row has, whatever the kind of column: they stand for a slot while SQL is made.
IDS = (1_999_990_000, 1_888_880_000)
DAYS = (date(2911, 2, 3), date(2822, 5, 6))
CODES = (2**127 + 1_777_770_000, 2**126 + 1_666_660_000)
MOMENTS = (datetime(2733, 7, 8, 9, 10, 11, 121314, tzinfo=UTC), datetime(2644, 10, 11, 12, 13, 14, 151617, tzinfo=UTC))
# Between the stand-ins of two slots, in the first and in the second trial: other ones, so that what follows from one
# slot never seems to follow from its neighbour.
BETWEEN = (timedelta(days=400), timedelta(days=1100))
# What makes a value for the database of each, and its type there.
ADAPTED = {date: ("adapt_datefield_value", "::date"), datetime: ("adapt_datetimefield_value", "::timestamptz")}


@dataclass(frozen=True)
class Fill:
    """How a parameter follows from the slots, and its type as PostgreSQL writes it, unless the statement says that."""

    value: Callable[[Any, Sequence[Any]], Any]
    cast: str = ""


class NotCompiledError(Exception):
    """A question of which more than its slots changes from one asking to the next, or that asks for the time."""


def compiled(question: Callable[..., QuerySet]) -> Callable[..., list[Any]]:
    """The rows of this question, as a list: each of its arguments is a slot, and its queryset is made once.

    A slot is a person or another row, an id, a code, a day, a moment, or a list of ids that the question hands to
    `Among`. For each value of any other argument (a word, a flag, None) the question is put into SQL separately. Of a
    row it may use nothing but which one it is, and the time must come by a slot: where it asks for more, or asks the
    clock, or its SQL changes with its slots, the first asking raises `NotCompiledError`.
    """
    kept: dict[Any, _Statement] = {}
    takes = len(inspect.signature(question).parameters)

    @functools.wraps(question)
    def rows(*slots: Any) -> list[Any]:
        if len(slots) != takes:
            raise TypeError(f"{question.__name__} takes {takes} slots, not {len(slots)}.")
        key = tuple([_kind(slot) for slot in slots])
        statement = kept.get(key)
        if statement is None:
            statement = kept[key] = _compile(question, slots)
        return statement.rows([_plain(slot) for slot in slots])

    return rows


def _kind(slot: Any) -> Any:
    """What has to be the same for two values to share one statement."""
    # Not its type: a person who is signed in is wrapped in something lazy.
    return slot.__class__ if _is_slot(slot) else slot


def _is_slot(value: Any) -> bool:
    return isinstance(value, Model | date | list | int | UUID) and not isinstance(value, bool)


def _stand_in(slot: Any, number: int, which: int) -> Any:
    """A value that nobody has, in the place of this one."""
    if isinstance(slot, Model):
        return slot.__class__.from_db(None, [slot._meta.pk.attname], [IDS[which] + number])
    if not _is_slot(slot):
        return slot
    if isinstance(slot, UUID):
        return UUID(int=CODES[which] + number)
    if isinstance(slot, datetime):
        return MOMENTS[which] + number * BETWEEN[which]
    if isinstance(slot, date):
        return DAYS[which] + number * BETWEEN[which]
    return [IDS[which] + number] if isinstance(slot, list) else IDS[which] + number


def _compile(question: Callable[..., QuerySet], slots: Sequence[Any]) -> _Statement:
    trials = [[_stand_in(slot, number, which) for number, slot in enumerate(slots)] for which in (0, 1)]
    timeless = env.no_clock(NotCompiledError(f"{question.__name__} asks for the time; hand it in as a slot."))
    with timeless, connection.execute_wrapper(_no_answers(question)):
        first, second = (_statement(question(*trial)) for trial in trials)
    if first.text != second.text or len(first.values) != len(second.values):
        raise NotCompiledError(f"The SQL of {question.__name__} changes with its slots.")
    probes = [[_plain(value) for value in trial] for trial in trials]
    both = zip(first.values, second.values, strict=True)
    fills = [_fill(question, probes, one, other) for one, other in both]
    values = [fill or value for value, fill in zip(first.values, fills, strict=True)]
    if connection.vendor != "postgresql":
        return replace(first, values=values)
    raw, kept = _spelled_out(first, second, fills)
    return replace(first, values=values, raw=raw, kept=kept)


def _no_answers(question: Callable[..., QuerySet]) -> Callable[..., None]:
    """Whoever asks the database while a question is made would be told about a row that nobody has."""

    def refuse(*_what: Any, **_more: Any) -> None:
        raise NotCompiledError(f"{question.__name__} asks more of a row than which one it is.")

    return refuse


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _statement(queryset: QuerySet) -> _Statement:
    """As Django asks it, with every value in its place."""
    compiler = queryset.query.get_compiler(connection=connection)
    try:
        text, parameters = compiler.as_sql()
    except EmptyResultSet:
        text, parameters = "", ()
    return _Statement(queryset, compiler, text, parameters)


def _spelled_out(
    first: _Statement, second: _Statement, fills: Sequence[Fill | None]
) -> tuple[bytes, list[Callable[[Any, Sequence[Any]], Any]]]:
    """As PostgreSQL takes it: only the slots stay parameters, each once and with its type; all else is written out.

    It could not tell the type of a word that stands for itself, and plans better what it knows.
    """
    stand()
    django: Any = connection
    driver = django.Database.ClientCursor(django.connection)
    numbers: dict[Any, int] = {}
    kept: list[Callable[[Any, Sequence[Any]], Any]] = []
    head, *rest = (piece.replace("%%", "%") for piece in first.text.split("%s"))
    pieces = [head]
    for one, other, fill, piece in zip(first.values, second.values, fills, rest, strict=True):
        if fill is None:
            word = driver.mogrify("%s", [one])
        else:
            # What is the same in both trials is the same slot.
            number = numbers.setdefault((one, other, fill.cast), len(numbers) + 1)
            if number > len(kept):
                kept.append(fill.value)
            word = f"${number}{fill.cast}"
        pieces += [word, piece]
    return "".join(pieces).encode(), kept


def _fill(question: Callable[..., QuerySet], probes: Sequence[Sequence[Any]], one: Any, other: Any) -> Fill | None:
    """How a parameter follows from the slots, or None where it is always the same."""
    if type(one) is type(other) and one == other:
        return None
    for number, (first, second) in enumerate(zip(*probes, strict=True)):
        if fill := _follows(number, first, second, one, other):
            return fill
    raise NotCompiledError(f"A parameter of {question.__name__} cannot be told from its slots: {one!r}, {other!r}.")


def _follows(number: int, first: Any, second: Any, one: Any, other: Any) -> Fill | None:
    if isinstance(first, list):
        return _list_fill(number, str(first[0]), str(second[0]), one, other)
    if isinstance(first, UUID) and (one, other) == (first.hex, second.hex):
        return Fill(lambda ops, slots: slots[number].hex)
    if isinstance(first, date):
        return _time_fill(number, first, second, one, other)
    if (one, other) == (first, second):
        return Fill(lambda ops, slots: slots[number], "::uuid" if isinstance(first, UUID) else "::bigint")
    return None


def _list_fill(number: int, first: str, second: str, one: Any, other: Any) -> Fill | None:
    """Ids that stand as one text, with brackets of whatever kind around them."""
    if not (isinstance(one, str) and isinstance(other, str)) or first not in one:
        return None
    before, _found, after = one.partition(first)
    if other != f"{before}{second}{after}":
        return None
    return Fill(lambda ops, slots: f"{before}{','.join(map(str, slots[number]))}{after}")


def _time_fill(number: int, first: date, second: date, one: Any, other: Any) -> Fill | None:
    """A day or moment, as it is or so much later or earlier; SQLite has both as text."""
    kind = type(first)
    try:
        later = _time(one, kind) - first
        if _time(other, kind) - second != later:
            return None
    except (TypeError, ValueError):
        return None
    adapt, cast = ADAPTED[kind]
    return Fill(lambda ops, slots: getattr(ops, adapt)(slots[number] + later), cast)


def _time(value: Any, kind: type[date]) -> Any:
    found = kind.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if isinstance(found, datetime) and found.tzinfo is None else found


@dataclass(frozen=True)
class _Statement:
    """SQL with its values, of which some are `Fill`s, and what Django needs to make rows of its answer."""

    queryset: QuerySet
    compiler: Any
    text: str
    values: Sequence[Any]
    # The same for PostgreSQL, and what its values are.
    raw: bytes = b""
    kept: Sequence[Callable[[Any, Sequence[Any]], Any]] = ()

    def rows(self, slots: Sequence[Any]) -> list[Any]:
        answer = self._answer(slots) if self.text else []
        if not answer:
            return []
        compiler = _like(self.compiler, connection=connection)
        if self.queryset._iterable_class in (ValuesIterable, ValuesListIterable):
            rows = compiler.apply_converters(answer, self.converters) if self.converters else answer
            return [dict(zip(self.names, row, strict=True)) for row in rows] if self.names else [*map(tuple, rows)]
        compiler.execute_sql = lambda *_how, **_more: [answer]
        compiler.get_converters = lambda _columns: self.converters
        query = _like(self.queryset.query, get_compiler=lambda *_where, **_more: compiler)
        return list(_like(self.queryset, _query=query))

    @cached_property
    def names(self) -> Sequence[str]:
        """What the columns are called where each row is a dictionary; else nothing."""
        query = self.queryset.query
        if self.queryset._iterable_class is not ValuesIterable:
            return ()
        return tuple(query.selected or (*query.extra_select, *query.values_select, *query.annotation_select))

    @cached_property
    def converters(self) -> dict[int, Any]:
        """What makes Python values of the columns that are selected, by their places."""
        return self.compiler.get_converters([column[0] for column in self.compiler.select])

    def _answer(self, slots: Sequence[Any]) -> list[tuple[Any, ...]]:
        ops, compiler = connection.ops, self.compiler
        if self.raw and plans_are_kept():
            rows = ask(self.raw, [value(ops, slots) for value in self.kept])
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    self.text, [each.value(ops, slots) if isinstance(each, Fill) else each for each in self.values]
                )
                rows = cursor.fetchall()
        return [row[: compiler.col_count] for row in rows] if compiler.has_extra_select else rows


def _like(thing: Any, **other: Any) -> Any:
    """Another of its kind that shares all but these attributes; Django's own copies take everything apart."""
    twin = thing.__class__.__new__(thing.__class__)
    twin.__dict__ = {**thing.__dict__, **other}
    return twin
