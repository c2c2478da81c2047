"""A complete panel waits for a calibration where its cycle wants one and there is something to talk over."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assignments.refusals import Refused
from reviews.actions.calibration import waive
from reviews.actions.review import Answer, submit
from reviews.calibrating import needs_calibration, panel_of, waiting
from reviews.models import CalibrationItem, CalibrationWaiver, Criterion, Review, ReviewStatus
from stretchhub.audit.models import AuditEntry
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role
from tests.factories import EvidenceFactory, ReviewCycleFactory, UserFactory
from tests.reviews.calibrations import FINAL, HELD, apart, rate, running, session_on, statuses
from tests.reviews.panel import ORDER, answers, start

pytestmark = pytest.mark.django_db


def hand_in(reviews, levels):
    """Everybody hands in; `levels` by relation are for influence, everything else is a 3 that rests on a piece."""
    piece = EvidenceFactory(assignment=reviews["self"].assignment, shared_with_sponsor=True, shared_at_review=True)
    another = EvidenceFactory(assignment=reviews["self"].assignment, shared_with_sponsor=True, shared_at_review=True)
    for relation in ORDER:
        review = reviews[relation]
        given = answers(review, evidence=[piece.pk, another.pk])
        influence = Criterion.objects.get(rubric=review.cycle.rubric, key="influence")
        given[influence.pk] = Answer(level=levels.get(relation, 3), evidence=[piece.pk, another.pk])
        submit(review, by=review.rater, edit=review.edit, answers=given, summary="")


def test_levels_two_apart_hold_the_whole_panel_and_calibrators_without_a_part_hear_of_it():
    cycle = ReviewCycleFactory(calibrates=True)
    calibrator = UserFactory(roles=[Role.CALIBRATOR])
    rater_too = UserFactory(roles=[Role.CALIBRATOR])
    reviews = start(cycle=cycle, colleague=rater_too)

    hand_in(reviews, {"mentor": 4, "colleague": 2})

    assert statuses(reviews) == HELD
    assert AuditEntry.objects.filter(verb="review.calibrating").count() == 4
    assert not Notice.objects.filter(kind="reviews.final").exists()
    told = Notice.objects.filter(kind="reviews.calibration_wanted")
    assert [notice.recipient for notice in told] == [calibrator]
    assert [review.pk for review in waiting()] == [reviews["self"].pk]


@pytest.mark.parametrize("calibrates", [True, False])
def test_a_panel_that_agrees_or_whose_cycle_does_not_calibrate_is_final_at_once(calibrates):
    reviews = start(cycle=ReviewCycleFactory(calibrates=calibrates))

    hand_in(reviews, {"mentor": 4, "sponsor": 4, "colleague": 3} if calibrates else {"mentor": 5, "colleague": 1})

    assert statuses(reviews) == FINAL


def test_a_strong_level_that_rests_on_one_piece_holds_the_panel_too():
    thin = rate({"mentor": {"impact": 4}}, pieces=1, status="submitted")
    enough = rate({"mentor": {"impact": 4}}, pieces=2, status="submitted")
    own = rate({"self": {"impact": 5}}, pieces=1, status="submitted")

    def needs(panel):
        return needs_calibration(panel_of(panel["self"].cycle_id, panel["self"].assignment_id))

    assert [needs(panel) for panel in (thin, enough, own)] == [True, False, False]


def test_mentee_mentor_and_hr_see_that_it_is_in_calibration_and_no_rating(sign_in, hr):
    panel = apart()
    assignment = panel["self"].assignment

    for person in (assignment.mentee, assignment.mentor, hr):
        page = sign_in(person).get(f"/assignments/{assignment.code}/reviews/").content.decode()
        assert "In calibration" in page
        assert "saw it" not in page
    seen = Review.objects.visible_to(assignment.mentee)
    assert [review.relation for review in seen] == ["self"]
    assert not Review.objects.visible_to(hr).exists()


def test_hr_lets_a_panel_be_final_without_a_calibration_and_says_why(hr):
    panel = apart()
    session = session_on(panel)
    assignment = panel["self"].assignment

    waive(assignment, by=hr, cycle=session.cycle, reason="The colleague left; nobody can be asked any more.")

    assert statuses(panel) == FINAL
    assert CalibrationWaiver.objects.get().waived_by == hr
    assert not CalibrationItem.objects.exists()
    assert not needs_calibration(panel_of(session.cycle_id, assignment.pk))
    entry = AuditEntry.objects.get(verb="calibration.waived")
    assert (entry.actor, entry.fields) == (hr, ["reason"])
    assert Notice.objects.filter(kind="reviews.final").count() == 2
    with pytest.raises(Refused, match="do not wait"):
        waive(assignment, by=hr, cycle=session.cycle, reason="Again.")


def test_what_is_being_talked_over_is_not_waived(hr):
    panel = apart()
    session = running(panel)

    with pytest.raises(Refused, match="being talked over"):
        waive(panel["self"].assignment, by=hr, cycle=session.cycle, reason="In a hurry.")
    assert statuses(panel) == HELD


def test_only_hr_without_a_part_in_the_work_waives(hr):
    panel = apart()
    assignment = panel["self"].assignment
    calibrator = UserFactory(roles=[Role.CALIBRATOR])
    hr_who_mentors = assignment.mentor
    hr_who_mentors.role_grants.create(role=Role.HR)

    for person in (calibrator, hr_who_mentors, assignment.mentee):
        with pytest.raises(PermissionDenied):
            waive(assignment, by=person, cycle=panel["self"].cycle, reason="Mine.")


def test_a_waiver_says_why(hr):
    panel = apart()

    with pytest.raises(IntegrityError), transaction.atomic():
        waive(panel["self"].assignment, by=hr, cycle=panel["self"].cycle, reason="")
    assert set(Review.objects.values_list("status", flat=True)) == {ReviewStatus.CALIBRATING}


def test_a_panel_without_reviews_needs_nothing():
    assert not needs_calibration(panel_of(0, 0))
