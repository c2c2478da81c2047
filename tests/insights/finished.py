"""Finished work with final reviews and a measured outcome, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from assignments.models import Assignment, BriefStatus
from stretchhub.env import now, today
from stretchhub.insights.windows import quarter_before
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefVersionFactory,
    MeasurementFactory,
    OptionFactory,
    ReviewCycleFactory,
    ReviewFactory,
)


def window():
    return quarter_before(today())


def noon(day: date) -> datetime:
    """A moment that is on this day for people in nearly all time zones, whenever a test runs."""
    return datetime.combine(day, time(12), UTC)


def finish(*, reached: bool = True, cycle=None, **facts) -> Assignment:
    """Closed on the last day of the quarter before; 21 days were to become 14."""
    done = AssignmentFactory(option=OptionFactory(**facts, stage="closed"), closed=True)
    version = BriefVersionFactory(
        brief=BriefFactory(option=done.option), status=BriefStatus.SPONSOR_ACCEPTED, submitted_at=now()
    )
    MeasurementFactory(assignment=done, outcome=version.outcomes.get(), value=Decimal("14" if reached else "18"))
    ReviewFactory(
        assignment=done, cycle=cycle or ReviewCycleFactory(), rater=done.mentor, relation="mentor", final=True
    )
    closed_at = noon(window().until)
    Assignment.objects.filter(pk=done.pk).update(
        closed_at=closed_at, starts_on=window().since, activated_at=closed_at - timedelta(days=80)
    )
    done.refresh_from_db()
    return done
