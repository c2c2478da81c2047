"""Taking a person's name and addresses out of what others wrote: all text of all tables, except what is said to stay.

It must lose nobody else's words. Addresses go wherever they stand. The full name of the directory goes wherever it is
written as a name, and in any case in rows that have to do with the person. What people call themselves goes only
together with their last name. A name of one word is a word like others: it goes only in rows that have to do with the
person, where nothing else stands. Two people may have the same name, and a first name alone is nobody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from stretchhub.people.models import User

from .holdings import stays, text_columns
from .nearness import near

BATCH = 500
# Tables of packages that hold words of ours only in rows that go anyway, and names of code.
NOT_WORDS = ("auth", "contenttypes", "sessions")
# Where a column has no room for a pseudonym: no word of anybody else is cut off for it.
NO_ROOM = "–"
# What is added to a name where one is asked for: “Nell Quick, coach”, “Nell Quick (depot)”.
NOT_THE_NAME = re.compile(r"[,;(/]")
TITLES = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Mx|Sir|Dame)\.? )+")


@dataclass(frozen=True)
class Names:
    """What one person is called and written to at, and what stands there instead.

    `full` is the name of the directory, `alone` a directory's name of one word; each is empty where it must not be
    replaced. `chosen` are names that somebody chose: what they call themselves with their last name, or what others
    called somebody without an account. `longer` are names of others that hold one of these.
    """

    addresses: tuple[str, ...]
    full: str
    chosen: tuple[str, ...]
    alone: str
    instead: str
    longer: tuple[str, ...] = ()

    @property
    def whole(self) -> list[str]:
        """What is looked for in every row."""
        return [*self.addresses, *self.names]

    @property
    def names(self) -> list[str]:
        return [*filter(None, (self.full,)), *self.chosen]

    def stand_in(self, text: str) -> bool:
        """Whether they stand in words that have to do with whoever."""
        return bool(self.whole) and any(not found["longer"] for found in _pattern(self, close=False).finditer(text))

    def replaced(self, text: str, *, close: bool) -> str:
        """The text without them; `close` where the row has to do with the person."""
        if close and self.alone and text.strip() == self.alone:
            return self.instead
        if not self.whole:
            return text
        return _pattern(self, close).sub(lambda found: found[0] if found["longer"] else self.instead, text)

    def within(self, value: Any, *, close: bool) -> Any:
        """The same in what JSON holds; its keys are code's and stay."""
        if isinstance(value, str):
            return self.replaced(value, close=close)
        if isinstance(value, list):
            return [self.within(each, close=close) for each in value]
        if isinstance(value, dict):
            return {key: self.within(each, close=close) for key, each in value.items()}
        return value


@cache
def _pattern(names: Names, close: bool) -> re.Pattern[str]:
    """Whole words. “Mark Down” is a name, “mark down” is one only where it is about Mark."""
    spelt = {f"(?i:{_spaced(address)})" for address in names.addresses}
    spelt |= {_spaced(each) for name in names.names for each in (name, name.upper())}
    if names.full:
        spelt |= {f"(?i:{_spaced(names.full)})"} if close else {_spaced(names.full.title())}
    ours = "|".join(sorted(spelt, key=len, reverse=True))
    # What nothing matches stands where nobody's name is longer.
    longer = "|".join(_spaced(name) for name in names.longer) or "(?!)"
    return re.compile(rf"(?<![\w@.])(?:(?P<longer>(?i:{longer}))|{ours})(?![\w@])")


def _spaced(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def names_of(person: User, addresses: Iterable[str], instead: str) -> Names:
    """What may be taken out of others' words when this person is erased."""
    full = " ".join(person.full_name.split())
    only = "" if _is_of_another(full, person) else full
    several = " " in full
    names = Names(
        addresses=tuple(sorted(filter(None, addresses))),
        full=only if several else "",
        chosen=_chosen(person) if several else (),
        alone="" if several else only,
        instead=instead,
    )
    return replace(names, longer=_longer(names, person))


def names_outside(address: str, called: Iterable[str], instead: str) -> Names:
    """What may be taken out of others' words when somebody without an account is erased.

    Their names were typed by whoever asked them, so they count as a name that somebody chose.
    """
    found = {" ".join(NOT_THE_NAME.split(name)[0].split()) for name in called}
    found |= {TITLES.sub("", name) for name in found}
    chosen = tuple(sorted(name for name in found if _is_written_as_a_name(name) and not _is_of_another(name, None)))
    names = Names(addresses=(address,), full="", chosen=chosen, alone="", instead=instead)
    return replace(names, longer=_longer(names, None))


def _is_written_as_a_name(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)


def _longer(names: Names, person: User | None) -> tuple[str, ...]:
    """Ann Lee is not in “Ann Lee Smith”, who is somebody else here."""
    others = _others(person)
    found: set[str] = set()
    for name in names.names:
        found |= set(others.filter(full_name__icontains=name).values_list("full_name", flat=True))
    return tuple(sorted(found, key=len, reverse=True))


def _others(person: User | None) -> models.QuerySet[User]:
    return User.objects.exclude(pk=person.pk if person else None).filter(is_active=True)


def _chosen(person: User) -> tuple[str, ...]:
    """With the last name, and only what is written as a name: everybody sets it, “in the” too."""
    words = person.preferred_name.split()
    if not words or any(word[0].islower() for word in words):
        return ()
    return () if _is_of_another(person.name, person) else (person.name,)


def _is_of_another(name: str, person: User | None) -> bool:
    """Whether somebody else here is called so, by the directory or by themselves."""
    first, _space, last = name.rpartition(" ")
    chosen = Q(preferred_name__iexact=first or name)
    if first:
        chosen &= Q(full_name__iendswith=f" {last}")
    return _others(person).filter(Q(full_name__iexact=name) | chosen).exists()


def take_out(names: Names, person: User | None) -> dict[str, int]:
    """Replace the names in every table, batch by batch, each a transaction of its own; how many rows of which model.

    Doing it twice, or going on after it was stopped, changes nothing more.
    """
    changed: dict[str, int] = {}
    for model in _with_words():
        if count := _take_out_of(model, names, near(model, person) if person else None):
            changed[model._meta.label] = count
    return changed


def _with_words() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label not in NOT_WORDS and model._meta.label not in stays():
            yield model


def _take_out_of(model: type[models.Model], names: Names, about: Q | None) -> int:
    columns = [field.name for field in text_columns(model) if not field.unique]
    documents = [f.name for f in model._meta.local_concrete_fields if isinstance(f, models.JSONField)]
    if not columns and not documents:
        return 0
    found = models.QuerySet(model=model).order_by()
    found = found.alias(**{f"{name}_text": Cast(name, TextField()) for name in documents})
    wanted = _holding(names.whole, columns, documents)
    if about is not None and names.alone:
        wanted |= about & _being(names.alone, columns, documents)
    found = found.filter(wanted)
    keys = list(found.values_list("pk", flat=True))
    close = set(found.filter(about).values_list("pk", flat=True)) if keys and about is not None else set()
    fields = [*columns, *documents]
    return sum(_change(model, keys[at : at + BATCH], fields, names, close) for at in range(0, len(keys), BATCH))


def _holding(words: Iterable[str], columns: list[str], documents: list[str]) -> Q:
    """Rows in which one of these stands somewhere, in any case."""
    wanted = Q(pk__in=[])
    for name in words:
        for column in columns:
            wanted |= Q(**{f"{column}__icontains": name})
        for document in documents:
            for spelt in {name, json.dumps(name)[1:-1]}:
                wanted |= Q(**{f"{document}_text__icontains": spelt})
    return wanted


def _being(word: str, columns: list[str], documents: list[str]) -> Q:
    """Rows in which one value is this word and nothing else."""
    wanted = Q(pk__in=[])
    for column in columns:
        wanted |= Q(**{column: word})
    for document in documents:
        for spelt in {f'"{word}"', json.dumps(word)}:
            wanted |= Q(**{f"{document}_text__contains": spelt})
    return wanted


@transaction.atomic
def _change(model: type[models.Model], keys: list[Any], fields: list[str], names: Names, close: set[Any]) -> int:
    changed = 0
    every = models.QuerySet(model=model)
    for row in every.filter(pk__in=keys).values("pk", *fields):
        new = _without(model, row, fields, names, close=row["pk"] in close)
        if new:
            changed += _write(every.filter(pk=row["pk"]), new, row["pk"])
    return changed


def _without(
    model: type[models.Model], row: dict[str, Any], fields: list[str], names: Names, *, close: bool
) -> dict[str, Any]:
    """The columns of this row that change, each no longer than its column has room for."""
    new = {}
    for name in fields:
        fresh = names.within(row[name], close=close)
        most = model._meta.get_field(name).max_length  # type: ignore[union-attr]
        if most and isinstance(fresh, str) and len(fresh) > most:
            fresh = replace(names, instead=NO_ROOM).within(row[name], close=close)
        if fresh != row[name]:
            new[name] = fresh
    return new


def _write(row: models.QuerySet, new: dict[str, Any], number: Any) -> int:
    """Two rows that a name alone told apart keep differing: by their number instead."""
    apart = _told_apart(row.model) & new.keys()
    if not apart:
        return row.update(**new)
    try:
        with transaction.atomic():
            return row.update(**new)
    except IntegrityError:
        return row.update(**new | {name: _numbered(row.model, name, new[name], number) for name in apart})


def _numbered(model: type[models.Model], name: str, words: str, number: Any) -> str:
    end = f" {number}"
    most = model._meta.get_field(name).max_length or len(words) + len(end)  # type: ignore[union-attr]
    return words[: most - len(end)] + end


@cache
def _told_apart(model: type[models.Model]) -> set[str]:
    """Columns of words that are, with others, not to be the same twice."""
    found = {name for names in model._meta.unique_together for name in names}
    for each in model._meta.constraints:
        if isinstance(each, models.UniqueConstraint):
            found |= {*each.fields, *(name for expression in each.expressions for name in _columns(expression))}
    return found


def _columns(expression: Any) -> Iterator[str]:
    """The columns in an expression."""
    if isinstance(expression, models.F):
        yield expression.name
    for inner in getattr(expression, "get_source_expressions", list)():
        yield from _columns(inner)
