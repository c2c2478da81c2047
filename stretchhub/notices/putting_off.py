"""A reminder of what somebody has put off waits until that day too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from stretchhub.env import now
from stretchhub.waiting import Waiting

from . import kinds, wishes
from .models import Notice, Snooze
from .timing import at_hour, first_day
from .writing import letter

HELD = "Put off by its recipient."
# Somewhere on earth a day ends that much later than in UTC.
BEHIND = timedelta(hours=12)

PutOff = dict[tuple[int, str], date]


def of(notices: Collection[Notice]) -> PutOff:
    """What their recipients have put off, by person and subject; one query."""
    people = {notice.recipient_id for notice in notices if notice.recipient_id}
    rows = Snooze.objects.filter(user__in=people, until_on__gt=(now() - BEHIND).date())
    return {(user, subject): until for user, subject, until in rows.values_list("user_id", "subject", "until_on")}


def until(notice: Notice, thing: Any, put_off: PutOff) -> datetime | None:
    """When the recipient wants to hear of it again; None where it was not put off, or that day has come."""
    kind = kinds.get(notice.kind)
    if not put_off or kind is None or not kind.waiting or not isinstance(notice.recipient_id, int):
        return None
    words = letter(notice, thing, kind) if thing is not None else None
    if words is None:
        return None
    subject = Waiting(kind.waiting, "", "", words.path, "").subject
    day = put_off.get((notice.recipient_id, subject))
    if day is None:
        return None
    hours = wishes.of_one(notice.recipient).hours
    moment = at_hour(first_day(day, hours), hours)
    return moment if moment > now() else None
