"""Sending what is due: claimed with a lease, fenced by the attempt, never silently twice."""

from __future__ import annotations

import logging
import random
import smtplib
from collections import Counter
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from stretchhub.env import now

from . import kinds
from .kinds import Kind, Letter
from .models import Notice, State

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(seconds=120)
# After an error of the message's own, in minutes; the eighth failure is the last.
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)
RENDER_TRIES = 3
UNREADABLE = object()


class ServerUnreachable(Exception):
    """The mail server cannot be talked to now; nothing is wrong with the message."""


def deliver() -> Counter[str]:
    """Send everything that is due and say how many ended in which state.

    Stops when nothing is due or the mail server cannot be reached; an outage costs no message
    any of its tries.
    """
    counts: Counter[str] = Counter()
    counts.update(settle_doubtful())
    connection = get_connection()
    try:
        while batch := claim():
            connection = _opened(connection, batch)
            things = _loaded(batch)
            for position, notice in enumerate(batch):
                try:
                    counts[_send(notice, things[notice.pk], connection)] += 1
                except ServerUnreachable:
                    _give_back(batch[position:])
                    raise
    except ServerUnreachable as error:
        log.warning("The mail server does not answer; messages wait: %s", error)
        counts["waiting"] += 1
    finally:
        connection.close()
    return counts


def claim() -> list[Notice]:
    """Take up to a batch of due notices for this process alone, for as long as the lease."""
    moment = now()
    due = Q(state=State.QUEUED, due_at__lte=moment) | Q(
        state=State.SENDING, lease_until__lt=moment, data_started_at__isnull=True
    )
    with transaction.atomic():
        ids = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(due)
            .order_by("due_at", "id")
            .values_list("id", flat=True)[:BATCH]
        )
        Notice.objects.filter(due, id__in=ids).update(
            state=State.SENDING,
            attempts=F("attempts") + 1,
            lease_until=moment + LEASE,
            data_started_at=None,
        )
        return list(Notice.objects.filter(id__in=ids).select_related("recipient").order_by("due_at", "id"))


def settle_doubtful() -> Counter[str]:
    """Name those whose sender died between handing over and hearing the answer.

    What must arrive is queued again under the same Message-ID; the rest is left for a person.
    """
    counts: Counter[str] = Counter()
    doubtful = Notice.objects.filter(state=State.SENDING, lease_until__lt=now(), data_started_at__isnull=False)
    for notice in doubtful[:1000]:
        counts[_doubt(notice, "The sender stopped before the mail server had answered.")] += 1
    return counts


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


def _opened(connection: Any, batch: list[Notice]) -> Any:
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _give_back(batch)
        raise ServerUnreachable(str(error)) from error
    return connection


def _give_back(batch: list[Notice]) -> None:
    for notice in batch:
        _finish(notice, state=State.QUEUED, lease_until=None, data_started_at=None)


def _finish(notice: Notice, **values: Any) -> bool:
    """Write the outcome, unless somebody else has taken this notice over meanwhile."""
    mine = Notice.objects.filter(pk=notice.pk, attempts=notice.attempts, state=State.SENDING)
    return mine.update(**values) == 1


def _send(notice: Notice, thing: Any, connection: Any) -> str:
    kind = kinds.get(notice.kind)
    if kind is None or thing is None or not notice.addressee.is_active:
        return _cancel(notice, "Its subject or recipient is not there any more.")
    if thing is UNREADABLE:
        return _failed(notice, "It could not be written.", last_try=RENDER_TRIES)
    try:
        message = _message(notice, thing, kind, connection)
    except Exception:
        log.exception("Notice %s of kind %s could not be written", notice.pk, notice.kind)
        return _failed(notice, "It could not be written.", last_try=RENDER_TRIES)
    if message is None:
        return _cancel(notice, "It was settled before it was sent.")
    return _hand_over(notice, message, connection)


def _hand_over(notice: Notice, message: EmailMultiAlternatives, connection: Any) -> str:
    if not _finish(notice, data_started_at=now()):
        return "overtaken"
    try:
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        return _refused(notice, max(codes, default=550))
    except smtplib.SMTPResponseException as error:
        return _refused(notice, error.smtp_code)
    except ValueError:
        # An address or a subject that no mail can carry; nothing went out, and the others go on.
        log.exception("Notice %s of kind %s cannot be mailed", notice.pk, notice.kind)
        return _failed(notice, "It cannot be mailed as it is.", last_try=RENDER_TRIES)
    except (OSError, smtplib.SMTPException) as error:
        state = _doubt(notice, "The connection broke while it was handed over.")
        connection.close()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException):
            raise ServerUnreachable(str(error)) from error
        return state
    _finish(notice, state=State.SENT, sent_at=now(), lease_until=None, reason="")
    return State.SENT


def _cancel(notice: Notice, reason: str) -> str:
    _finish(notice, state=State.CANCELLED, lease_until=None, reason=reason)
    return State.CANCELLED


def _refused(notice: Notice, code: int) -> str:
    if code >= 500:
        _finish(
            notice,
            state=State.DEAD,
            lease_until=None,
            data_started_at=None,
            reason=f"The mail server refused it for good ({code}).",
        )
        return State.DEAD
    return _failed(notice, f"The mail server put it off ({code}).", last_try=len(BACKOFF_MINUTES))


def _failed(notice: Notice, reason: str, *, last_try: int) -> str:
    failures = notice.failures + 1
    if failures >= last_try:
        _finish(
            notice,
            state=State.DEAD,
            failures=failures,
            lease_until=None,
            data_started_at=None,
            reason=reason,
        )
        return State.DEAD
    # Spread out, so that what failed together does not come back together.
    minutes = BACKOFF_MINUTES[failures - 1] * random.uniform(0.5, 1.5)  # noqa: S311
    _finish(
        notice,
        state=State.QUEUED,
        failures=failures,
        due_at=now() + timedelta(minutes=minutes),
        lease_until=None,
        data_started_at=None,
        reason=reason,
    )
    return State.QUEUED


def _doubt(notice: Notice, reason: str) -> str:
    kind = kinds.get(notice.kind)
    state = State.QUEUED if kind is not None and kind.must_arrive else State.UNCERTAIN
    _finish(notice, state=state, lease_until=None, reason=reason)
    return state


def letter(notice: Notice, thing: Any, kind: Kind) -> Letter | None:
    """The words as the recipient should read them now; None where it should not be sent."""
    person = notice.addressee
    with translation.override(person.locale), timezone.override(person.zone):
        return kind.render(notice, thing) if kind.still_due(notice, thing) else None


def _message(notice: Notice, thing: Any, kind: Kind, connection: Any) -> EmailMultiAlternatives | None:
    words = letter(notice, thing, kind)
    if words is None:
        return None
    context = {"letter": words, "person": notice.addressee, "SITE_URL": settings.SITE_URL}
    with translation.override(notice.addressee.locale):
        text = render_to_string("notices/mail.txt", context)
        html = render_to_string("notices/mail.html", context)
    message = EmailMultiAlternatives(
        " ".join(words.subject.split()),
        text,
        to=[notice.addressee.email],
        reply_to=[words.reply_to] if words.reply_to else None,
        connection=connection,
        headers={"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    for each in words.attachments:
        message.attach(each.name, each.content, each.content_type)
    return message
