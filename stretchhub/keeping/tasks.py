"""Celery's doors to the keeping of records."""

from __future__ import annotations

from celery import shared_task

from .actions import erasure


@shared_task(name=erasure.TASK, soft_time_limit=1800, time_limit=1860)
def erase() -> int:
    """Erase whoever is approved; running it twice changes nothing."""
    return erasure.carry_out()
