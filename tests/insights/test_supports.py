"""Which finished work counts, whether it reached its targets, and what it had."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assignments.models import Assignment, Direction, Measurement
from reviews.models import RatingPractice, Review
from sponsors.models import SponsorCheckIn
from stretchhub.env import now
from stretchhub.insights.supports import GROUPS, SUPPORTS, divisions
from stretchhub.people.models import User
from tests.factories import (
    AssignmentFactory,
    BriefClaimFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    ExperimentFactory,
    FeedbackRoundFactory,
    ManagerAgreementFactory,
    MeasurementFactory,
    SponsorCandidateFactory,
)
from tests.insights.finished import finish, window

pytestmark = pytest.mark.django_db


def counted(name: str) -> tuple[dict[str, int], dict[str, int]]:
    """Of one division: those that reached their targets, and all, by group."""
    reached, every = divisions(window().until)[1][name]
    return dict(reached), dict(every)


def version_of(work):
    return work.option.brief.versions.get()


def test_work_that_reached_all_its_targets_is_counted_beside_work_that_did_not():
    finish()
    finish(reached=False)

    count, found = divisions(window().until)

    assert count == 2
    assert list(found) == [*SUPPORTS, *GROUPS]
    assert counted("pilot") == ({"without": 1}, {"without": 2})


def test_every_outcome_that_was_measured_has_to_reach_its_own():
    done = finish()
    other = BriefOutcomeFactory(version=version_of(done), baseline=Decimal(10), target=Decimal(20))
    BriefOutcomeFactory(version=version_of(done), metric="Never measured")
    assert counted("pilot")[0] == {"without": 1}

    MeasurementFactory(assignment=done, outcome=other, value=Decimal(19))

    assert counted("pilot") == ({}, {"without": 1})


def test_the_last_measurement_that_stands_counts_and_a_measure_to_keep_is_kept_within_its_tolerance():
    done = finish(reached=False)
    outcome = version_of(done).outcomes.get()
    later = MeasurementFactory(assignment=done, outcome=outcome, value=Decimal(13), measured_on=now().date())
    Measurement.objects.exclude(pk=later.pk).update(measured_on=now().date() - timedelta(days=9))
    assert counted("pilot")[0] == {"without": 1}

    Measurement.objects.filter(pk=later.pk).update(taken_back_at=now())
    assert counted("pilot")[0] == {}

    type(outcome).objects.update(direction=Direction.MAINTAIN, target=17, tolerance=1)
    assert counted("pilot")[0] == {"without": 1}
    type(outcome).objects.update(tolerance=None)
    assert counted("pilot")[0] == {}


def test_a_way_of_no_length_says_nothing():
    done = finish()
    type(version_of(done).outcomes.get()).objects.update(target=21)

    assert divisions(window().until)[0] == 0


def test_only_the_version_the_sponsor_accepted_last_counts():
    done = finish(reached=False)
    newer = BriefVersionFactory(brief=done.option.brief, number=9999, status="sponsor_accepted")
    MeasurementFactory(assignment=done, outcome=newer.outcomes.get(), value=Decimal(14))

    assert counted("pilot") == ({"without": 1}, {"without": 1})


@pytest.mark.parametrize(
    "left_out",
    [
        {"ending": "withdrawn"},
        {"status": "reviewing", "ending": "", "closed_at": None},
        {"closed_at": now()},
    ],
)
def test_withdrawn_running_and_later_work_is_left_out(left_out):
    Assignment.objects.filter(pk=finish().pk).update(**left_out)

    assert divisions(window().until)[0] == 0


def test_before_the_reviews_are_final_its_outcomes_are_not_on_record():
    done = finish()
    Review.objects.filter(assignment=done).update(status="submitted", final_at=None)

    assert divisions(window().until)[0] == 0


def test_work_without_a_measurement_is_left_out():
    finish()
    Measurement.objects.all().delete()

    assert divisions(window().until)[0] == 0


def test_an_experiment_before_the_brief_or_a_claim_backed_by_a_pilot_is_a_pilot():
    tried, too_late, claimed, planned = (finish() for _each in range(4))
    handed_in = version_of(tried).submitted_at.date()
    ExperimentFactory(option=tried.option, tried_on=handed_in, result="Both came.", learning="Ask once.")
    late = handed_in + timedelta(days=1)
    ExperimentFactory(option=too_late.option, tried_on=late, result="Both came.", learning="Ask once.")
    BriefClaimFactory(version=version_of(claimed), counted=True)
    ExperimentFactory(option=planned.option)
    BriefClaimFactory(version=version_of(planned))

    assert counted("pilot")[1] == {"with": 2, "without": 2}


def test_cover_feedback_a_second_sponsor_and_practice_are_had_or_not():
    had, had_not = finish(), finish()
    for work, answer in ((had, "agreed"), (had_not, "not_yet")):
        charter = CharterFactory(assignment=work)
        ManagerAgreementFactory(charter=charter, answer=answer, answered_at=now(), reason="Because.")
        SponsorCandidateFactory(option=work.option)
    SponsorCandidateFactory(option=had.option)
    FeedbackRoundFactory(assignment=had)
    before = had.closed_at - timedelta(days=1)
    RatingPractice.objects.create(person=had.mentor, began_at=before, seen_at=before, finished_at=before)
    RatingPractice.objects.create(person=had_not.mentor, began_at=now(), seen_at=now(), finished_at=now())

    for name in ("cover", "second_sponsor", "feedback", "practice"):
        assert counted(name)[1] == {"with": 1, "without": 1}, name


def test_check_ins_are_kept_from_four_in_five_on():
    kept, missed, none = finish(), finish(), finish()
    for work, both in ((kept, 4), (missed, 3)):
        for number in range(5):
            due_on = work.closed_at.date() - timedelta(days=7 * number + 1)
            check_in = CheckInFactory(assignment=work, due_on=due_on)
            CheckInAnswerFactory(check_in=check_in, by=work.mentee)
            if number < both:
                CheckInAnswerFactory(check_in=check_in, by=work.mentor)
    CheckInFactory(assignment=none, cancelled_at=now())
    CheckInFactory(assignment=none, due_on=none.closed_at.date() + timedelta(days=1))

    assert counted("mentor_check_ins")[1] == {"with": 1, "without": 1, "not_assessed": 1}


def test_talks_with_the_sponsor_are_kept_from_four_in_five_on():
    kept, missed, none = finish(), finish(), finish()
    for work, held in ((kept, 4), (missed, 3)):
        for number in range(5):
            due_on = work.closed_at.date() - timedelta(days=7 * number + 1)
            SponsorCheckIn.objects.create(
                assignment=work, sponsor=work.sponsor, due_on=due_on, held_on=due_on if number < held else None
            )
    SponsorCheckIn.objects.create(
        assignment=none, sponsor=none.sponsor, due_on=none.closed_at.date(), cancelled_at=now()
    )

    assert counted("sponsor_check_ins")[1] == {"with": 1, "without": 1, "not_assessed": 1}


def test_groups_are_of_work_of_audiences_and_of_sponsors_as_groups():
    same, other = finish(kind="technical", audience="team"), finish(kind="strategic", audience="executives")
    unknown = finish(kind="strategic", audience="executives")
    User.objects.filter(pk=other.sponsor_id).update(department="Finance/Tax")
    User.objects.filter(pk=unknown.sponsor_id).update(department="")
    User.objects.filter(pk=same.sponsor_id).update(department="operations /Night")
    earlier = AssignmentFactory(closed=True, sponsor=same.sponsor)
    Assignment.objects.filter(pk=earlier.pk).update(closed_at=same.activated_at - timedelta(days=1))

    assert counted("kind")[1] == {"technical": 1, "strategic": 2}
    assert counted("audience")[1] == {"team": 1, "executives": 2}
    assert counted("sponsor_department")[1] == {"same": 1, "other": 1, "not_assessed": 1}
    assert counted("sponsor_before")[1] == {"again": 1, "first": 2}


def test_all_is_read_by_as_many_queries_for_one_as_for_three(django_assert_num_queries):
    finish()
    with django_assert_num_queries(10):
        divisions(window().until)
    finish()
    finish(reached=False)

    with django_assert_num_queries(10):
        divisions(window().until)
