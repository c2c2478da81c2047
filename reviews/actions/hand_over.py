"""The review of a sponsor, while somebody else takes over: asked of the new one, taken back from the one before."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from assignments.models import Assignment
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User

from .. import rater_messages as messages
from ..models import Relation, Review, ReviewStatus
from .asking import ask
from .review import finish_panel
from .sharing import end_sharing

# Whoever comes new to it has a week at least, however near the day was.
AT_LEAST = timedelta(days=7)


@transaction.atomic
def follow_sponsor(assignment: Assignment, *, by: User) -> None:
    """What the sponsor before has not handed in is not asked of them any more, but of `by`, who took over.

    Results that the mentee showed to the sponsor before are shown to `by` once the mentee shares them again.
    What was typed stays with who typed it and is never read by anybody else. A review that was
    handed in stays as it is: it says what that sponsor saw.
    """
    # Held as by whoever hands in, so that the last two do not each wait for the other.
    list(Review.objects.select_for_update().filter(assignment=assignment))
    end_sharing(assignment, by=by)
    before = Review.objects.filter(assignment=assignment, relation=Relation.SPONSOR, status=ReviewStatus.DRAFT)
    for review in before.exclude(rater=by).select_related("rater", "cycle"):
        taken = {"status": ReviewStatus.WITHDRAWN, "settled_at": now(), "edit": F("edit") + 1}
        if before.filter(pk=review.pk).update(**taken):
            review.refresh_from_db()
            record(by, "review.withdrawn", review, fields=["status"])
            messages.withdrawn(review)
            _ask(review, by)


def _ask(before: Review, sponsor: User) -> None:
    """Who reviews this work already, as somebody named, is not asked twice; the panel may then be complete."""
    panel = Review.objects.filter(cycle=before.cycle, assignment=before.assignment)
    if panel.exclude(status=ReviewStatus.WITHDRAWN).filter(rater=sponsor).exists():
        finish_panel(before, by=sponsor)
        return
    due_on = max(before.due_on, today(sponsor.zone) + AT_LEAST)
    ask(
        before.assignment,
        before.cycle,
        Relation.SPONSOR,
        by=sponsor,
        due_on=due_on,
        rater=sponsor,
        asked_by=before.asked_by,
    )
