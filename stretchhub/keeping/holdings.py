"""All that the apps say about what they hold of people, gathered from the modules that settings name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.module_loading import import_string

from stretchhub.personal import GONE, NO_ADDRESS, Holding, Personal

WORDS = (models.CharField, models.TextField)
ELSE = (models.JSONField, models.BinaryField)


@cache
def personal() -> tuple[Personal, ...]:
    """What each app says; upper apps first, because their rows hang on those of lower ones."""
    return tuple(import_string(name) for name in settings.PERSONAL_DATA)


def holdings() -> Iterator[Holding]:
    for each in personal():
        yield from each.holdings


def stays() -> dict[str, str]:
    """Models in whose words an erased person may still be named, each with the reason."""
    return {model: why for each in personal() for model, why in each.stays.items()}


def model_of(holding: Holding) -> type[models.Model]:
    return apps.get_model(holding.model)


def rows(holding: Holding, person: int) -> models.QuerySet:
    """The rows of this person, by a queryset that also changes what code otherwise never changes."""
    return models.QuerySet(model=model_of(holding)).filter(**{holding.of: person}, **holding.when).order_by()


def text_columns(model: type[models.Model]) -> list[models.Field]:
    """Columns that hold words somebody chose: neither a choice from a list nor the name of a file in our storage."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, WORDS) and not field.choices and not isinstance(field, models.FileField)
    ]


def emptied(holding: Holding, mark: str = GONE) -> dict[str, Any]:
    """What the columns of a row that stays become; an empty one stays empty, so that no rule about words breaks."""
    model = model_of(holding)
    values: dict[str, Any] = {}
    for field in text_columns(model):
        if field.name not in holding.stays and field.name not in holding.to:
            values[field.name] = _without_words(field, mark)
    for name, value in holding.to.items():
        values[name] = nobodys_address() if value is NO_ADDRESS else value
    for field in model._meta.local_concrete_fields:
        if isinstance(field, ELSE) and field.name not in {*holding.stays, *holding.to}:
            raise ImproperlyConfigured(f"Say what becomes of {holding.model}.{field.name} when a person is erased.")
    return values


def _without_words(field: models.Field, mark: str) -> Any:
    if isinstance(field, (models.URLField, models.EmailField)):
        return Value("")
    mark = mark[: field.max_length] if field.max_length else mark
    stays = Q(**{f"{field.name}__in": ["", GONE]}) | Q(**{f"{field.name}__isnull": True})
    return Case(When(stays, then=F(field.name)), default=Value(mark, output_field=field), output_field=field)


def nobodys_address() -> Any:
    return Concat(Value("erased-"), Cast("pk", models.CharField()), Value("@erased.invalid"))


def undeclared() -> list[str]:
    """Models of ours that no app says anything about: what they hold of people would outlive an erasure."""
    said = {
        model.lower()
        for each in personal()
        for model in [*(h.model for h in each.holdings), *each.not_personal, *each.stays]
    }
    ours = ("stretchhub", "assignments", "reviews", "sponsors")
    every = [model for model in apps.get_models() if model.__module__.split(".")[0] in ours]
    return sorted(model._meta.label for model in every if model._meta.label_lower not in said)
