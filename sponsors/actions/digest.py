"""Writing the weekly digests that have come due, each once, and none that would be empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.db import transaction

from .. import digest_letter
from ..apart import apart
from ..digest import Digest, due_monday, read, readers
from ..models import DashboardSnapshot

BATCH = 200


def plan(moment: datetime) -> int:
    """Write a digest for every sponsor whose Monday morning has come and who has news; how many."""
    due: list[tuple[DashboardSnapshot, date]] = []
    written = 0
    for snapshot in readers().iterator(chunk_size=BATCH):
        monday = due_monday(snapshot, moment)
        if monday is None:
            continue
        due.append((snapshot, monday))
        if len(due) == BATCH:
            written += apart(partial(_write, moment=moment), due)
            due = []
    return written + apart(partial(_write, moment=moment), due)


def _write(due: Sequence[tuple[DashboardSnapshot, date]], *, moment: datetime) -> int:
    digests = read([snapshot for snapshot, _monday in due], against="facts") if due else {}
    return sum(_keep(snapshot, digests[snapshot.pk], monday, moment) for snapshot, monday in due)


@transaction.atomic
def _keep(snapshot: DashboardSnapshot, digest: Digest, monday: date, moment: datetime) -> bool:
    """Remember what this week was looked at with; of two who look at once only one writes."""
    known = snapshot.digested.get("facts", {})
    kept = {"week": monday.isoformat(), "before": known, "facts": digest.facts}
    as_read = DashboardSnapshot.objects.filter(pk=snapshot.pk, digested_at=snapshot.digested_at)
    if not as_read.update(digested_at=moment, digested=kept) or digest.is_empty:
        return False
    digest_letter.weekly(snapshot, monday=monday)
    return True
