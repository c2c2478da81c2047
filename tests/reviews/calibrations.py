"""Panels that wait for a calibration, and sessions about them, for tests."""

from __future__ import annotations

from reviews.actions.calibration_agenda import put_on
from reviews.models import CalibrationAttendance, CalibrationSession, Criterion, Relation, Review, ReviewStatus, Score
from tests.factories import (
    AssignmentFactory,
    CalibrationSessionFactory,
    EvidenceFactory,
    ReviewCycleFactory,
    ReviewFactory,
    UserFactory,
)

RATERS = (Relation.SELF, Relation.MENTOR, Relation.SPONSOR, Relation.COLLEAGUE)


def rate(
    levels: dict[str, dict[str, int | None]], *, cycle=None, assignment=None, pieces: int = 2, status="calibrating"
):
    """A panel by relation: each relation's levels by criterion; None is not observed, what is not named is a 3."""
    cycle = cycle or ReviewCycleFactory(calibrates=True)
    assignment = assignment or AssignmentFactory(reviewing=True)
    evidence = [EvidenceFactory(assignment=assignment) for _each in range(pieces)]
    colleague = UserFactory(full_name="Cleo Park")
    raters = (assignment.mentee, assignment.mentor, assignment.sponsor, colleague)
    panel = {}
    for relation, rater in zip(RATERS, raters, strict=True):
        review = ReviewFactory(cycle=cycle, assignment=assignment, relation=relation, rater=rater, submitted=True)
        Review.objects.filter(pk=review.pk).update(status=status)
        review.refresh_from_db()
        for criterion in Criterion.objects.filter(rubric=cycle.rubric):
            level = levels.get(relation, {}).get(criterion.key, 3)
            score = Score.objects.create(
                review=review, criterion=criterion, level=level, not_observed=level is None, note=f"{relation} saw it."
            )
            if level is not None:
                score.evidence.set(evidence)
        panel[relation] = review
    return panel


def score_of(review: Review, key: str) -> Score:
    return Score.objects.select_related("review__assignment").get(review=review, criterion__key=key)


def apart(**kwargs) -> dict[str, Review]:
    """Influence lies two levels apart: the mentor says 4, the colleague 2."""
    return rate({"mentor": {"influence": 4}, "colleague": {"influence": 2}}, **kwargs)


def session_on(panel: dict[str, Review], *, facilitator=None, **kwargs) -> CalibrationSession:
    """A planned session with this panel on its agenda."""
    more = {"facilitator": facilitator} if facilitator else {}
    session = CalibrationSessionFactory(cycle=panel["self"].cycle, **more, **kwargs)
    put_on(session, by=session.facilitator, version=session.version, assignment=panel["self"].assignment)
    session.refresh_from_db()
    return session


def running(panel: dict[str, Review], **kwargs) -> CalibrationSession:
    """An open one, with everybody present."""
    session = session_on(panel, **kwargs)
    from_planned = CalibrationSession.objects.filter(pk=session.pk)
    from_planned.update(status="open", opened_at=panel["self"].submitted_at)
    CalibrationAttendance.objects.filter(session=session).update(present=True)
    session.refresh_from_db()
    return session


def statuses(panel: dict[str, Review]) -> set[str]:
    assignment = panel["self"].assignment
    return set(Review.objects.filter(assignment=assignment).values_list("status", flat=True))


HELD, FINAL = {ReviewStatus.CALIBRATING}, {ReviewStatus.FINAL}
