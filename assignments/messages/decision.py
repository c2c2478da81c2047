"""What is told when the day has come to look back at a decision."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

from ..models import Decision, Status

LOOK_BACK = "assignments.decision_look_back"


def load(ids: Collection[int]) -> dict[int, Decision]:
    return Decision.objects.select_related("assignment").in_bulk(ids)


def _render(notice: Notice, decision: Decision) -> Letter:
    words = {"day": day(decision.review_on), "title": decision.assignment.title, "decided": day(decision.decided_on)}
    return Letter(
        subject=_("%(day)s: what came of the decision?") % words,
        paragraphs=(
            _("On %(decided)s this was decided in %(title)s:") % words,
            decision.decision,
            _("Say in a sentence what happened. If it is too early to tell, choose another day."),
        ),
        action=_("Look back"),
        path=reverse("assignments:decision-look-back", args=[decision.code]),
        why=_("you wrote this decision down and chose this day; there is only this one reminder"),
    )


def _still_due(notice: Notice, decision: Decision) -> bool:
    """Nobody has looked back, and the day is the one that the reminder was planned for."""
    waits = decision.looked_back_at is None and decision.assignment.status in (Status.ACTIVE, Status.REVIEWING)
    return waits and decision.review_on is not None and f":{decision.review_on.isoformat()}:" in notice.key


KINDS = (Kind(LOOK_BACK, load, _still_due, _render, topic=Topic.PLAN, waiting="decision_look_back"),)
