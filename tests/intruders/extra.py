"""What somebody might add to a form by hand: every column that any table has, each with a value that would fit."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

WORD = "INTRUDER"
# What such attacks begin with, under the names that others use.
USUAL = (
    "pk", "uid", "owner", "by", "actor", "author", "is_staff", "is_superuser", "is_hr", "role", "roles", "groups",
    "user_permissions", "approved_by", "approved_at", "employee_id", "user[]", "owner[0]", "user[id]", "data[status]",
    "__proto__", "constructor", "_method", "_method_override",
)  # fmt: skip


@cache
def every_column() -> dict[str, models.Field]:
    """By the names a form could give them; of several that are called the same, the first."""
    found: dict[str, models.Field] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            found.setdefault(field.name, field)
            found.setdefault(field.attname, field)
    return found


def fitting(field: models.Field, stranger: int) -> str:
    if field.is_relation:
        return str(stranger) if field.related_model._meta.label == "people.User" else "1"
    if field.choices:
        return str(list(field.flatchoices)[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField):
        return "2030-01-01T09:00"
    if isinstance(field, models.DateField):
        return "2030-01-01"
    if isinstance(field, (models.IntegerField, models.DecimalField, models.FloatField)):
        return "7"
    if isinstance(field, models.JSONField):
        return '{"INTRUDER": 1}'
    return WORD


def additions(owned: set[str], stranger: int, *, most: int = 400) -> list[dict[str, Any]]:
    """Everything that the form does not have itself, in as many posts as one may have fields."""
    all_of_them = {name: fitting(field, stranger) for name, field in every_column().items()}
    all_of_them |= dict.fromkeys(USUAL, str(stranger))
    rest = [(name, value) for name, value in sorted(all_of_them.items()) if name not in owned]
    return [dict(rest[start : start + most]) for start in range(0, len(rest), most)]
