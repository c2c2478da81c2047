"""The oldest part of the audit trail: it goes once it is verified, and the rest begins at the hash it ended with."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef

from stretchhub.audit import verifying
from stretchhub.audit.models import AuditChain, AuditEntry, AuditSeal
from stretchhub.audit.trail import record

from .erasing import delete_rows

log = logging.getLogger(__name__)


def over(cut: datetime) -> models.QuerySet:
    """Seals from the beginning of the chain on, up to the first whose entry is as young as this moment."""
    young = AuditEntry.objects.filter(pk=OuterRef("entry"), at__gte=cut)
    first = AuditSeal.objects.filter(Exists(young)).order_by("number").values_list("number", flat=True).first()
    end = (_chain().number + 1) if first is None else first
    return AuditSeal.objects.filter(number__lt=end).order_by("number")


def _chain() -> AuditChain:
    return AuditChain.objects.first() or AuditChain()


def go(numbers: Sequence[int]) -> Counter[str]:
    """These and their entries, unless they are not as they were sealed: then nothing goes, as it is evidence."""
    begins = _chain().start_number
    verdict = verifying.verify(most=len(numbers))
    if verdict.fault or verdict.number != numbers[-1]:
        log.error("The audit trail is not let go after number %s: %s", begins, verdict.fault)
        return Counter()
    here = AuditChain.objects.filter(pk=1, start_number=begins)
    if not here.update(start_number=verdict.number, start_hash=verdict.hash):
        return Counter()
    entries = list(AuditSeal.objects.filter(number__lte=verdict.number).values_list("entry", flat=True))
    gone = delete_rows(AuditEntry, entries)
    delete_rows(AuditSeal, list(numbers))
    facts = {"number": verdict.number, "hash": verdict.hash, "rows": gone}
    record(None, verifying.SEGMENT_GONE, AuditChain(pk=1), facts=facts)
    return Counter(rows=gone)
