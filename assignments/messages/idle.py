"""A pipeline stands still: its mentee is told first, and the mentor only where nothing came for some days."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.idle import idle
from assignments.models import Mentorship
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic

MENTEE = "assignments.pipeline_idle"
MENTOR = "assignments.pipeline_idle_mentor"


def load(ids: Collection[int]) -> dict[int, Any]:
    """The mentorships, each with whether it stands still now."""
    found = Mentorship.objects.select_related("mentee", "mentor").in_bulk(ids)
    still = {each.mentorship: each for each in idle(Mentorship.objects.filter(pk__in=found))}
    for key, mentorship in found.items():
        mentorship.idle = still.get(key)  # type: ignore[attr-defined]
    return found


def _still_due(notice: Notice, mentorship: Any) -> bool:
    """Standing still since the same day, and told to the same person."""
    person = mentorship.mentee_id if notice.kind == MENTEE else mentorship.mentor_id
    same = mentorship.idle is not None and f":{mentorship.idle.due_on.isoformat()}:" in notice.key
    return same and notice.recipient_id == person


def _to_mentee(notice: Notice, mentorship: Mentorship) -> Letter:
    return Letter(
        subject=_("Time to think about what is next?"),
        paragraphs=(
            _("Nothing runs in your pipeline now, and no option has changed for a while. That may be just right."),
            _("Look at options, say from when on to ask again, or let it rest. One press is enough."),
        ),
        action=_("Answer"),
        path=reverse("assignments:idle", args=[mentorship.code]),
        why=_("your pipeline stands still; you are told first, and once"),
    )


def _to_mentor(notice: Notice, mentorship: Mentorship) -> Letter:
    words = {"mentee": mentorship.mentee.name, "first": mentorship.mentee.first_name}
    return Letter(
        subject=_("%(first)s may like a hand with what is next") % words,
        paragraphs=(
            _("Nothing runs in the pipeline of %(mentee)s now, and there are many good reasons for that.") % words,
            _("A short talk about what %(first)s would like to try often helps more than a list of options.") % words,
        ),
        action=_("Open the pipeline"),
        path=reverse("assignments:board", args=[mentorship.code]),
        why=_("you are the mentor, and %(first)s was asked some working days ago; there is only this one message")
        % words,
    )


KINDS = (
    Kind(MENTEE, load, _still_due, _to_mentee, topic=Topic.PLAN, waiting="pipeline_idle", queries=2),
    Kind(MENTOR, load, _still_due, _to_mentor, topic=Topic.PLAN, queries=2),
)
