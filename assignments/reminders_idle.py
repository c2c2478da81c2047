"""Who is told that a pipeline stands still: its mentee on the day, and the mentor where nothing came since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from stretchhub.notices.planner import unwritten
from stretchhub.notices.sources import Source
from stretchhub.people.models import User

from .messages.idle import MENTEE, MENTOR
from .models import Mentorship

# Chosen, not found: so many working days of the mentee pass before the mentor hears of it.
SILENT_DAYS = 5


def pipelines(days: tuple[date, date], person: User | None = None) -> Iterator[Source]:
    """One source for each of the two; an answer or a change moves the day, and so who is told when."""
    for kind, who in ((MENTEE, "mentee_id"), (MENTOR, "mentor_id")):
        about = Mentorship.objects.all() if person is None else Mentorship.objects.filter(**{who: person.pk})
        rows = about.filter(unwritten(kind, who, day="idle_on"), ended_on__isnull=True, idle_on__range=days)
        yield Source(kind, rows, who, day="idle_on", waits=(("mentee_id", SILENT_DAYS),) if kind == MENTOR else ())
