"""Celery's doors to exports."""

from celery import shared_task

from .actions import export


@shared_task(name="reviews.tasks.write_exports", soft_time_limit=1800, time_limit=1860)
def write_exports() -> int:
    """Write what waits; several workers share the line and write nothing twice."""
    return export.write_waiting()


@shared_task(name="reviews.tasks.expire_exports")
def expire_exports() -> int:
    return export.expire()
