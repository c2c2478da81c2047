"""Sending what is due: claimed with a lease, fenced by the attempt, never silently twice."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from django.db import DatabaseError

from stretchhub.env import now

from . import breaker, hold, kinds, ledger, putting_off, writing
from .announcing import ServerUnreachable
from .channel import Broken, Channel, Parcel, Refused, pack
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
    any of its tries. Nothing is touched while mail is held.
    """
    if hold.is_held():
        return Counter(held=1)
    counts: Counter[str] = Counter()
    counts.update(ledger.settle_doubtful())
    if not breaker.may_try():
        return counts + Counter(waiting=1)
    channel, began, size = Channel(), monotonic(), ledger.BATCH
    try:
        while monotonic() - began < LONGEST_SECONDS and (batch := ledger.claim(size)):
            batch_began = monotonic()
            _send_all(batch, channel, counts)
            size = ledger.next_size(len(batch), monotonic() - batch_began)
    except ServerUnreachable as error:
        breaker.silent(str(error))
        counts["waiting"] += 1
    finally:
        channel.close()
    return counts


def _send_all(batch: list[Notice], channel: Channel, counts: Counter[str]) -> None:
    """One batch; what was not begun, or is known not to have gone out, is given back."""
    line = Line(channel, {notice.pk: notice for notice in batch})
    try:
        channel.open()
        breaker.answered()
        until = monotonic() + WORKED
        mails = _mails(batch, line.left, counts)
        ahead = next(mails, None)
        while ahead is not None and monotonic() < until:
            state = line.hand_over(*ahead)
            # The next is written while the mail server deals with this one.
            ahead = next(mails, None)
            counts[state or line.hear()] += 1
    finally:
        line.end()


@dataclass
class Line:
    """Handing over one after the other.

    `left` are those not begun, `handed` waits for its answer, and `sent` was taken by the mail
    server and is written down with the next.
    """

    channel: Channel
    left: dict[int, Notice]
    handed: Notice | None = None
    sent: Notice | None = None

    def hand_over(self, notice: Notice, parcel: Parcel) -> str:
        """Empty once it is on its way, its answer to be heard next; else the state in which it ended."""
        # Nothing of it goes out before its beginning is written down, which takes as long as the answer to this.
        self.channel.announce(parcel)
        ours = ledger.pass_on(self.sent, notice)
        self.sent = None
        del self.left[notice.pk]
        if not ours:
            self.channel.abandon()
            return "overtaken"
        if state := self._tried(notice, partial(self.channel.hand_over, parcel)):
            return state
        self.handed = notice
        return ""

    def hear(self) -> str:
        """What the mail server says of the one that waits for its answer."""
        assert self.handed is not None
        notice, self.handed = self.handed, None
        if state := self._tried(notice, self.channel.hear):
            return state
        self.sent = notice
        return State.SENT

    def _tried(self, notice: Notice, step: Callable[[], None]) -> str:
        """The state in which it ended with this step; empty while all goes well."""
        try:
            step()
        except Refused as error:
            return _refused(notice, error.code)
        except Broken:
            state = ledger.doubt(notice, "The connection broke while it was handed over.")
            self.channel.close()
            self.channel.open()
            return state
        except ServerUnreachable:
            self.left[notice.pk] = notice
            raise
        return ""

    def end(self) -> None:
        try:
            if self.handed is not None:
                self.hear()
        finally:
            ledger.once_back(self._write_down)

    def _write_down(self) -> None:
        if self.sent is not None:
            ledger.pass_on(self.sent, None)
            self.sent = None
        ledger.give_back(self.left.values())


def _mails(batch: list[Notice], left: dict[int, Notice], counts: Counter[str]) -> Iterator[tuple[Notice, Parcel]]:
    """One after the other, each written when it is asked for; what became of the others is written and counted."""
    things = _loaded(batch)
    put_off = putting_off.of(batch)
    for notice in batch:
        made = _put_off(notice, things[notice.pk], put_off) or _made(notice, things[notice.pk])
        if isinstance(made, Parcel):
            yield notice, made
        else:
            del left[notice.pk]
            counts[made] += 1


def _put_off(notice: Notice, thing: Any, put_off: putting_off.PutOff) -> str:
    later = _later(notice, thing, put_off)
    if later is None:
        return ""
    ledger.finish(notice, state=State.QUEUED, due_at=later, reason=putting_off.HELD)
    return State.QUEUED


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
