"""Who works on which notice: taken with a lease, fenced by the attempt, written as it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import cache, reduce
from operator import or_
from time import monotonic, sleep
from typing import Any

from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from stretchhub import prepared
from stretchhub.env import now

from . import kinds
from .models import Notice, State

# So many at first; a batch is then what goes out in about a second, so that little waits for a sender that is killed.
BATCH, LARGEST_BATCH = 20, 100
LEASE = timedelta(seconds=120)
# Longer than a database that was ended hard takes to come back, and well below what a task may still last.
PATIENCE_SECONDS = 45
ASKED_AGAIN_SECONDS = 0.3
TABLE = Notice._meta.db_table

# One statement, so that nobody else can take what is taken here. SQLite has one writer and no SKIP LOCKED.
# Those to take are found once, before the update: a LIMIT inside its condition is asked anew for each row by
# some plans of PostgreSQL, which skips then what it has locked already and takes more than it was told to.
CLAIM = """
WITH taken AS MATERIALIZED (
    SELECT id FROM {table}
    WHERE due_at <= {moment} AND state IN ('queued', 'sending')
      AND (state = 'queued' OR (lease_until < {moment} AND data_started_at IS NULL))
    ORDER BY due_at, id LIMIT %(size)s {lock}
)
UPDATE {table} SET state = 'sending', attempts = attempts + 1, lease_until = {until}, data_started_at = NULL
WHERE id IN (SELECT id FROM taken)
RETURNING *
"""
# The answer about one and the beginning of the next are one write: a crash leaves at most one in doubt.
# An answer counts even when the lease ended meanwhile, as long as nobody has begun this notice anew.
# Only names, clocks and the types of parameters are put in; all values are parameters.
HAND_ON = """
UPDATE {table} SET
    state = CASE WHEN id = %(sent)s THEN 'sent' ELSE state END,
    reason = CASE WHEN state = 'uncertain' THEN '' ELSE reason END,
    sent_at = CASE WHEN id = %(sent)s THEN %(moment)s{time} END,
    lease_until = CASE WHEN id = %(sent)s THEN NULL ELSE %(until)s{time} END,
    data_started_at = CASE WHEN id = %(sent)s THEN data_started_at ELSE %(moment)s{time} END
WHERE (id = %(sent)s AND attempts = %(sent_try)s AND state IN ('sending', 'uncertain', 'queued'))
   OR (id = %(begun)s AND attempts = %(begun_try)s AND state = 'sending')
RETURNING id
"""
NOBODY = (-1, -1)


def claim(size: int = BATCH) -> list[Notice]:
    """Take up to so many due notices for this process alone, for as long as the lease."""
    with _one_writer():
        taken = list(Notice.objects.raw(*_claim(size)))
    people = get_user_model().objects.in_bulk({notice.recipient_id for notice in taken if notice.recipient_id})
    for notice in taken:
        if notice.recipient_id:
            notice.recipient = people[notice.recipient_id]
    return sorted(taken, key=lambda notice: (notice.due_at, notice.pk))


def next_size(sent: int, seconds: float) -> int:
    """How many to take after so many went out in so long."""
    return max(BATCH, min(LARGEST_BATCH, int(sent / max(seconds, 0.001))))


def _one_writer() -> Any:
    """On PostgreSQL a statement is a transaction of its own."""
    return nullcontext() if connection.vendor == "postgresql" else transaction.atomic()


def _claim(size: int) -> tuple[str, dict[str, Any]]:
    lock = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    if connection.vendor == "postgresql":
        # By the database's clock, as in `clock`.
        moment, until = "statement_timestamp() + %(moment)s", "statement_timestamp() + %(until)s"
        values: dict[str, Any] = {"moment": _shift(), "until": _shift() + LEASE, "size": size}
    else:
        moment, until = "%(moment)s", "%(until)s"
        values = {"moment": _stored(now()), "until": _stored(now() + LEASE), "size": size}
    return CLAIM.format(table=TABLE, lock=lock, moment=moment, until=until), values


def clock() -> datetime:
    """The database's clock, one for all machines; the shift is that of tests."""
    if connection.vendor != "postgresql":
        return now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0] + _shift()


def _shift() -> timedelta:
    """Nought but in tests."""
    return now() - timezone.now()


def pass_on(sent: Notice | None, begun: Notice | None) -> bool:
    """Write that one was taken by the mail server and that another is about to be handed over.

    False where the other has been taken over by somebody else meanwhile.
    """
    moment = now()
    done = (sent.pk, sent.attempts) if sent else NOBODY
    new = (begun.pk, begun.attempts) if begun else NOBODY
    values = {
        "sent": done[0],
        "sent_try": done[1],
        "begun": new[0],
        "begun_try": new[1],
        "moment": _stored(moment),
        "until": _stored(moment + LEASE),
    }
    written = prepared.run(_hand_on(connection.vendor), values)
    return begun is not None and (begun.pk,) in written


@cache
def _hand_on(vendor: str) -> str:
    # The type of a parameter inside CASE is not guessed by PostgreSQL.
    return HAND_ON.format(table=TABLE, time="::timestamptz" if vendor == "postgresql" else "")


def finish(notice: Notice, **values: Any) -> bool:
    """Write another outcome, unless somebody else has taken this notice over meanwhile."""
    mine = Notice.objects.filter(pk=notice.pk, attempts=notice.attempts, state=State.SENDING)
    return mine.update(lease_until=None, **values) == 1


def give_back(batch: Iterable[Notice]) -> None:
    """Let others have them at once; none of its tries is used up."""
    mine = [Q(pk=notice.pk, attempts=notice.attempts) for notice in batch]
    if mine:
        Notice.objects.filter(reduce(or_, mine), state=State.SENDING).update(
            state=State.QUEUED, lease_until=None, data_started_at=None
        )


def once_back(write: Callable[[], None]) -> None:
    """Write as soon as the database is there again: what a sender has heard of its mails, nobody else knows.

    The same may be written twice: each write changes only what is still as this sender took it.
    """
    until = monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or monotonic() > until:
                raise
        connection.close()
        sleep(ASKED_AGAIN_SECONDS)


def doubt(notice: Notice, reason: str) -> str:
    """What must arrive is queued again under the same Message-ID; the rest is left for a person."""
    kind = kinds.get(notice.kind)
    state = State.QUEUED if kind is not None and kind.must_arrive else State.UNCERTAIN
    finish(notice, state=state, reason=reason)
    return state


def settle_doubtful() -> Counter[str]:
    """Name those whose sender died between handing over and hearing the answer."""
    counts: Counter[str] = Counter()
    doubtful = Notice.objects.filter(state=State.SENDING, lease_until__lt=clock(), data_started_at__isnull=False)
    for notice in doubtful[:1000]:
        counts[doubt(notice, "The sender stopped before the mail server had answered.")] += 1
    return counts


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
