"""Writing messages down, in the transaction of what they tell about."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model

from stretchhub.env import now
from stretchhub.wake import wake

from .models import Channel, Notice, Outsider, State


def key_of(kind: str, thing: Model, *, recipient: Any, revision: int = 0, local_date: date | None = None) -> str:
    """`kind:subject:revision:local-date:recipient:channel`; the same key is never sent twice.

    An outsider stands in it as a digest of the address.
    """
    day = local_date.isoformat() if local_date else "-"
    to = _digest(recipient.email) if isinstance(recipient, Outsider) else recipient.pk
    return f"{kind}:{thing.pk}:{revision}:{day}:{to}:{Channel.EMAIL}"


def _digest(address: str) -> str:
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()[:24]


def draft(
    kind: str,
    thing: Model,
    *,
    recipient: Any,
    revision: int = 0,
    local_date: date | None = None,
    due_at: datetime | None = None,
) -> Notice:
    """A notice not yet saved."""
    outside = isinstance(recipient, Outsider)
    return Notice(
        key=key_of(kind, thing, recipient=recipient, revision=revision, local_date=local_date),
        kind=kind,
        recipient=None if outside else recipient,
        address=recipient.email if outside else "",
        address_name=recipient.name if outside else "",
        object_type=thing._meta.label_lower,
        object_id=thing.pk,
        planned_for=due_at or now(),
        due_at=due_at or now(),
        created_at=now(),
        message_id=f"<{uuid.uuid4()}@{settings.SITE_HOST or 'localhost'}>",
    )


def queue(kind: str, thing: Model, *, recipient: Any, **when: Any) -> None:
    """Tell `recipient` about `thing`, once, as soon as the transaction has committed."""
    queue_many([draft(kind, thing, recipient=recipient, **when)])


def queue_many(notices: Iterable[Notice]) -> None:
    """Write many notices; those whose key is there already are left as they are.

    Only what was taken back before it was sent is due again: a milestone undone and then done,
    say, is told of once.
    """
    rows = list(notices)
    if not rows:
        return
    Notice.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    taken_back = Notice.objects.filter(key__in=[row.key for row in rows], state=State.CANCELLED)
    taken_back.update(state=State.QUEUED, due_at=now(), reason="")
    wake("stretchhub.notices.tasks.deliver")
