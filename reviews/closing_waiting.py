"""What waits of closings: work to close with care, levels to read once they are final, and what is next on its day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, Status
from stretchhub.linking import link
from stretchhub.waiting import Waiting

from .models import READABLE, Review

# Work that ended longer ago is not asked about any more.
CLOSED_LATELY = timedelta(days=60)


def closing_rows(user, here: date, at: datetime) -> QuerySet:
    """The assignments of this mentee that wait for such a thing, and which."""
    panel = Review.objects.asked().filter(assignment=OuterRef("pk")).order_by()
    final = Exists(panel.filter(status__in=READABLE)) & ~Exists(panel.exclude(status__in=READABLE))
    over = Q(status=Status.REVIEWING) | Q(status=Status.CLOSED, closed_at__gte=at - CLOSED_LATELY)
    to_read = Q(final, closing__isnull=False, closing__levels_read_at__isnull=True)
    stands = Case(
        When(closing__isnull=True, then=Value("write")),
        When(to_read, then=Value("levels")),
        default=Value("next"),
        output_field=CharField(),
    )
    return Assignment.objects.filter(
        Q(over, closing__isnull=True) | to_read | Q(closing__not_now_until__lte=here),
        mentee=user,
        activated_at__isnull=False,
    ).annotate(stands=stands)


def closing_line(row: dict[str, Any]) -> Waiting:
    words, code = {"title": row["titled"]}, row["work"]
    if row["stands_at"] == "write":
        return Waiting(
            kind="reviews.to_close",
            title=_("Close with care: “%(title)s”") % words,
            reason=_("Five short steps: what it came to, what you learned, and what is next."),
            url=link("reviews:closing", code),
            action=_("Look back"),
        )
    if row["stands_at"] == "levels":
        return Waiting(
            kind="reviews.levels_to_read",
            title=_("Read what “%(title)s” has shown") % words,
            reason=_("The reviews are final now; they were not when you finished looking back."),
            url=reverse("reviews:closing-step", args=[code, "shown"]),
            action=_("Read"),
        )
    return Waiting(
        kind="reviews.what_is_next",
        title=_("Choose what comes after “%(title)s”") % words,
        reason=_("You wanted to look at it again on this day."),
        url=reverse("reviews:closing-step", args=[code, "next"]),
        action=_("Look at options"),
        due_on=row["due"],
    )
