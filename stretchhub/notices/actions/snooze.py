"""Put one thing off until a day, and take it up again before."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from stretchhub.audit.trail import record
from stretchhub.env import now

from .. import putting_off
from ..models import Notice, Snooze, State


@transaction.atomic
def put_off(*, by: Any, subject: str, until_on: date) -> Snooze:
    """Neither on Today nor in the daily mail before that day; a second choice takes the place of the first."""
    snooze, _fresh = Snooze.objects.update_or_create(user=by, subject=subject, defaults={"until_on": until_on})
    record(by, "snooze.made", snooze, fields=["until_on"])
    return snooze


@transaction.atomic
def take_up(*, by: Any, subject: str) -> None:
    """It waits again from now on; twice is as once."""
    for snooze in Snooze.objects.filter(user=by, subject=subject):
        record(by, "snooze.ended", snooze)
        snooze.delete()
    # Looked at again: what is still put off waits on.
    Notice.objects.filter(recipient=by, state=State.QUEUED, reason=putting_off.HELD).update(due_at=now())
