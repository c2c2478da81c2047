"""What the sponsor's side adds to the story of an assignment: asks that were answered, and talks that were held."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment
from assignments.story import LONGEST, Chapter
from assignments.story_rows import local_day, story_rows
from stretchhub.text import first_line

from .models import Ask, AskState, SponsorCheckIn


def _asks(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    """Those that got an answer; one that was passed on is told when whoever was named has answered."""
    found = Ask.objects.visible_to(user).filter(assignment=assignment)
    found = found.filter(state__in=[AskState.ACCEPTED, AskState.DECLINED])
    return story_rows(found, "ask", day=local_day("answered_at", zone), words="question", note="reason", more="state")


def _talks(assignment: Assignment, user: Any, zone: ZoneInfo) -> QuerySet:
    found = SponsorCheckIn.objects.visible_to(user).filter(assignment=assignment)
    found = found.filter(recorded_at__isnull=False, cancelled_at__isnull=True)
    return story_rows(found, "talk", day=F("held_on"), words="", note="result", more="decision")


CHAPTERS = (
    Chapter(
        name="ask",
        look=(_("Asks"), "hand-raised", "accent"),
        rows=_asks,
        page="sponsors:ask",
        more=lambda state: str(AskState(state).label),
    ),
    Chapter(
        name="talk",
        look=(_("Talks with the sponsor"), "user-group", "growth"),
        rows=_talks,
        page="sponsors:check-in",
        more=lambda decision: first_line(decision, LONGEST),
        title=_("Talk with the sponsor"),
    ),
)
