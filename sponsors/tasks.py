"""Celery's doors to the dashboards, the asks and the rhythm."""

from celery import shared_task

from stretchhub.env import now
from stretchhub.notices.models import State
from stretchhub.wake import wake

from . import reminders
from .actions import ask, check_in, dashboard, digest, introduction
from .asking import MOST_TIMES
from .following import unanswered


@shared_task(name="sponsors.tasks.build_dashboards")
def build_dashboards() -> int:
    """Build what is behind; asked every ten seconds and after each change."""
    return dashboard.rebuild_behind()


@shared_task(name="sponsors.tasks.rebuild_all_dashboards", soft_time_limit=1800, time_limit=1860)
def rebuild_all_dashboards() -> int:
    return dashboard.rebuild_all()


@shared_task(name="sponsors.tasks.follow_up_asks")
def follow_up_asks() -> int:
    """Put what nobody answered again; after three times the mentor is told instead. How many it moved."""
    ask.end_with_assignments()
    due = list(unanswered(now()))
    return sum(ask.put_again(each) if each.times_put < MOST_TIMES else ask.tell_mentor(each) for each in due)


@shared_task(name="sponsors.tasks.plan_check_ins")
def plan_check_ins() -> int:
    """Plan check-ins where an assignment has changed, and remind of those that are due; twice is as once."""
    planned = check_in.plan_behind()
    if reminders.plan(now())[State.QUEUED]:
        wake("stretchhub.notices.tasks.deliver")
    return planned


@shared_task(name="sponsors.tasks.plan_digests")
def plan_digests() -> int:
    """Write the weekly digests that have come due; asked every ten minutes, and twice is as once."""
    return digest.plan(now())


@shared_task(name="sponsors.tasks.follow_replies")
def follow_replies() -> int:
    """Write down who was asked with the brief elsewhere, and which introductions were answered with such a request."""
    return introduction.join_requests() + introduction.follow_replies()
