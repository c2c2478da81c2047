"""What a form of a brief's row shows, label by label, as saved and as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models


def saved_words(form: forms.ModelForm, part: models.Model) -> list[tuple[str, str]]:
    return _words(form, {name: getattr(part, name) for name in _names(form)})


def typed_words(form: forms.ModelForm) -> list[tuple[str, str]]:
    return _words(form, {name: form.cleaned_data.get(name) for name in _names(form)})


def _names(form: forms.ModelForm) -> tuple[str, ...]:
    return form.Meta.fields  # type: ignore[attr-defined, no-any-return]


def _words(form: forms.ModelForm, values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(form.fields[name].label), _shown(form.instance, name, values[name])) for name in _names(form)]


def _shown(part: models.Model, name: str, value: Any) -> str:
    """A choice by its label, a number without the zeros it does not need, nothing where nothing stands."""
    field = part._meta.get_field(name)
    if value is None or value == "":
        return ""
    if getattr(field, "choices", None):
        return str(dict(field.choices).get(value, value))  # type: ignore[union-attr, arg-type]
    if isinstance(field, models.DecimalField):
        return f"{value.normalize():f}"
    return str(value)
