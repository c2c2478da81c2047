"""A level changes with a reason, by somebody without a part, from what was shown; what it was stays on record."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assignments.refusals import Refused, Stale
from reviews.actions.calibration_level import amend, change_level, keep
from reviews.calibration_messages import people_of
from reviews.calibration_rules import can_change_level
from reviews.models import CalibrationSession, Outcome, Review, ScoreChange
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role, User
from tests.factories import MentorshipFactory, ReviewFactory, UserFactory
from tests.reviews.calibrations import apart, running, score_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def calibrator():
    return UserFactory(full_name="Ines Costa", roles=[Role.CALIBRATOR])


@pytest.fixture
def panel():
    return apart()


@pytest.fixture
def item(panel, calibrator):
    return running(panel, facilitator=calibrator).items.select_related("session").get()


def test_a_change_keeps_what_it_was_and_why(panel, item, calibrator):
    score = score_of(panel["mentor"], "influence")

    change_level(item, by=calibrator, score=score, shown=4, level=3, reason=" One case only. ")

    (change,) = ScoreChange.objects.all()
    assert (change.kind, change.before, change.after, change.reason) == ("calibration", 4, 3, "One case only.")
    assert (score.level, score.not_observed, change.changed_by) == (3, False, calibrator)
    assert (item.outcome, item.decided_by) == (Outcome.CHANGED, calibrator)
    assert AuditEntry.objects.get(verb="score.calibrated").fields == ["level"]


def test_a_level_can_become_not_observed_and_come_back(panel, item, calibrator):
    score = score_of(panel["mentor"], "influence")

    change_level(item, by=calibrator, score=score, shown=4, level=None, reason="She was on leave that month.")
    assert (score.level, score.not_observed) == (None, True)
    change_level(item, by=calibrator, score=score, shown=None, level=4, reason="She was there for the last week.")

    assert [(change.before, change.after) for change in score.changes.all()] == [(4, None), (None, 4)]
    assert (score.level, score.not_observed) == (4, False)


def test_without_a_reason_or_without_a_difference_nothing_changes(panel, item, calibrator):
    score = score_of(panel["mentor"], "influence")

    with pytest.raises(ValidationError) as refused:
        change_level(item, by=calibrator, score=score, shown=4, level=4, reason="  ")

    assert set(refused.value.message_dict) == {"reason", "level"}
    assert not ScoreChange.objects.exists()


def test_of_two_who_change_from_the_same_level_the_second_is_told(panel, item, calibrator):
    score = score_of(panel["mentor"], "influence")
    change_level(item, by=calibrator, score=score, shown=4, level=3, reason="First.")

    with pytest.raises(Stale):
        change_level(item, by=calibrator, score=score, shown=4, level=2, reason="Second.")

    assert score_of(panel["mentor"], "influence").level == 3


def test_a_kept_item_can_be_changed_later_and_a_changed_one_is_not_kept(panel, item, calibrator):
    keep(item, by=calibrator, note="Different weeks.")
    assert (item.outcome, item.note) == (Outcome.KEPT, "Different weeks.")
    score = score_of(panel["colleague"], "influence")
    change_level(item, by=calibrator, score=score, shown=2, level=3, reason="The later weeks count too.")

    with pytest.raises(Stale):
        keep(item, by=calibrator, note="")


def test_only_scores_of_the_item_are_changed(panel, item, calibrator):
    other = apart()

    for score in (score_of(panel["mentor"], "impact"), score_of(other["mentor"], "influence")):
        with pytest.raises(PermissionDenied):
            change_level(item, by=calibrator, score=score, shown=score.level, level=1, reason="Elsewhere.")


def test_another_calibrator_changes_levels_only_when_present_and_without_a_part(panel, item):
    another = UserFactory(roles=[Role.CALIBRATOR])
    panel["mentor"].rater.role_grants.create(role=Role.CALIBRATOR)
    mentor = User.objects.get(pk=panel["mentor"].rater_id)

    assert not can_change_level(another, item)
    item.session.attendance.create(person=another, speaks=9, present=True)
    assert can_change_level(another, item)
    # Present and holding the role, but the mentor of this work.
    assert item.session.attendance.filter(person=mentor, present=True).exists()
    assert not can_change_level(mentor, item)


@pytest.mark.parametrize("status", ["declined", "withdrawn"])
def test_whoever_said_no_to_rate_or_mentors_the_mentee_elsewhere_changes_nothing(panel, item, calibrator, status):
    """A calibrator could say no to a review, or wait for another mentor's work, to move the levels of somebody near."""
    mine = panel["self"].assignment
    assert can_change_level(calibrator, item)

    asked = ReviewFactory(cycle=panel["self"].cycle, assignment=mine, relation="expert", rater=calibrator)
    Review.objects.filter(pk=asked.pk).update(status=status)
    assert not can_change_level(calibrator, item)

    Review.objects.filter(pk=asked.pk).delete()
    assert can_change_level(calibrator, item)
    MentorshipFactory(mentor=calibrator, mentee=mine.mentee)
    assert not can_change_level(calibrator, item)
    assert calibrator.pk in people_of([mine])


def test_a_facilitator_who_lost_the_role_changes_nothing(item, calibrator):
    calibrator.role_grants.all().delete()

    assert not can_change_level(User.objects.get(pk=calibrator.pk), item)


def test_nothing_changes_once_the_session_is_locked_even_a_moment_too_late(panel, item, calibrator):
    score = score_of(panel["mentor"], "influence")
    CalibrationSession.objects.update(status="locked", locked_at=now())

    with pytest.raises(Refused, match="locked"):
        change_level(item, by=calibrator, score=score, shown=4, level=3, reason="Late.")
    with pytest.raises(Refused, match="locked"):
        keep(item, by=calibrator, note="")
    assert score_of(panel["mentor"], "influence").level == 4


def test_an_amendment_makes_a_new_version_and_tells_mentee_and_mentor(calibrator):
    panel = apart(status="submitted")
    Review.objects.update(status="final", final_at=now())
    score = score_of(panel["mentor"], "influence")

    amend(score, by=calibrator, shown=4, level=3, reason="The second team was not hers.")

    review = Review.objects.get(pk=panel["mentor"].pk)
    assert (review.status, review.version, score.level) == ("amended", 2, 3)
    assert ScoreChange.objects.get().kind == "amendment"
    told = {notice.recipient for notice in Notice.objects.filter(kind="reviews.amended")}
    assert told == {panel["self"].rater, panel["mentor"].rater}
    assert AuditEntry.objects.get(verb="review.amended").fields == ["level", "status", "version"]
    again = score_of(panel["mentor"], "influence")
    amend(again, by=calibrator, shown=3, level=4, reason="It was hers after all.")
    assert Review.objects.get(pk=panel["mentor"].pk).version == 3
    assert set(Review.objects.exclude(pk=panel["mentor"].pk).values_list("status", flat=True)) == {"final"}


@pytest.mark.parametrize("relation", ["self", "mentor", "sponsor", "colleague"])
def test_nobody_amends_work_they_have_a_part_in(relation):
    panel = apart(status="submitted")
    Review.objects.update(status="final", final_at=now())
    person = panel[relation].rater
    person.role_grants.create(role=Role.CALIBRATOR)

    with pytest.raises(PermissionDenied):
        amend(score_of(panel["mentor"], "influence"), by=person, shown=4, level=3, reason="Mine.")


def test_neither_hr_nor_before_it_is_final(hr, calibrator):
    panel = apart()
    score = score_of(panel["mentor"], "influence")

    with pytest.raises(PermissionDenied):
        amend(score, by=calibrator, shown=4, level=3, reason="Early.")
    Review.objects.update(status="final", final_at=now())
    with pytest.raises(PermissionDenied):
        amend(score_of(panel["mentor"], "influence"), by=hr, shown=4, level=3, reason="HR.")
