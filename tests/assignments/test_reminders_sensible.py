"""Reminders behave as a sensible person would: with absences, digests, changes, pauses, and when nobody answers."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from assignments import reminders
from assignments.actions import assignment as work_actions
from assignments.actions import check_in as actions
from assignments.models import Assignment, CheckIn, LearningItem, Milestone, Programme, Status
from stretchhub.notices import delivery, kinds, planner, writing
from stretchhub.notices.models import Absence, Delivery, Notice, ReminderSettings, State, TopicDelivery
from stretchhub.notices.sources import together
from stretchhub.notices.topics import Topic
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    LearningItemFactory,
    MentorshipFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
CHECK_IN, LATE = "assignments.check_in_silent", "assignments.milestone_late"


def later(days):
    return MONDAY + timedelta(days=days)


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor, starts_on=later(-28), ends_on=later(60))


@pytest.fixture
def check_in(assignment):
    return CheckInFactory(assignment=assignment, due_on=MONDAY)


def told(person, **only):
    return list(Notice.objects.filter(recipient=person, **only).order_by("id"))


def words(notice):
    return writing.letter(notice, kinds.load_things([notice])[notice.pk], kinds.get(notice.kind))


def test_each_chooses_the_hour(check_in, mentee):
    ReminderSettings.objects.create(user=mentee, remind_at=time(7, 15))

    assert not reminders.plan(at(7, 14))
    reminders.plan(at(7, 15))

    assert [notice.due_at for notice in told(mentee)] == [at(7, 15)]


def test_quiet_hours_hold_a_reminder_until_their_end(check_in, mentee):
    ReminderSettings.objects.create(user=mentee, quiet_from=time(8), quiet_until=time(12))

    reminders.plan(at(9))

    [notice] = told(mentee)
    assert (notice.planned_for, notice.due_at) == (at(9), at(12))
    assert notice.reason == "Held until the quiet hours end."


def test_who_gets_one_mail_a_day_has_the_check_in_in_the_mail_of_its_day(check_in, mentee):
    TopicDelivery.objects.create(user=mentee, topic=Topic.CHECK_INS, delivery=Delivery.DAILY)

    assert not reminders.plan(at(7, 59))
    reminders.plan(at(8))
    assert reminders.plan(at(9)) == {"queued": 1}

    [digest] = told(mentee, kind="notices.digest")
    [notice] = told(mentee, kind="assignments.check_in_due")
    assert (notice.state, notice.digest, digest.due_at) == (State.BUNDLED, digest, at(9))


def test_one_mail_a_week_takes_what_came_due_since(check_in, mentee):
    ReminderSettings.objects.create(user=mentee, weekly_on=4)
    TopicDelivery.objects.create(user=mentee, topic=Topic.CHECK_INS, delivery=Delivery.WEEKLY)

    reminders.plan(at(9))

    assert [digest.due_at for digest in told(mentee, kind="notices.digest")] == [at(9, day=later(3))]


def test_what_is_off_is_on_the_page_and_costs_no_mail(check_in, mentee):
    TopicDelivery.objects.create(user=mentee, topic=Topic.CHECK_INS, delivery=Delivery.OFF)

    reminders.plan(at(9))

    assert [notice.state for notice in told(mentee)] == [State.SHOWN]


def test_two_check_ins_in_an_absence_are_one_mail_on_the_day_back(assignment, check_in, mentee, clock, mailoutbox):
    second = CheckInFactory(assignment=assignment, due_on=later(7))
    Absence.objects.create(user=mentee, from_on=MONDAY, until_on=later(8))
    reminders.plan(at(9))
    reminders.plan(at(9, day=later(7)))

    first, newest = told(mentee)
    assert [first.due_at, newest.due_at] == [at(9, day=later(9))] * 2
    clock(to=at(10, day=later(9)))
    assert words(first) is None
    assert words(newest).path == f"/check-ins/{second.code}/"


def test_a_new_rhythm_reminds_of_no_day_twice_and_skips_none(assignment, check_in, mentee, clock):
    CharterFactory(assignment=assignment, rhythm="weekly")
    clock(to=at(10))
    reminders.plan(at(10))

    for rhythm in ("fortnightly", "weekly"):
        assignment.charter.rhythm = rhythm
        assignment.charter.save()
        actions.plan(assignment)
        reminders.plan(at(10))
    assert len(told(mentee)) == 1

    for days in range(1, 15):
        reminders.plan(at(10, day=later(days)))
    assert [
        CheckIn.objects.get(pk=notice.object_id).due_on for notice in told(mentee, kind="assignments.check_in_due")
    ] == [
        MONDAY,
        later(7),
        later(14),
    ]


def test_a_pause_takes_back_what_waits_and_a_full_period_passes_after(assignment, check_in, mentee, mentor, clock):
    CharterFactory(assignment=assignment, rhythm="weekly")
    Absence.objects.create(user=mentee, from_on=MONDAY, until_on=later(1))
    clock(to=at(10))
    reminders.plan(at(10))
    [waits] = told(mentee)

    work_actions.pause(Assignment.objects.get(pk=assignment.pk), by=mentor, reason="A busy week.")
    assert words(waits) is None
    clock(to=at(10, day=later(4)))
    work_actions.resume(Assignment.objects.get(pk=assignment.pk), by=mentor)
    for days in range(4, 11):
        reminders.plan(at(10, day=later(days)))
    assert told(mentee, kind="assignments.check_in_due") == [waits]
    reminders.plan(at(10, day=later(11)))

    [_first, after] = told(mentee, kind="assignments.check_in_due")
    assert CheckIn.objects.get(pk=after.object_id).due_on == later(11)


def test_an_extension_adds_days_and_repeats_none(assignment, check_in, mentee, clock):
    CharterFactory(assignment=assignment, rhythm="weekly")
    Assignment.objects.update(ends_on=later(7))
    clock(to=at(10))
    reminders.plan(at(10))
    actions.plan(Assignment.objects.get(pk=assignment.pk))

    Assignment.objects.update(ends_on=later(21))
    actions.plan(Assignment.objects.get(pk=assignment.pk))
    for days in range(1, 29):
        reminders.plan(at(10, day=later(days)))

    due = [CheckIn.objects.get(pk=each.object_id).due_on for each in told(mentee, kind="assignments.check_in_due")]
    assert due == [MONDAY, later(7), later(14), later(21)]


def test_a_check_in_on_the_last_day_is_reminded_even_when_the_next_working_day_is_after_it(assignment, mentee):
    Assignment.objects.update(ends_on=later(5))
    CheckInFactory(assignment=assignment, due_on=later(5))

    reminders.plan(at(10, day=later(5)))
    assert told(mentee) == []
    reminders.plan(at(10, day=later(7)))

    assert len(told(mentee)) == 1


def test_a_milestone_moved_while_its_reminder_waits_is_told_of_its_new_day_alone(assignment, mentee, clock):
    milestone = MilestoneFactory(assignment=assignment, due_on=MONDAY)
    reminders.plan(at(9, day=later(1)))
    [former] = told(mentee)

    Milestone.objects.filter(pk=milestone.pk).update(due_on=later(7))
    assert words(former) is None
    reminders.plan(at(9, day=later(8)))

    clock(to=at(9, day=later(8)))
    [_former, now_told] = told(mentee, kind="assignments.milestone_overdue")
    assert words(now_told).subject.startswith("Mon 30 Nov: ")


def test_what_was_settled_and_is_open_again_is_told_of_once(assignment, mentee):
    milestone = MilestoneFactory(assignment=assignment, due_on=MONDAY)
    reminders.plan(at(9, day=later(1)))
    Milestone.objects.filter(pk=milestone.pk).update(done_at=at(10, day=later(1)), done_by=mentee)
    delivery.deliver()
    assert [notice.state for notice in told(mentee)] == [State.CANCELLED]
    assert not reminders.plan(at(11, day=later(1)))

    Milestone.objects.filter(pk=milestone.pk).update(done_at=None, done_by=None)
    for _again in range(2):
        reminders.plan(at(12, day=later(1)))

    [notice] = told(mentee)
    assert (notice.state, notice.reason) == (State.QUEUED, "")


def test_what_went_out_is_not_told_again_when_it_opens_again(assignment, mentee):
    MilestoneFactory(assignment=assignment, due_on=MONDAY)
    reminders.plan(at(9, day=later(1)))
    Notice.objects.update(state=State.SENT, sent_at=at(9, day=later(1)))

    assert not reminders.plan(at(12, day=later(1)))


def test_something_to_learn_written_down_after_its_hour_needs_no_reminder(mentee):
    mentorship = MentorshipFactory(mentee=mentee)
    item = LearningItemFactory(mentorship=mentorship, due_on=MONDAY)
    LearningItem.objects.filter(pk=item.pk).update(created_at=at(9, 30))

    assert not reminders.plan(at(20))


def test_the_mentor_is_told_after_two_working_days_without_an_answer(check_in, mentor, clock):
    assert CHECK_IN not in {notice.kind for notice in _planned(at(8, 59, day=later(2)))}
    reminders.plan(at(9, day=later(2)))

    clock(to=at(9, day=later(2)))
    [notice] = told(mentor, kind=CHECK_IN)
    letter = words(notice)
    assert letter.subject == "Mon 23 Nov: Mina may need a hand with the check-in"
    assert "There are many good reasons." in letter.paragraphs[0]
    assert letter.path == f"/check-ins/{check_in.code}/"


def _planned(moment):
    reminders.plan(moment)
    return Notice.objects.all()


def test_neither_weekends_nor_days_away_count_as_silence(assignment, mentee, mentor):
    CheckInFactory(assignment=assignment, due_on=later(3))
    Absence.objects.create(user=mentee, from_on=later(7), until_on=later(7))

    reminders.plan(at(20, day=later(7)))
    assert told(mentor, kind=CHECK_IN) == []
    reminders.plan(at(9, day=later(8)))

    assert len(told(mentor, kind=CHECK_IN)) == 1


def test_an_answer_in_time_or_before_the_mail_is_the_end_of_it(check_in, mentor):
    reminders.plan(at(9, day=later(2)))
    [notice] = told(mentor, kind=CHECK_IN)
    CheckInAnswerFactory(check_in=check_in)

    assert words(notice) is None
    Notice.objects.all().delete()
    reminders.plan(at(9, day=later(2)))
    assert told(mentor, kind=CHECK_IN) == []


def test_the_programme_is_told_only_where_it_says_so_and_both_are_silent(check_in, hr, mentor, sponsor, clock):
    reminders.plan(at(20, day=later(4)))
    assert told(hr) == []
    Programme.objects.create(escalate_to=hr)

    reminders.plan(at(8, 59, day=later(4)))
    assert told(hr) == []
    reminders.plan(at(9, day=later(4)))

    clock(to=at(9, day=later(4)))
    [notice] = told(hr)
    letter = words(notice)
    assert letter.subject == f"Mon 23 Nov: a pair may need a hand with “{check_in.assignment.title}”"
    assert "Nothing is wrong yet." in letter.paragraphs[1]
    assert letter.path == f"/people/{check_in.assignment.mentee.code}/"
    assert told(sponsor) == []


def test_whom_the_programme_named_is_told_no_more_once_they_have_left_the_office(check_in, assignment, hr):
    Programme.objects.create(escalate_to=hr)
    milestone = MilestoneFactory(assignment=assignment, due_on=MONDAY)
    reminders.plan(at(9, day=later(7)))
    before = [words(notice) is None for notice in told(hr)]

    hr.role_grants.all().delete()

    assert before == [False, False]
    assert [words(notice) for notice in told(hr)] == [None, None]
    Notice.objects.all().delete()
    reminders.plan(at(9, day=later(7)))
    assert told(hr) == [] and milestone.done_at is None


def test_the_sponsor_is_not_told_even_where_the_programme_names_them(check_in, hr):
    Programme.objects.create(escalate_to=hr)
    reminders.plan(at(9, day=later(4)))
    [notice] = told(hr)
    Assignment.objects.update(sponsor=hr)

    assert words(notice) is None
    Notice.objects.all().delete()
    reminders.plan(at(9, day=later(4)))
    assert told(hr) == []


def test_the_programme_is_not_told_where_the_mentor_has_answered(check_in, hr, mentor):
    Programme.objects.create(escalate_to=hr)
    reminders.plan(at(9, day=later(4)))
    [notice] = told(hr)
    CheckInAnswerFactory(check_in=check_in, by=mentor)

    assert words(notice) is None
    Notice.objects.all().delete()
    reminders.plan(at(9, day=later(4)))
    assert told(hr) == []


def test_a_late_milestone_goes_the_same_way(assignment, hr, mentee, mentor, sponsor, clock):
    Programme.objects.create(escalate_to=hr)
    milestone = MilestoneFactory(assignment=assignment, due_on=MONDAY)

    for days in range(1, 8):
        reminders.plan(at(9, day=later(days)))

    assert [notice.planned_for for notice in told(mentor, kind=LATE)] == [at(9, day=later(3))]
    assert [notice.planned_for for notice in told(hr, kind=LATE)] == [at(9, day=later(7))]
    assert told(sponsor) == []
    clock(to=at(9, day=later(7)))
    [to_mentor], [to_hr] = told(mentor, kind=LATE), told(hr, kind=LATE)
    assert words(to_mentor).subject == f"Mon 23 Nov: Mina may need a hand with “{milestone.title}”"
    assert milestone.title not in words(to_hr).subject
    Milestone.objects.update(done_at=at(10), done_by=mentee)
    assert words(to_mentor) is None and words(to_hr) is None


def test_a_programme_administrator_who_is_one_of_the_two_is_told_once(check_in, mentor):
    Programme.objects.create(escalate_to=mentor)

    reminders.plan(at(9, day=later(6)))

    assert len(told(mentor, kind=CHECK_IN)) == 1


@pytest.mark.parametrize("status", [Status.PAUSED, Status.REVIEWING])
def test_work_that_stands_still_asks_nobody_for_a_hand(check_in, mentor, status):
    Assignment.objects.update(status=status, paused_on=MONDAY)

    assert not reminders.plan(at(20, day=later(6)))


def test_the_next_reminders_of_a_person_are_known_without_being_written(assignment, mentee, mentor):
    CheckInFactory(assignment=assignment, due_on=later(2))
    MilestoneFactory(assignment=assignment, due_on=later(3))
    ReminderSettings.objects.create(user=mentee, quiet_from=time(8), quiet_until=time(10))
    days = (MONDAY, later(10))

    ahead = planner.forecast(together(reminders.sources(days, person=mentee)), at(9), until=at(9, day=later(10)))

    assert [(each.slot.kind, each.place.due_at) for each in ahead] == [
        ("assignments.check_in_due", at(10, day=later(2))),
        ("assignments.milestone_overdue", at(10, day=later(4))),
    ]
    assert not Notice.objects.exists()
