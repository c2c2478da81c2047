"""Celery's door to delivery."""

from celery import shared_task

from . import delivery


@shared_task(name="stretchhub.notices.tasks.deliver")
def deliver() -> dict[str, int]:
    """Send what is due; several at once share the work and repeat nothing."""
    return dict(delivery.deliver())
