"""Rows that belong to rows at hand, put where `prefetch_related` would put them, by a question that is compiled.

Django prepares a prefetch anew each time, and a queryset for each row that it is for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model


def put_beside(rows: Iterable[Model], name: str, question: Callable[[list[int]], list[Any]]) -> None:
    """Has each of these rows its `name`, a relation from their side, by one query; none where all have it.

    `question` takes the keys of the rows. What it finds knows its row, and `row.name.all()` is a list from then on.
    """
    asked = {row.pk: row for row in rows if name not in row.__dict__.get("_prefetched_objects_cache", ())}
    if not asked:
        return
    relation: Any = next(iter(asked.values()))._meta.get_field(name)
    back = relation.field
    found: dict[int, list[Any]] = defaultdict(list)
    for each in question(list(asked)):
        key = getattr(each, back.attname)
        back.set_cached_value(each, asked[key])
        found[key].append(each)
    for key, row in asked.items():
        row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found[key]
