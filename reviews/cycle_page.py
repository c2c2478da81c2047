"""What HR looks after in a cycle: work for which nobody has asked yet, and panels that want somebody."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from assignments.models import Assignment

from .launching import not_started
from .minimum import Minimum
from .models import Review, ReviewCycle, ReviewStatus
from .observers import minimum_of

MOST = 100
OPEN = (ReviewStatus.DRAFT, ReviewStatus.SUBMITTED)


@dataclass(frozen=True)
class NotStarted:
    assignment: Assignment
    review_on: date
    late: bool


@dataclass(frozen=True)
class Short:
    """A panel in which too few are asked; `all_in` where it waits for nothing else."""

    assignment: Assignment
    lacking: Minimum
    all_in: bool


def not_started_lines(cycle: ReviewCycle, day: date) -> list[NotStarted]:
    """The nearest review dates first."""
    waiting = not_started(cycle).select_related("mentee", "mentor", "charter").order_by("charter__review_on", "pk")
    return [NotStarted(each, each.charter.review_on, each.charter.review_on < day) for each in waiting[:MOST]]


def short_panels(cycle: ReviewCycle) -> list[Short]:
    """Panels that are still written and cannot become final with those who are asked."""
    panels: defaultdict[int, list[Review]] = defaultdict(list)
    open_now = Review.objects.filter(cycle=cycle, status__in=OPEN)
    for review in open_now.only("assignment_id", "relation", "status", "cycle_id").order_by("pk"):
        panels[review.assignment_id].append(review)
    lacking = {pk: found for pk, panel in panels.items() if not (found := minimum_of(panel)).value}
    named = Assignment.objects.filter(pk__in=list(lacking)[:MOST]).select_related("mentee", "mentor").order_by("pk")
    return [
        Short(each, lacking[each.pk], all(one.status != ReviewStatus.DRAFT for one in panels[each.pk]))
        for each in named
    ]
