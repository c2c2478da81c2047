"""Celery's doors to the dashboards."""

from celery import shared_task

from .actions import dashboard


@shared_task(name="sponsors.tasks.build_dashboards")
def build_dashboards() -> int:
    """Build what is behind; asked every ten seconds and after each change."""
    return dashboard.rebuild_behind()


@shared_task(name="sponsors.tasks.rebuild_all_dashboards", soft_time_limit=1800, time_limit=1860)
def rebuild_all_dashboards() -> int:
    return dashboard.rebuild_all()
