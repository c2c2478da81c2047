"""What exists and does not stand in a packet: how much of it, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment, FeedbackRequest, FeedbackState

from .models import NOT_ASKED, READABLE, Relation, Review, ReviewCycle


def left_out(assignment: Assignment, cycle: ReviewCycle, *, unshared: int, kept_back: int) -> list[dict[str, Any]]:
    """What exists and does not stand here: how much, and why, by codes."""
    named = FeedbackRequest.objects.filter(
        round__assignment=assignment, round__confidential=False, state=FeedbackState.SUBMITTED
    ).count()
    states = Review.objects.filter(assignment=assignment, cycle=cycle, status__in=NOT_ASKED)
    asked = Counter(states.values_list("status", flat=True))
    own = Review.objects.filter(assignment=assignment, cycle=cycle, relation=Relation.SELF, status__in=READABLE)
    counted = {
        "own_view_missing": own.filter(taken_back_by__isnull=False).count(),
        "evidence_not_shared": unshared,
        "feedback_by_name": named,
        "rating_kept_back": kept_back,
        "review_declined": asked["declined"],
        "review_withdrawn": asked["withdrawn"],
    }
    return [{"what": what, "count": count} for what, count in counted.items() if count]


def left_words(what: str, count: int) -> str:
    """The sentence of one code: how much, and why."""
    n = {"n": count}
    if what == "own_view_missing":
        return _(
            "The mentee’s own view: the mentee left before handing it in, and HR let the reviews go on without it."
        )
    if what == "evidence_not_shared":
        return (
            ngettext(
                "%(n)s piece of evidence is not shared for review.",
                "%(n)s pieces of evidence are not shared for review.",
                count,
            )
            % n
        )
    if what == "feedback_by_name":
        return (
            ngettext(
                "%(n)s answer by name: its giver was told until when it is kept, so it is not frozen.",
                "%(n)s answers by name: their givers were told until when they are kept, so they are not frozen.",
                count,
            )
            % n
        )
    if what == "rating_kept_back":
        return (
            ngettext(
                "%(n)s rating where one observer alone gave a level: nobody’s word stands alone.",
                "%(n)s ratings where one observer alone gave a level: nobody’s word stands alone.",
                count,
            )
            % n
        )
    if what == "review_declined":
        return ngettext("%(n)s rater declined.", "%(n)s raters declined.", count) % n
    return (
        ngettext(
            "%(n)s review was taken back before it was final.",
            "%(n)s reviews were taken back before they were final.",
            count,
        )
        % n
    )
