"""What a person chooses about their messages; what waits already follows the choice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.env import now

from .. import kinds, outbox
from ..models import Absence, Delivery, Notice, ReminderSettings, State, TopicDelivery
from ..placing import DIGEST
from ..topics import CHOSEN, WITH_DAYS

# A digest in one of these states is over.
SETTLED = [State.SENDING, State.SENT, State.UNCERTAIN, State.CANCELLED, State.DEAD, State.SETTLED]


@transaction.atomic
def choose(
    *,
    by: Any,
    hours: Mapping[str, Any],
    topics: Mapping[str, str],
    all_off: bool,
    before: Mapping[str, int] | None = None,
) -> None:
    """Keep this person's own hours, how each topic comes, and how many days before a day they hear of it too."""
    before = before or {}
    kept, _fresh = ReminderSettings.objects.get_or_create(user=by)
    for name, value in hours.items():
        setattr(kept, name, value)
    kept.all_off_at = (kept.all_off_at or now()) if all_off else None
    kept.save()
    for topic, delivery in topics.items():
        ahead = {"days_before": before[topic]} if topic in before else {}
        TopicDelivery.objects.update_or_create(user=by, topic=topic, defaults={"delivery": delivery, **ahead})
    record(by, "reminders.chosen", kept, fields=[*hours, *topics, "all_off_at", *(["days_before"] if before else [])])
    follow(by)


@transaction.atomic
def stop(person: Any, topic: str | None) -> None:
    """No more mail about a topic, or about anything that may be turned off; twice is as once."""
    kept, _fresh = ReminderSettings.objects.get_or_create(user=person)
    if topic is None:
        kept.all_off_at = kept.all_off_at or now()
        kept.save(update_fields=["all_off_at"])
    else:
        TopicDelivery.objects.update_or_create(user=person, topic=topic, defaults={"delivery": Delivery.OFF})
    record(person, "reminders.stopped", kept, fields=[topic or "all_off_at"])
    follow(person)


@transaction.atomic
def go_away(*, by: Any, from_on: date, until_on: date) -> Absence:
    """Be away on these days, both counted; the same days twice are once."""
    absence, fresh = Absence.objects.get_or_create(user=by, from_on=from_on, until_on=until_on)
    if fresh:
        record(by, "absence.added", absence, fields=["from_on", "until_on"])
        follow(by)
    return absence


@transaction.atomic
def come_back(absence: Absence, *, by: Any) -> None:
    """Take an absence back; what it held goes out as if it had never been."""
    record(by, "absence.removed", absence)
    absence.delete()
    follow(by)


def follow(person: Any) -> None:
    """Place anew what waits for this person and was never tried, from the moment it was ready."""
    waiting = list(
        Notice.objects.filter(recipient=person, state__in=[State.QUEUED, State.BUNDLED], attempts=0)
        .exclude(kind=DIGEST)
        .exclude(kind__in=kinds.urgent())
        .exclude(state=State.BUNDLED, digest__state__in=SETTLED)
    )
    before = {row.pk: row.state for row in waiting}
    for row in waiting:
        row.due_at = row.planned_for or row.due_at
        row.digest_id = None
    outbox.place(waiting, now())
    for row in waiting:
        same = Notice.objects.filter(pk=row.pk, state=before[row.pk], attempts=0)
        same.update(**{name: getattr(row, name) for name in outbox.PLACE})
    outbox.wake_delivery()


def choices_of(person: Any) -> tuple[dict[str, str], dict[str, int]]:
    """How each topic comes to this person now, and how many days before its day they hear of something."""
    rows = TopicDelivery.objects.filter(user=person).values_list("topic", "delivery", "days_before")
    chosen = {topic: (delivery, before) for topic, delivery, before in rows}
    usual = (str(Delivery.IMMEDIATE), 0)
    return (
        {topic: chosen.get(topic, usual)[0] for topic in map(str, CHOSEN)},
        {topic: chosen.get(topic, usual)[1] for topic in map(str, WITH_DAYS)},
    )
