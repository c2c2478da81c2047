"""Writing messages down, in the transaction of what they tell about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from stretchhub.env import now
from stretchhub.inserting import insert_new
from stretchhub.wake import wake

from . import kinds
from .models import Channel, Notice, Outsider, State
from .placing import Placer, new_message_id

# What the wishes of its recipient decide about a notice.
PLACE = ("state", "channel", "due_at", "reason", "digest_id")


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
        message_id=new_message_id(),
    )


def queue(kind: str, thing: Model, *, recipient: Any, **when: Any) -> None:
    """Tell `recipient` about `thing`, once, as soon as the transaction has committed."""
    queue_many([draft(kind, thing, recipient=recipient, **when)])


def queue_many(notices: Iterable[Notice]) -> None:
    """Write many notices as their recipients wish; those whose key is there already are left as they are.

    Only what was taken back before it was sent is due again: a milestone undone and then done,
    say, is told of once.
    """
    rows = list(notices)
    if not rows:
        return
    place(rows, now())
    if len(insert_new(rows)) < len(rows):
        _due_again({row.key: row for row in rows})
    wake_delivery()


def _due_again(by_key: dict[str, Notice]) -> None:
    for taken_back in Notice.objects.filter(key__in=by_key, state=State.CANCELLED):
        again = by_key[taken_back.key]
        Notice.objects.filter(pk=taken_back.pk, state=State.CANCELLED).update(
            **{name: getattr(again, name) for name in PLACE}
        )


def wake_delivery() -> None:
    wake("stretchhub.notices.tasks.deliver")


def place(rows: Iterable[Notice], moment: datetime) -> None:
    """Give each notice the moment, the digest or the page that its recipient's wishes ask for."""
    to_people = [row for row in rows if row.recipient_id and not kinds.is_urgent(row.kind)]
    placer = Placer({row.recipient_id for row in to_people}, moment)
    places = {row.key: placer.place(row.recipient_id, row.kind, row.due_at) for row in to_people}
    digests = placer.digests(places.values())
    for row in to_people:
        where = places[row.key]
        row.due_at, row.state, row.channel, row.reason = where.due_at, where.state, where.channel, where.reason
        if where.digest is not None:
            row.digest_id, row.due_at = digests[where.digest]
