"""HR reminds raters: so often and no more, whoever presses, and outsiders by their own link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.notices.models import Notice
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import rater_messages as messages
from ..models import Review, ReviewCycle, ReviewStatus
from ..rules import can_manage_cycles

# Nobody hears of the same review more often than this, however many press the button.
APART = timedelta(days=2)
MOST_AT_ONCE = 500


@transaction.atomic
def remind(review: Review, *, by: User) -> None:
    """Remind one rater who has not handed in."""
    require(can_manage_cycles(by))
    if review.status != ReviewStatus.DRAFT:
        raise Refused(_("This review is not waited for any more."))
    if not _remind([review], by):
        raise Refused(_("%(name)s heard of it within the last two days. Wait a little.") % {"name": review.name})


@transaction.atomic
def remind_late(cycle: ReviewCycle, *, by: User) -> int:
    """Remind everybody of a cycle who is late and has not heard of it within two days; how many that were."""
    require(can_manage_cycles(by))
    late = Review.objects.filter(cycle=cycle, status=ReviewStatus.DRAFT, due_on__lt=now().date())
    return _remind(late.select_related("rater").order_by("due_on", "pk")[:MOST_AT_ONCE], by)


def _remind(reviews: Iterable[Review], by: User) -> int:
    found = list(reviews)
    told = Notice.objects.filter(
        kind__in=messages.TOLD_OF_REVIEW, object_id__in=[each.pk for each in found], created_at__gt=now() - APART
    )
    lately = set(told.values_list("object_id", flat=True))
    due = [each for each in found if each.pk not in lately]
    messages.remind(due)
    for each in due:
        record(by, "review.reminded", each, fields=["rater"])
    return len(due)
