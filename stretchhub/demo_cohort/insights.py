"""The programme in one look and how far raters agree, as it was counted last night."""

from __future__ import annotations

from reviews.actions.agreement import work_out_behind
from reviews.models import AgreementReading, PracticeRating, RatingPractice, Vignette
from stretchhub.insights.actions.figures import build_running, build_standing, settled_content
from stretchhub.insights.models import QuarterFigures, Standing
from stretchhub.insights.windows import quarter_before, quarter_of

from .cohort import Cohort

# Who practised rating before the last reviews, and how far from the experts they were.
PRACTISED = ("mentor", "sponsor", "hr", "koh", "brandt")
APART = (-1, 0, 0, 0, 0, 1)


def add_insights(cohort: Cohort) -> None:
    """Who waits, the quarter so far, and the figures of the quarter before."""
    day = cohort.calendar.today
    hr = cohort.people["hr"]
    build_standing(day)
    build_running(quarter_of(day), day)
    counted_at = cohort.moment(-1, 3, hr)
    Standing.objects.update(as_of=counted_at)
    QuarterFigures.objects.update(as_of=counted_at)
    window = quarter_before(day)
    figures = QuarterFigures.objects.create(
        quarter=window.name,
        since=window.since,
        until=window.until,
        settled=True,
        as_of=counted_at,
        content=settled_content(window),
    )
    cohort.remember(hr, "quarter_figures.settled", figures, counted_at, ["quarter"])


def add_agreement(cohort: Cohort) -> None:
    """Five people practised on the published cases, and agreement was worked out last night."""
    cases = list(Vignette.objects.published().order_by("position", "pk"))
    for key in PRACTISED:
        person = cohort.people[key]
        practice = RatingPractice.objects.create(
            code=cohort.code(),
            person=person,
            began_at=cohort.moment(-120, 13, person),
            seen_at=cohort.moment(-120, 14, person),
            finished_at=cohort.moment(-120, 14, person),
        )
        practice.cases.set(cases)
        first = {case: min(max(case.gold + cohort.rng.choice(APART), 1), 5) for case in cases}
        again = sorted(cases, key=lambda case, first=first: (-abs(first[case] - case.gold), case.position))[:3]
        rows = [(PracticeRating.FIRST, case, first[case]) for case in cases]
        rows += [(PracticeRating.AGAIN, case, case.gold) for case in again]
        PracticeRating.objects.bulk_create(
            PracticeRating(practice=practice, vignette=case, round=number, level=level, gold=case.gold)
            for number, case, level in rows
        )
    work_out_behind()
    AgreementReading.objects.update(as_of=cohort.moment(-1, 3, cohort.people["hr"]))
