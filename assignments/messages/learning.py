"""What a mentee is told when the day of something on the learning plan has come."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import LearningItem
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

DUE = "assignments.learning_due"


def load(ids: Collection[int]) -> dict[int, LearningItem]:
    return LearningItem.objects.select_related("mentorship__mentee", "goal").in_bulk(ids)


def _render(notice: Notice, item: LearningItem) -> Letter:
    words = {"day": day(item.due_on), "title": item.title}
    goal = _("It is on your learning plan for “%(goal)s”.") % {"goal": item.goal.title} if item.goal else ""
    return Letter(
        subject=_("%(day)s: “%(title)s” is due") % words,
        paragraphs=(
            goal or _("It is on your learning plan."),
            _("Done? Say in one sentence what it changed. If not, move its day or drop it; both are fine."),
        ),
        action=_("Say what it changed"),
        path=reverse("assignments:learning-done", args=[item.code]),
        why=_("it is on your learning plan; there is only this one reminder"),
    )


def _still_due(notice: Notice, item: LearningItem) -> bool:
    """Still open, and on the same day as when the reminder was planned."""
    is_open = item.done_on is None and item.dropped_at is None and item.mentorship.ended_on is None
    return is_open and item.due_on is not None and f":{item.due_on.isoformat()}:" in notice.key


KINDS = (Kind(DUE, load, _still_due, _render, topic=Topic.PLAN, waiting="learning_due"),)
