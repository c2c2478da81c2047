"""The competencies, the rubric and the review cycles that the stories speak of."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.management.base import CommandError

from assignments.models import Competency
from reviews.models import Criterion, ReviewCycle, Rubric

from .cohort import Cohort

# What the stories call a competency, and its key in the framework that ships.
TAGS = {
    "architecture": "architectural-thinking",
    "change": "change-leadership",
    "coaching": "coaching-others",
    "commercial": "commercial-judgement",
    "comms": "stakeholder-communication",
    "conflict": "conflict-resolution",
    "customer": "customer-insight",
    "data": "data-storytelling",
    "decisions": "decisions-under-ambiguity",
    "delivery": "delivery-planning",
    "facilitation": "facilitation",
    "influence": "influence-without-authority",
}


def look_up(cohort: Cohort) -> None:
    """Find what ships with StretchHub and open this half-year's cycle beside the last one."""
    shipped = {competency.key: competency for competency in Competency.objects.current()}
    rubric = Rubric.objects.order_by("-version", "id").first()
    if rubric is None or not shipped.keys() >= set(TAGS.values()):
        raise CommandError("The competency framework or the rubric is missing. Run “manage.py migrate” first.")
    cohort.competencies = {tag: shipped[key] for tag, key in TAGS.items()}
    cohort.criteria = {criterion.key: criterion for criterion in Criterion.objects.filter(rubric=rubric)}
    cohort.cycles = _cycles(cohort, rubric)


def half_year(day: date) -> tuple[str, str]:
    """The code of the half-year of this day, such as 2026-h2, and its name."""
    half = 1 if day.month <= 6 else 2
    return f"{day.year}-h{half}", f"{'First' if half == 1 else 'Second'} half of {day.year}"


def _begins(day: date) -> date:
    """The first day of its half-year."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def _cycles(cohort: Cohort, rubric: Rubric) -> dict[str, ReviewCycle]:
    """The open cycle and the three before it, wide enough for the reviews dated back from today."""
    today = cohort.calendar.today
    start = _begins(today)
    end = date(today.year, 6, 30) if today.month <= 6 else date(today.year, 12, 31)
    opens = min(start, today - timedelta(days=80))
    before = start - timedelta(days=1)
    long_before = _begins(before) - timedelta(days=1)
    at_first = _begins(long_before) - timedelta(days=1)
    spans = {
        "first": (at_first, opens - timedelta(days=546), opens - timedelta(days=365)),
        "before": (long_before, opens - timedelta(days=364), opens - timedelta(days=183)),
        "earlier": (before, opens - timedelta(days=182), opens - timedelta(days=1)),
        "current": (today, opens, max(end, today + timedelta(days=30))),
    }
    cycles = {}
    for key, (day, opens_on, closes_on) in spans.items():
        code, name = half_year(day)
        cycles[key] = ReviewCycle.objects.create(
            code=code, name=name, rubric=rubric, opens_on=opens_on, closes_on=closes_on
        )
        by = cohort.people["hr"]
        cohort.remember(
            by,
            "cycle.added",
            cycles[key],
            cohort.moment((opens_on - today).days - 5, 9, by),
            ["closes_on", "code", "name", "opens_on"],
        )
    return cycles
