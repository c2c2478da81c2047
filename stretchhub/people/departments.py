"""Departments as the directory writes them: a path from the whole to the part, as “Technology/Systems”."""

from __future__ import annotations

from django.db.models import Q


def of_department(path: str, field: str = "department") -> Q:
    """A department and all below it."""
    return Q(**{field: path}) | Q(**{f"{field}__startswith": f"{path}/"})
