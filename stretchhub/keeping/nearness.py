"""Which rows have to do with a person: those that name them, or are part of work or of a pair that does."""

from __future__ import annotations

from functools import cache

from django.db import models
from django.db.models import Q

from stretchhub.people.models import User

from .holdings import holdings, model_of


def near(model: type[models.Model], person: User) -> Q | None:
    """Rows of this model that have to do with the person; nothing where none can."""
    found: Q | None = None
    for way in sorted(_ways(model)):
        found = Q(**{way: person.pk}) if found is None else found | Q(**{way: person.pk})
    return found


@cache
def _ways(model: type[models.Model]) -> frozenset[str]:
    """From a row to people: by its own columns, and by those of what it belongs to as the apps say."""
    owners = {holding.of.rpartition("__")[0] for holding in holdings() if model_of(holding) is model}
    return frozenset(way for path in {"", *owners} for way in _people(model, path))


def _people(model: type[models.Model], path: str) -> set[str]:
    owner = model
    for part in filter(None, path.split("__")):
        owner = owner._meta.get_field(part).related_model  # type: ignore[assignment, union-attr]
    begin = f"{path}__" if path else ""
    return {f"{begin}{field.name}" for field in owner._meta.local_concrete_fields if field.related_model is User}
