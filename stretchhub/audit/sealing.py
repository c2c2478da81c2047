"""Sealing what stands in the audit trail, after it was written and apart from those who write.

An entry is sealed once it is committed. Nobody waits for it: what to seal is read and hashed outside any transaction,
and one short transaction moves the head of the chain, unless another sealer has moved it in the meantime.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from stretchhub.env import now

from . import heads
from .chain import COLUMNS, link
from .models import AuditChain, AuditEntry, AuditSeal

BATCH = 500
# A transaction that took longer than this to commit has its entries sealed by the day's full look.
LOOK_BACK = timedelta(hours=1)


def chain() -> AuditChain:
    return AuditChain.objects.get_or_create(pk=1)[0]


def unsealed(after: int = 0) -> QuerySet:
    sealed = AuditSeal.objects.filter(entry=OuterRef("pk"))
    return AuditEntry.objects.filter(~Exists(sealed), pk__gt=after).order_by("pk")


def seal() -> int:
    """Seal all entries that are not, and keep a head each day; how many were sealed here."""
    moment, sealed = now(), 0
    first_today = not any(head.day >= moment.date().isoformat() for head in heads.kept()[-1:])
    after = 0 if first_today else chain().floor
    while count := _seal_batch(after):
        sealed += count
    if not unsealed(after).exists():
        _note(moment)
    head = chain()
    heads.keep(moment.date(), head.number, head.hash)
    return sealed


def _seal_batch(after: int) -> int:
    """Seal some; none where nothing is left or somebody else is at it."""
    before = chain()
    hash, seals = before.hash, []
    rows = unsealed(after).values_list(*COLUMNS)[:BATCH]
    for number, row in enumerate(rows, start=before.number + 1):
        hash = link(hash, row)
        seals.append(AuditSeal(number=number, entry=row[0], hash=hash))
    if not seals:
        return 0
    with transaction.atomic():
        still = AuditChain.objects.filter(pk=before.pk, number=before.number, hash=before.hash)
        if not still.update(number=seals[-1].number, hash=hash):
            return 0
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def _note(moment: datetime) -> None:
    """That nothing more was there; and once in a while, from where to look the next time."""
    AuditChain.objects.filter(pk=1).update(sealed_at=moment)
    was = chain()
    if was.floor_at is None or was.floor_at <= moment - LOOK_BACK:
        last = AuditSeal.objects.order_by("-entry").values_list("entry", flat=True).first() or 0
        same = AuditChain.objects.filter(pk=1, floor_at=was.floor_at)
        same.update(floor=was.next_floor, next_floor=last, floor_at=moment)
