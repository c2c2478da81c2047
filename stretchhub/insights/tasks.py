"""Celery's door to the figures of the programme."""

from celery import shared_task

from .actions import figures


@shared_task(name="insights.tasks.build_figures", soft_time_limit=1800, time_limit=1860)
def build_figures() -> bool:
    """Build what has changed since last night, and settle a quarter that is over; twice is as once."""
    return figures.build()
