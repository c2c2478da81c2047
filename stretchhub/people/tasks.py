"""Celery's door to what is done to people's records by itself."""

from __future__ import annotations

from celery import shared_task

from stretchhub.env import now

from . import uploads
from .actions import draft


@shared_task(name="stretchhub.people.tasks.forget_drafts")
def forget_drafts() -> int:
    """Delete drafts that nobody has gone on with for a long time; running it twice changes nothing."""
    return draft.forget_old(now())


@shared_task(name="stretchhub.people.tasks.sweep_imports")
def sweep_imports() -> int:
    """Remove files that were brought for an import and whose hour is over; running it twice changes nothing."""
    return uploads.sweep()
