"""Sending what is due: claimed with a lease, fenced by the attempt, never silently twice."""

from __future__ import annotations

import logging
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import DatabaseError

from stretchhub.env import now

from . import breaker, kinds, ledger, putting_off, writing
from .channel import Broken, Channel, Parcel, Refused, ServerUnreachable, pack
from .models import Notice, State
from .writing import letter

__all__ = ["deliver", "letter"]

log = logging.getLogger(__name__)

# After an error of the message's own, in minutes; the eighth failure is the last.
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)
RENDER_TRIES = 3
UNREADABLE = object()
# A batch that takes longer than this part of its lease gives the rest of it back.
WORKED = ledger.LEASE.total_seconds() * 0.6
# Well below the time limit of a task; the next sweep goes on.
LONGEST_SECONDS = 150


def deliver() -> Counter[str]:
    """Send everything that is due and say how many ended in which state.

    Stops when nothing is due or the mail server cannot be reached; an outage costs no message
    any of its tries.
    """
    counts: Counter[str] = Counter()
    counts.update(ledger.settle_doubtful())
    if not breaker.may_try():
        return counts + Counter(waiting=1)
    channel, began = Channel(), monotonic()
    try:
        while monotonic() - began < LONGEST_SECONDS and (batch := ledger.claim()):
            _send_all(batch, channel, counts)
    except ServerUnreachable as error:
        breaker.silent(str(error))
        counts["waiting"] += 1
    finally:
        channel.close()
    return counts


def _send_all(batch: list[Notice], channel: Channel, counts: Counter[str]) -> None:
    """One batch; what was not begun, or is known not to have gone out, is given back."""
    left, line = list(batch), Line(channel)
    try:
        channel.open()
        breaker.answered()
        began = monotonic()
        parcels = _packed(batch, counts)
        left = [notice for notice in batch if notice.pk in parcels]
        while left and monotonic() - began < WORKED:
            notice = left.pop(0)
            try:
                counts[line.hand_over(notice, parcels[notice.pk])] += 1
            except ServerUnreachable:
                left.append(notice)
                raise
    finally:
        line.end()
        ledger.give_back(left)


@dataclass
class Line:
    """Handing over one after the other; `sent` was taken by the mail server and is written with the next."""

    channel: Channel
    sent: Notice | None = None

    def hand_over(self, notice: Notice, parcel: Parcel) -> str:
        ours = ledger.pass_on(self.sent, notice)
        self.sent = None
        if not ours:
            return "overtaken"
        try:
            self.channel.send(parcel)
        except Refused as error:
            return _refused(notice, error.code)
        except Broken:
            state = ledger.doubt(notice, "The connection broke while it was handed over.")
            self.channel.close()
            self.channel.open()
            return state
        self.sent = notice
        return State.SENT

    def end(self) -> None:
        if self.sent is not None:
            ledger.pass_on(self.sent, None)
            self.sent = None


def _packed(batch: list[Notice], counts: Counter[str]) -> dict[int, Parcel]:
    """The mails to hand over, by notice; what became of the others is written and counted."""
    things = _loaded(batch)
    put_off = putting_off.of(batch)
    parcels = {}
    for notice in batch:
        if later := _later(notice, things[notice.pk], put_off):
            ledger.finish(notice, state=State.QUEUED, due_at=later, reason=putting_off.HELD)
            counts[State.QUEUED] += 1
            continue
        made = _made(notice, things[notice.pk])
        if isinstance(made, Parcel):
            parcels[notice.pk] = made
        else:
            counts[made] += 1
    return parcels


def _later(notice: Notice, thing: Any, put_off: putting_off.PutOff) -> datetime | None:
    """Until when its recipient has put it off; what cannot be read is told of where it is written."""
    try:
        return None if thing is UNREADABLE else putting_off.until(notice, thing, put_off)
    except DatabaseError:
        raise
    except Exception:
        return None


def _made(notice: Notice, thing: Any) -> Parcel | str:
    """The mail, or the state in which the notice ends instead."""
    kind = kinds.get(notice.kind)
    if kind is None or thing is None or not notice.addressee.is_active:
        return _cancel(notice, "Its subject or recipient is not there any more.")
    if thing is UNREADABLE:
        return _failed(notice, "It could not be written.", last_try=RENDER_TRIES)
    try:
        mail = writing.mail(notice, thing, kind)
    except Exception:
        log.exception("Notice %s of kind %s could not be written", notice.pk, notice.kind)
        return _failed(notice, "It could not be written.", last_try=RENDER_TRIES)
    if mail is None:
        return _cancel(notice, "It was settled before it was sent.")
    try:
        return pack(mail)
    except ValueError:
        # An address or a subject that no mail can carry; nothing went out, and the others go on.
        log.exception("Notice %s of kind %s cannot be mailed", notice.pk, notice.kind)
        return _failed(notice, "It cannot be mailed as it is.", last_try=RENDER_TRIES)


def _loaded(batch: list[Notice]) -> dict[int, Any]:
    """What each of them is about; one that cannot be read keeps none of the others from going out."""
    try:
        return kinds.load_things(batch)
    except DatabaseError:
        raise
    except Exception:
        log.exception("Notices could not be read together")
    return {notice.pk: _loaded_alone(notice) for notice in batch}


def _loaded_alone(notice: Notice) -> Any:
    try:
        return kinds.load_things([notice])[notice.pk]
    except DatabaseError:
        raise
    except Exception:
        log.exception("What notice %s of kind %s is about could not be read", notice.pk, notice.kind)
        return UNREADABLE


def _cancel(notice: Notice, reason: str) -> str:
    ledger.finish(notice, state=State.CANCELLED, reason=reason)
    return State.CANCELLED


def _refused(notice: Notice, code: int) -> str:
    if code >= 500:
        return _dead(notice, f"The mail server refused it for good ({code}).")
    return _failed(notice, f"The mail server put it off ({code}).", last_try=len(BACKOFF_MINUTES))


def _failed(notice: Notice, reason: str, *, last_try: int) -> str:
    failures = notice.failures + 1
    if failures >= last_try:
        return _dead(notice, reason, failures=failures)
    # Spread out, so that what failed together does not come back together.
    minutes = BACKOFF_MINUTES[failures - 1] * random.uniform(0.5, 1.5)  # noqa: S311
    ledger.finish(
        notice,
        state=State.QUEUED,
        failures=failures,
        due_at=now() + timedelta(minutes=minutes),
        data_started_at=None,
        reason=reason,
    )
    return State.QUEUED


def _dead(notice: Notice, reason: str, **values: Any) -> str:
    ledger.finish(notice, state=State.DEAD, data_started_at=None, reason=reason, **values)
    return State.DEAD
