"""Celery's doors to the keeping of records."""

from __future__ import annotations

from celery import shared_task

from stretchhub.env import now

from . import retention
from .actions import erasure


@shared_task(name=erasure.TASK, soft_time_limit=1800, time_limit=1860)
def erase() -> int:
    """Erase whoever is approved; running it twice changes nothing."""
    return erasure.carry_out()


@shared_task(name="stretchhub.keeping.tasks.let_go", soft_time_limit=1800, time_limit=1860)
def let_go() -> dict[str, int]:
    """Let go of what is beyond its time, and of packets whose rule is over; running it twice changes nothing."""
    return {**retention.let_go(now()), "packets": erasure.let_packets_go()}
