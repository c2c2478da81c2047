"""What is told when a milestone is reached, or its day has passed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Milestone, Programme, Status
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

DONE = "assignments.milestone_done"
OVERDUE = "assignments.milestone_overdue"


def done(milestone: Milestone, *, by: Any) -> None:
    """Tell the mentor when the mentee has reached a milestone, and the other way round."""
    assignment = milestone.assignment
    other = assignment.mentor if by.pk == assignment.mentee_id else assignment.mentee
    queue(DONE, milestone, recipient=other)


def load(ids: Collection[int]) -> dict[int, Milestone]:
    """In their row, whom the programme names now."""
    milestones = Milestone.objects.select_related("assignment__mentee", "assignment__mentor")
    return milestones.annotate(told=Programme.objects.as_told()).in_bulk(ids)


def _path(milestone: Milestone) -> str:
    return reverse("assignments:detail", args=[milestone.assignment.code]) + "#milestones"


def _done(notice: Notice, milestone: Milestone) -> Letter:
    return Letter(
        subject=_("Done: %(title)s") % {"title": milestone.title},
        paragraphs=(
            _("A milestone of %(assignment)s is marked as done.") % {"assignment": milestone.assignment.title},
            milestone.definition_of_progress,
        ),
        action=_("See the milestones"),
        path=_path(milestone),
        why=_("you take part in this assignment"),
    )


def _overdue(notice: Notice, milestone: Milestone) -> Letter:
    return Letter(
        subject=_("%(day)s: %(title)s was due") % {"day": day(milestone.due_on), "title": milestone.title},
        paragraphs=(
            _("The milestone belongs to %(assignment)s and is still open.")
            % {"assignment": milestone.assignment.title},
            _("Mark it as done, or give it a day that can hold; both are fine."),
        ),
        action=_("Open the milestone"),
        path=reverse("assignments:milestone-edit", args=[milestone.code]),
        why=_("this is your assignment; there is only this one reminder"),
    )


def _still_open(notice: Notice, milestone: Milestone) -> bool:
    """Open, in work that goes on, and on the same day as when the reminder was planned."""
    goes_on = milestone.done_at is None and milestone.assignment.status == Status.ACTIVE
    return goes_on and f":{milestone.due_on.isoformat()}:" in notice.key


KINDS = (
    Kind(DONE, load, lambda notice, milestone: milestone.done_at is not None, _done, topic=Topic.PLAN),
    Kind(OVERDUE, load, _still_open, _overdue, topic=Topic.PLAN, waiting="milestone_overdue"),
)
