"""What was due in a quarter and late, and what is on record beside late milestones."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assignments.models import Assignment, Milestone, PlanEdit
from assignments.models.standing import Pause
from reviews.models import Review
from sponsors.models import SponsorCheckIn
from stretchhub.env import now
from stretchhub.insights.late import Due, summed_up
from stretchhub.insights.lateness import LateMilestone, asks, read, talks
from stretchhub.insights.reasons import beside
from stretchhub.insights.windows import quarter_of
from tests.factories import (
    AskFactory,
    AssignmentFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    MilestoneFactory,
    ReviewFactory,
    ScopeChangeFactory,
    SetbackFactory,
    SponsorRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 11)
WINDOW = quarter_of(DAY)
DUE = date(2026, 6, 1)
UTC = ZoneInfo("UTC")


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def work():
    return AssignmentFactory()


def milestone(work, due_on: date = DUE, done: date | None = None, hour: int = 12) -> Milestone:
    done_at = None if done is None else at(done, hour)
    return MilestoneFactory(
        assignment=work, due_on=due_on, done_at=done_at, done_by=None if done is None else work.mentee
    )


def milestones() -> list[tuple[int | None, bool]]:
    return [(due.days, due.is_open) for due in read(WINDOW, DAY).milestones]


def test_a_milestone_is_late_by_the_days_until_it_was_done_or_until_now(work):
    milestone(work, done=DUE)
    milestone(work, done=DUE + timedelta(days=4))
    milestone(work)

    assert milestones() == [(None, False), (4, False), (10, True)]


def test_only_days_of_the_quarter_that_are_over_and_work_that_began_count(work):
    milestone(work, due_on=date(2026, 3, 31))
    milestone(work, due_on=DAY)
    milestone(work, due_on=date(2026, 7, 1))
    milestone(AssignmentFactory(chartering=True))
    MilestoneFactory(assignment=work, due_on=DUE, removed_at=now())

    assert milestones() == []


def test_the_day_it_was_done_is_the_mentees_own(work):
    work.mentee.time_zone = "Asia/Singapore"
    work.mentee.save()
    milestone(work, done=DUE, hour=20)

    assert milestones() == [(1, False)]


def test_days_of_a_pause_do_not_count_and_what_was_never_done_is_late_until_the_end():
    paused, ended = AssignmentFactory(), AssignmentFactory(closed=True)
    Pause.objects.create(assignment=paused, from_on=DUE + timedelta(days=2), until_on=DUE + timedelta(days=9))
    Assignment.objects.filter(pk=ended.pk).update(closed_at=at(DUE + timedelta(days=6)))
    milestone(paused)
    milestone(ended)

    assert milestones() == [(3, True), (6, False)]


def test_a_check_in_is_missed_when_the_next_one_came_first(work):
    for number, sides in enumerate((2, 1, 0, 0)):
        check_in = CheckInFactory(assignment=work, due_on=date(2026, 5, 1) + timedelta(days=7 * number))
        for by in (work.mentee, work.mentor)[:sides]:
            CheckInAnswerFactory(check_in=check_in, by=by)
    CheckInFactory(assignment=work, due_on=date(2026, 5, 3), cancelled_at=now())

    found = read(WINDOW, DAY).check_ins

    # Kept, missed, missed; the last one may still be answered.
    assert [due.days for due in found] == [None, 1, 1, None]


def test_a_review_is_late_when_it_was_handed_in_after_its_day(work):
    for submitted in (None, DUE, DUE + timedelta(days=3)):
        review = ReviewFactory(assignment=work, rater=UserFactory(), relation="colleague", due_on=DUE)
        if submitted:
            Review.objects.filter(pk=review.pk).update(status="submitted", submitted_at=at(submitted))
    declined = ReviewFactory(assignment=work, rater=UserFactory(), relation="colleague", due_on=DUE)
    Review.objects.filter(pk=declined.pk).update(status="declined")

    assert [(due.days, due.is_open) for due in read(WINDOW, DAY).reviews] == [(10, True), (None, False), (3, False)]


def test_asks_and_talks_are_late_by_the_day_they_were_needed_and_planned(work):
    AskFactory(assignment=work, needed_by=DUE, state="open")
    accepted = {"answered_by": work.sponsor, "answered_at": at(DUE + timedelta(days=5))}
    AskFactory(assignment=work, needed_by=DUE, state="accepted", **accepted)
    AskFactory(assignment=work, needed_by=DUE, state="withdrawn")
    SponsorCheckIn.objects.create(assignment=work, sponsor=work.sponsor, due_on=DUE, held_on=DUE + timedelta(days=1))
    SponsorCheckIn.objects.create(assignment=work, sponsor=work.sponsor, due_on=DUE + timedelta(days=1))

    assert [(due.days, due.is_open) for due in asks(WINDOW, DAY)] == [(10, True), (5, False)]
    assert [(due.days, due.is_open) for due in talks(WINDOW, DAY)] == [(1, False), (9, True)]


def codes(work, end: date = DUE + timedelta(days=4)) -> dict[str, int]:
    found = beside([LateMilestone(work.pk, work.mentee_id, DUE, end)], DAY)
    assert found.late == 1
    assert found.nothing == (not found.codes)
    return found.codes


def test_beside_a_late_milestone_stands_what_happened_from_four_weeks_before_until_it_came(work):
    assert codes(work) == {}
    late = milestone(work)
    for kind, asked in (("added", DUE - timedelta(days=28)), ("moved", DUE + timedelta(days=4))):
        ScopeChangeFactory(assignment=work, kind=kind, asked_at=at(asked))
    for kind, asked in (("removed", DUE - timedelta(days=29)), ("changed", DUE + timedelta(days=5))):
        ScopeChangeFactory(assignment=work, kind=kind, asked_at=at(asked))
    PlanEdit.objects.create(assignment=work, milestone=late, what="moved", by=work.mentee, at=at(DUE))
    PlanEdit.objects.create(assignment=work, milestone=late, what="reworded", by=work.mentee, at=at(DUE))
    Pause.objects.create(assignment=work, from_on=date(2026, 1, 5), until_on=DUE - timedelta(days=28))

    assert codes(work) == {"scope_added": 1, "scope_moved": 1, "plan_moved": 1, "paused": 1}


def test_a_new_sponsor_and_a_missed_check_in_are_on_record_too(work):
    SponsorRequestFactory(assignment=work, status="accepted", answered_at=at(DUE))
    CheckInFactory(assignment=work, due_on=DUE - timedelta(days=7))
    assert codes(work) == {"handed_over": 1}

    CheckInFactory(assignment=work, due_on=DUE)

    assert codes(work) == {"handed_over": 1, "check_in_missed": 1}


def test_a_pause_that_goes_on_and_declined_changes_are_told_apart(work):
    Pause.objects.create(assignment=work, from_on=DUE)
    declined = {"state": "declined", "decided_by": work.sponsor, "decided_at": at(DUE)}
    ScopeChangeFactory(assignment=work, kind="added", asked_at=at(DUE), **declined)

    assert codes(work) == {"paused": 1}


def test_a_setback_and_an_ask_that_waited_do_not_change_what_is_counted_openly(work):
    late = [LateMilestone(work.pk, work.mentee_id, DUE, DAY)]
    before = beside(late, DAY)
    SetbackFactory(assignment=work, happened_on=DUE)
    AskFactory(assignment=work, needed_by=DUE - timedelta(days=2), state="open")

    after = beside(late, DAY)

    # Neither the codes nor how many have none: or one private thing would follow from the difference.
    assert (before.late, before.codes, before.nothing) == (after.late, after.codes, after.nothing) == (1, {}, 1)
    assert {code: summed_up(due).value for code, due in before.private.items()} == {"setback": 0, "ask_waited": 0}
    assert {code: summed_up(due).value for code, due in after.private.items()} == {"setback": 1, "ask_waited": 1}


def test_an_ask_that_was_answered_in_time_did_not_wait(work):
    answered = {"answered_by": work.sponsor, "answered_at": at(DUE - timedelta(days=1))}
    AskFactory(assignment=work, needed_by=DUE, state="accepted", **answered)

    [due] = beside([LateMilestone(work.pk, work.mentee_id, DUE, DAY)], DAY).private["ask_waited"]

    assert due == Due(work.mentee_id)
