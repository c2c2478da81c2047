"""Celery's doors to the work of this app."""

from __future__ import annotations

from celery import shared_task

from stretchhub.env import now
from stretchhub.notices.models import State
from stretchhub.wake import wake

from . import reminders
from .actions import evidence_file, feedback_round, idle, manager_agreement, stray_files


@shared_task(name="assignments.tasks.plan_reminders")
def plan_reminders() -> dict[str, int]:
    """Write the reminders that have come due and wake the sender; running it twice changes nothing."""
    counts = reminders.plan(now())
    if counts[State.QUEUED]:
        wake("stretchhub.notices.tasks.deliver")
    return dict(counts)


@shared_task(name="assignments.tasks.find_idle_pipelines")
def find_idle_pipelines() -> int:
    """Note which pipelines stand still, for their reminders; running it twice changes nothing."""
    return idle.find_idle()


@shared_task(name="assignments.tasks.ask_line_managers")
def ask_line_managers() -> int:
    """Ask anew where the directory names another line manager than was asked; running it twice changes nothing."""
    return manager_agreement.follow_the_directory()


@shared_task(name=evidence_file.REDRAW_TASK)
def redraw_pictures() -> int:
    """Make pictures anew that were sent with evidence; running it twice changes nothing."""
    looked_at = evidence_file.redraw_pictures()
    if looked_at:
        wake(evidence_file.REDRAW_TASK)
    return looked_at


@shared_task(name="assignments.tasks.sweep_staged_files")
def sweep_staged_files() -> int:
    """Remove files that were uploaded a day ago and never attached, or belong to nothing; twice changes nothing."""
    return evidence_file.sweep(now()) + stray_files.sweep_strays(now())


@shared_task(name="assignments.tasks.follow_feedback")
def follow_feedback() -> dict[str, int]:
    """Close the rounds whose day is over and remind whoever is asked; running it twice changes nothing."""
    return {"closed": feedback_round.close_due(), "reminded": feedback_round.remind_givers()}


@shared_task(name="assignments.tasks.forget_feedback")
def forget_feedback() -> int:
    """Delete the answers that were kept for as long as their givers were told."""
    return feedback_round.forget()
