"""Taking a person's name and addresses out of what others wrote: all text of all tables, except what is said to stay.

Found are the addresses and the full name, as a whole and in any case. A name of one word is a word like others, and two
people may have the same name: it then goes only where nothing else stands, and a first name alone is nobody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from stretchhub.people.models import User

from .holdings import stays, text_columns

BATCH = 500
# Tables of packages that hold words of ours only in rows that go anyway, and names of code.
NOT_WORDS = ("auth", "contenttypes", "sessions")


@dataclass(frozen=True)
class Names:
    """What one person is called and written to at, and what stands there instead.

    `whole` are replaced wherever they stand, `alone` only where nothing else stands.
    """

    whole: tuple[str, ...]
    alone: tuple[str, ...]
    instead: str

    def replaced(self, text: str) -> str:
        if text.strip().casefold() in {name.casefold() for name in self.alone}:
            return self.instead
        return self._pattern.sub(self.instead, text) if self.whole else text

    @property
    def _pattern(self) -> re.Pattern[str]:
        wanted = sorted(self.whole, key=len, reverse=True)
        alike = (r"\s+".join(re.escape(word) for word in name.split()) for name in wanted)
        return re.compile(rf"(?<![\w@.]){'(?:' + '|'.join(alike) + ')'}(?![\w@])", re.IGNORECASE)

    def within(self, value: Any) -> Any:
        """The same in what JSON holds, keys too."""
        if isinstance(value, str):
            return self.replaced(value)
        if isinstance(value, list):
            return [self.within(each) for each in value]
        if isinstance(value, dict):
            return {self.within(key): self.within(each) for key, each in value.items()}
        return value


def names_of(person: User, addresses: Iterable[str], instead: str) -> Names:
    called = {name for name in (person.full_name, person.name) if name.strip()}
    alike = User.objects.exclude(pk=person.pk).filter(is_active=True)
    whole = {name for name in called if len(name.split()) > 1 and not alike.filter(full_name__iexact=name).exists()}
    alone = {name for name in called - whole if not alike.filter(full_name__iexact=name).exists()}
    return Names(tuple(sorted({*whole, *filter(None, addresses)})), tuple(sorted(alone)), instead)


def take_out(names: Names) -> dict[str, int]:
    """Replace the names in every table, batch by batch, each a transaction of its own; how many rows of which model.

    Doing it twice, or going on after it was stopped, changes nothing more.
    """
    changed: dict[str, int] = {}
    for model in _with_words():
        if count := _take_out_of(model, names):
            changed[model._meta.label] = count
    return changed


def _with_words() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label not in NOT_WORDS and model._meta.label not in stays():
            yield model


def _take_out_of(model: type[models.Model], names: Names) -> int:
    columns = [field for field in text_columns(model) if not _is_key(model, field)]
    documents = [f for f in model._meta.local_concrete_fields if isinstance(f, models.JSONField)]
    if not columns and not documents:
        return 0
    found = models.QuerySet(model=model).order_by()
    for field in documents:
        found = found.alias(**{f"{field.name}_text": Cast(field.name, TextField())})
    wanted = Q()
    for name in (*names.whole, *names.alone):
        for field in columns:
            wanted |= Q(**{f"{field.name}__icontains": name})
        for field in documents:
            for spelt in {name, json.dumps(name)[1:-1]}:
                wanted |= Q(**{f"{field.name}_text__icontains": spelt})
    keys = list(found.filter(wanted).values_list("pk", flat=True))
    fields = [field.name for field in (*columns, *documents)]
    return sum(_change(model, keys[at : at + BATCH], fields, names) for at in range(0, len(keys), BATCH))


@transaction.atomic
def _change(model: type[models.Model], keys: list[Any], fields: list[str], names: Names) -> int:
    changed = 0
    every = models.QuerySet(model=model)
    for row in every.filter(pk__in=keys).values("pk", *fields):
        new = {name: fresh for name in fields if (fresh := names.within(row[name])) != row[name]}
        for name in new:
            most = model._meta.get_field(name).max_length  # type: ignore[union-attr]
            if most and isinstance(new[name], str):
                new[name] = new[name][:most]
        if new:
            changed += every.filter(pk=row["pk"]).update(**new)
    return changed


def _is_key(model: type[models.Model], field: models.Field) -> bool:
    """Whether the column tells rows apart: made by code, and not to be the same twice."""
    return bool(field.unique)
