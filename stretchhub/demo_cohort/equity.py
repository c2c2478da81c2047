"""What people say of themselves, and the report on equity of the last quarter."""

from __future__ import annotations

from reviews.actions.equity import content_of
from reviews.models import Division, EquityReport, GroupAnswer
from reviews.quarters import last_over

from .cohort import Cohort

GROUPS = ("Under 35", "35 to 49", "50 and over")
# How often each is said, among them nothing at all.
SAID = (*GROUPS[:1] * 6, *GROUPS[1:2] * 8, *GROUPS[2:] * 4, GroupAnswer.PREFER_NOT, "")


def add_equity(cohort: Cohort) -> None:
    """One question that people answered as they wished, and the report that was taken after the quarter."""
    hr = cohort.people["hr"]
    asked_at = cohort.moment(-300, 10, hr)
    division = Division.objects.create(
        key="age",
        name="Age",
        purpose="To see once a quarter whether stretch work reaches people of every age. Nobody has to answer.",
        groups=list(GROUPS),
    )
    cohort.remember(hr, "division.added", division, asked_at, ["groups", "name", "purpose"])
    said = ((person, cohort.rng.choice(SAID)) for person in cohort.people.values())
    GroupAnswer.objects.bulk_create(
        GroupAnswer(person=person, division=division, group=group, answered_at=cohort.moment(-290, 9, person))
        for person, group in said
        if group
    )
    quarter = last_over(cohort.calendar.day(0))
    taken_at = cohort.moment(-1, 9, hr)
    report = EquityReport.objects.create(
        code=cohort.code(),
        quarter=quarter.name,
        since=quarter.since,
        until=quarter.until,
        content=content_of(quarter),
        taken_at=taken_at,
        taken_by=hr,
    )
    cohort.remember(hr, "equity_report.taken", report, taken_at, ["quarter"])
