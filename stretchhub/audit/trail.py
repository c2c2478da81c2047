"""The one way into the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from stretchhub.env import now
from stretchhub.inserting import insert
from stretchhub.traced import request_id

from .models import AuditEntry


def entry(
    by: Any, verb: str, thing: models.Model | None, fields: Iterable[str] = (), facts: Mapping[str, Any] | None = None
) -> AuditEntry:
    """An entry not yet saved; `by` is a person, or None where the system acted by itself."""
    return AuditEntry(
        at=now(),
        actor_id=getattr(by, "pk", None),
        verb=verb,
        object_type=thing._meta.label_lower if thing is not None else "",
        object_id=thing.pk if thing is not None else None,
        fields=sorted(fields),
        facts=dict(facts or {}),
        request_id=request_id.get(),
    )


def record(
    by: Any,
    verb: str,
    thing: models.Model | None = None,
    fields: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write down, in the caller's transaction, that `by` did `verb` to `thing`; `facts` hold no word of anybody's."""
    return insert(entry(by, verb, thing, fields, facts))


def record_many(entries: list[AuditEntry]) -> None:
    """Write many entries at once, for imports."""
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
