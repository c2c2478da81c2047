"""What a mentee is told when somebody becomes their mentor."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue

from ..models import Mentorship

STARTED = "assignments.mentorship_started"


def started(mentorship: Mentorship) -> None:
    """Tell the mentee that the mentorship runs."""
    queue(STARTED, mentorship, recipient=mentorship.mentee)


def _load(ids) -> dict[int, Mentorship]:
    return Mentorship.objects.select_related("mentor", "mentee").in_bulk(ids)


def _still_due(notice: Notice, mentorship: Mentorship) -> bool:
    return mentorship.ended_on is None


def _render(notice: Notice, mentorship: Mentorship) -> Letter:
    mentor = mentorship.mentor
    return Letter(
        subject=_("%(mentor)s is now your mentor") % {"mentor": mentor.name},
        paragraphs=tuple(
            part
            for part in (
                _("%(mentor)s has started a mentorship with you.") % {"mentor": mentor.name},
                mentorship.purpose,
                _("A good first step: write one goal together, and what success would look like."),
            )
            if part
        ),
        action=_("See your page"),
        path=reverse("assignments:growth"),
        why=_("you are the mentee"),
    )


KINDS = (Kind(STARTED, load=_load, still_due=_still_due, render=_render),)
