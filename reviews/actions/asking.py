"""One person is asked for a review, by whatever way they come to it."""

from __future__ import annotations

import uuid
from datetime import date

from django.db.models import F

from assignments.models import Assignment
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User

from .. import rater_messages as messages
from ..models import Review, ReviewCycle, ReviewStatus


def lock_panel(cycle_id: int, assignment_id: int) -> list[Review]:
    """The rows of a panel, held so that of two who change it at once each sees what the other did."""
    return list(Review.objects.select_for_update().filter(cycle=cycle_id, assignment=assignment_id))


def ask(
    assignment: Assignment,
    cycle: ReviewCycle,
    relation: str,
    *,
    by: User,
    due_on: date,
    rater: User | None = None,
    name: str = "",
    email: str = "",
    asked_by: User | None = None,
) -> Review:
    """Ask somebody with an account, or an outsider by name and address, who then gets a link of their own.

    Whose review was taken back before goes on with what they had typed then.
    """
    who = {"rater": rater} if rater else {"rater": None, "rater_email": email.lower()}
    panel = Review.objects.filter(cycle=cycle, assignment=assignment, relation=relation, **who)
    said = {
        "asked_by": asked_by or by,
        "asked_at": now(),
        "due_on": due_on,
        "link": None if rater else uuid.uuid4(),
        "rater_name": "" if rater else name,
    }
    review = panel.filter(status=ReviewStatus.WITHDRAWN).first()
    if review is None:
        review = Review.objects.create(cycle=cycle, assignment=assignment, relation=relation, **who, **said)
    else:
        again = {"status": ReviewStatus.DRAFT, "edit": F("edit") + 1, "decline_reason": "", "settled_at": None}
        panel.filter(pk=review.pk).update(**said, **again, taken_back_by=None)
        review.refresh_from_db()
    record(by, "review.asked", review, fields=["due_on", "rater", "relation"])
    messages.asked(review)
    return review
