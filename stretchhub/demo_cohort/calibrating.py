"""Calibrations: one that is over, with two levels changed in it, and one that is planned."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from reviews.calibrating import points_of
from reviews.models import (
    CalibrationAttendance,
    CalibrationItem,
    CalibrationSession,
    ChangeKind,
    Relation,
    Review,
    Score,
    ScoreChange,
)
from reviews.speaking import Speaker, in_turn, managers_above
from stretchhub.people.models import User

from .cohort import Cohort

# The day on which the stories of Singapore say `calibrated`.
HELD = -45
# Whose level on what went where, and why; everything else was kept.
CHANGED = {
    ("jun", "influence", Relation.MENTOR): (
        3,
        "The supervisors gave him the alarm limits, and nobody opened that door for him. The last weeks count too.",
    ),
    ("raymond", "learning", Relation.COLLEAGUE): (
        4,
        "One store uses his list, but he has not begun to close the gap he named. Strong, and not yet a model.",
    ),
}
FULL_NAMES = {"jun": "Jun Hao Ong", "raymond": "Raymond Goh"}
KEPT = "They worked with him in different months. The spread says that, and stays."


def add_calibrations(cohort: Cohort) -> None:
    """Led by the head of HR, who has no part in any of it."""
    leads = cohort.people["hr"]
    at = cohort.moment(HELD, 15, leads)
    session = CalibrationSession.objects.create(
        code=cohort.code(),
        cycle=cohort.cycles["current"],
        name="Singapore, first round",
        facilitator=leads,
        held_on=cohort.calendar.day(HELD),
        note="Bring the page of evidence you rested your level on. We start with whoever was farthest away.",
        status="locked",
        planned_by=leads,
        opened_at=at,
        locked_at=at,
    )
    panels = {key: _panel(name, cohort) for key, name in FULL_NAMES.items()}
    for key, panel in panels.items():
        _talk_over(cohort, session, key, panel, at)
    for turn, person in enumerate(_in_turn([review for panel in panels.values() for review in panel]), start=1):
        CalibrationAttendance.objects.create(session=session, person_id=person, speaks=turn, present=True)
    for verb, offset in (("planned", HELD - 9), ("opened", HELD), ("locked", HELD)):
        cohort.remember(leads, f"calibration.{verb}", session, cohort.moment(offset, 15, leads), ["status"])
    planned = CalibrationSession.objects.create(
        code=cohort.code(),
        cycle=cohort.cycles["current"],
        name="Felixstowe and Newark",
        facilitator=leads,
        held_on=cohort.calendar.day(9),
        note="For the reviews that come in this week. Put them on the agenda as soon as they wait.",
        planned_by=leads,
    )
    cohort.remember(leads, "calibration.planned", planned, cohort.moment(-2, 10, leads), ["held_on", "name"])


def _panel(name: str, cohort: Cohort) -> list[Review]:
    reviews = Review.objects.asked().filter(assignment__mentee__full_name=name, cycle=cohort.cycles["current"])
    return list(reviews.select_related("rater", "assignment").order_by("pk"))


def _talk_over(cohort: Cohort, session: CalibrationSession, key: str, panel: list[Review], at: datetime) -> None:
    names = {criterion.pk: name for name, criterion in cohort.criteria.items()}
    for points in points_of(panel).values():
        for criterion, found in points.items():
            changed = next((each for each in CHANGED if each[:2] == (key, names[criterion])), None)
            CalibrationItem.objects.create(
                code=cohort.code(),
                session=session,
                assignment=panel[0].assignment,
                criterion_id=criterion,
                why=found.reason,
                outcome="changed" if changed else "kept",
                note="" if changed else KEPT,
                decided_by=session.facilitator,
                decided_at=at,
                locked=True,
            )
            if changed:
                _change(cohort, session, panel, criterion, changed, at)


def _change(
    cohort: Cohort, session: CalibrationSession, panel: list[Review], criterion: int, key: tuple, at: datetime
) -> None:
    level, reason = CHANGED[key]
    review = next(each for each in panel if each.relation == key[2])
    score = Score.objects.get(review=review, criterion=criterion)
    ScoreChange.objects.create(
        score=score,
        kind=ChangeKind.CALIBRATION,
        before=score.level,
        after=level,
        reason=reason,
        changed_by=session.facilitator,
        changed_at=at,
    )
    Score.objects.filter(pk=score.pk).update(level=level)
    cohort.remember(session.facilitator, "score.calibrated", score, at, ["level"])


def _in_turn(reviews: list[Review]) -> list[int]:
    """Whoever rated of those with an account, in the order in which people speak."""
    people: dict[int, User] = {}
    relations: dict[int, set[str]] = defaultdict(set)
    for review in reviews:
        if review.rater and review.relation != Relation.SELF:
            people[review.rater.pk] = review.rater
            relations[review.rater.pk].add(review.relation)
    managers = dict(User.objects.values_list("pk", "manager"))
    speakers = (
        Speaker(key, person.name, managers_above(managers, key), relations[key]) for key, person in people.items()
    )
    return [speaker.key for speaker in in_turn(speakers)]
