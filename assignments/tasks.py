"""Celery's doors to the work of this app."""

from __future__ import annotations

from celery import shared_task

from stretchhub.env import now
from stretchhub.notices.models import State
from stretchhub.wake import wake

from . import reminders


@shared_task(name="assignments.tasks.plan_reminders")
def plan_reminders() -> dict[str, int]:
    """Write the reminders that have come due and wake the sender; running it twice changes nothing."""
    counts = reminders.plan(now())
    if counts[State.QUEUED]:
        wake("stretchhub.notices.tasks.deliver")
    return dict(counts)
