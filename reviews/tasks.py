"""Celery's doors to exports, agreement and reports on equity."""

from celery import shared_task

from stretchhub.env import now
from stretchhub.notices.models import State
from stretchhub.wake import wake

from . import reminders
from .actions import agreement, equity, export, export_writing


@shared_task(name="reviews.tasks.write_exports", soft_time_limit=1800, time_limit=1860)
def write_exports() -> int:
    """Write what waits; several workers share the line and write nothing twice."""
    return export_writing.write_waiting()


@shared_task(name="reviews.tasks.expire_exports")
def expire_exports() -> int:
    return export.expire()


@shared_task(name="reviews.tasks.plan_reminders")
def plan_reminders() -> dict[str, int]:
    """Remind raters whose day comes near, and tell of cycles that have opened; twice is as once."""
    counts = reminders.plan(now())
    if counts[State.QUEUED]:
        wake("stretchhub.notices.tasks.deliver")
    return dict(counts)


@shared_task(name="reviews.tasks.take_equity_report")
def take_equity_report() -> bool:
    """Take the report of the last quarter, once; whether it was taken now."""
    return equity.take_due_report() is not None


@shared_task(name="reviews.tasks.work_out_agreement", soft_time_limit=1800, time_limit=1860)
def work_out_agreement() -> int:
    """Work out anew where ratings came since; twice is as once."""
    return agreement.work_out_behind()
