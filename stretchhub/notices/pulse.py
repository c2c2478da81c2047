"""Writing down that the work without which nothing goes out was done: planning, sending, building dashboards."""

from __future__ import annotations

from typing import Any

from celery.signals import task_success

from stretchhub.env import now

from .models import Pulse

PLANNERS = ("assignments.tasks.plan_reminders", "reviews.tasks.plan_reminders", "sponsors.tasks.plan_check_ins")
SENDER = "stretchhub.notices.tasks.deliver"
DASHBOARDS = "sponsors.tasks.build_dashboards"
WATCHED = (*PLANNERS, SENDER, DASHBOARDS)


def beat(task: str) -> None:
    """It was done just now."""
    if task in WATCHED and not Pulse.objects.filter(pk=task).update(done_at=now()):
        Pulse.objects.bulk_create([Pulse(task=task, done_at=now())], ignore_conflicts=True)


def listen() -> None:
    """Celery says of each task that it was done; what it answered is no matter."""
    task_success.connect(_done, dispatch_uid="pulse")


def _done(sender: Any, **kwargs: Any) -> None:
    beat(sender.name)
