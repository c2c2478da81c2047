"""Two messages that did not go as they should, so that an administrator has something to settle."""

from __future__ import annotations

from stretchhub.notices.models import Notice, State

from .cohort import Cohort
from .people import SIGN_INS

STORIES = (
    (State.UNCERTAIN, "The connection broke while it was handed over."),
    (State.DEAD, "The mail server refused it for good (550)."),
)
APART = 7


def leave_doubts(cohort: Cohort) -> list[Notice]:
    """The cohort's messages by day; two of the latest, to people who do not sign in here, went wrong."""
    # Those of one moment as they were told: by their keys, in which numbers stand as text, two runs would differ.
    notices = sorted(cohort.notices, key=lambda notice: notice.due_at)
    others = [notice for notice in notices if notice.recipient.email.partition("@")[0] not in SIGN_INS]
    for notice, (state, reason) in zip(reversed(others[::APART]), STORIES, strict=False):
        notice.state, notice.reason = state, reason
        notice.sent_at = notice.read_at = None
    for notice in notices:
        notice.planned_for = notice.due_at
    return notices
