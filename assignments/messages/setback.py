"""What is told when a setback is shared, and a month after it was written down."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

from ..models import Setback, Status

SHARED = "assignments.setback_shared"
ASK_AGAIN = "assignments.setback_ask_again"


def shared(setback: Setback) -> None:
    """Tell the sponsor, the first time it is shared."""
    if setback.assignment.sponsor is not None:
        queue(SHARED, setback, recipient=setback.assignment.sponsor)


def load(ids: Collection[int]) -> dict[int, Setback]:
    return Setback.objects.select_related("assignment", "by").in_bulk(ids)


def _shared(notice: Notice, setback: Setback) -> Letter:
    words = {"who": setback.by.name, "title": setback.assignment.title}
    return Letter(
        subject=_("%(who)s shares a setback and what came of it") % words,
        paragraphs=(
            _("It belongs to %(title)s.") % words,
            _("Whoever shares what went wrong trusts you with it; a short word back goes a long way."),
        ),
        action=_("Read it"),
        path=reverse("assignments:setback", args=[setback.code]),
        why=_("you sponsor this assignment"),
    )


def _ask_again(notice: Notice, setback: Setback) -> Letter:
    words = {"day": day(setback.ask_again_on), "title": setback.title, "on": day(setback.written_at)}
    return Letter(
        subject=_("%(day)s: did the change hold?") % words,
        paragraphs=(
            _("On %(on)s you wrote down a setback: %(title)s.") % words,
            _("A month on, one sentence is enough: what has stayed different since?"),
        ),
        action=_("Look at it again"),
        path=reverse("assignments:setback-later", args=[setback.code]),
        why=_("you wrote this setback down; there is only this one reminder"),
    )


def _still_waits(notice: Notice, setback: Setback) -> bool:
    return setback.later_at is None and setback.assignment.status in (Status.ACTIVE, Status.REVIEWING)


def _still_shared(notice: Notice, setback: Setback) -> bool:
    """With whoever sponsors the work now: one who handed over learns no more of it."""
    return setback.shared_with_sponsor and notice.recipient_id == setback.assignment.sponsor_id


KINDS = (
    Kind(SHARED, load, _still_shared, _shared, topic=Topic.PLAN),
    Kind(ASK_AGAIN, load, _still_waits, _ask_again, topic=Topic.PLAN, waiting="setback_again"),
)
