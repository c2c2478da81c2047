import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from assignments import reminders, tasks
from assignments.actions.intake import change_revisit_day
from assignments.models import Assignment, CheckIn, Status
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice, State
from tests.factories import (
    AssignmentFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    IntakeFactory,
    MentorshipFactory,
    MilestoneFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentor.time_zone = "America/New_York"
    mentor.save()
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


@pytest.fixture
def check_in(assignment):
    return CheckInFactory(assignment=assignment, due_on=MONDAY)


def queued():
    return list(Notice.objects.filter(state=State.QUEUED).order_by("id"))


def test_each_is_reminded_at_nine_where_they_are(check_in, mentee, mentor):
    assert not reminders.plan(at(8, 59))
    reminders.plan(at(9))
    assert [notice.recipient for notice in queued()] == [mentee]
    reminders.plan(at(13, 59))
    assert len(queued()) == 1
    reminders.plan(at(14))

    assert [notice.recipient for notice in queued()] == [mentee, mentor]
    assert [notice.due_at for notice in queued()] == [at(9), at(14)]


def test_the_key_names_check_in_rhythm_day_and_person(check_in, mentee):
    reminders.plan(at(9))

    assert queued()[0].key == f"assignments.check_in_due:{check_in.pk}:1:2026-11-23:{mentee.pk}:email"


def test_planning_again_writes_nothing(check_in):
    first = reminders.plan(at(20))
    again = reminders.plan(at(20))

    assert (first, again) == ({"queued": 2}, {})
    assert Notice.objects.count() == 2


def test_a_day_off_is_left_alone(check_in, mentee, mentor):
    mentee.working_days = "345"
    mentee.save()

    reminders.plan(at(20))
    assert [notice.recipient for notice in queued()] == [mentor]
    reminders.plan(at(9, day=MONDAY + timedelta(days=2)))

    assert queued()[-1].recipient == mentee
    assert Notice.objects.count() == 2


def test_who_has_answered_is_not_reminded(check_in, mentor):
    CheckInAnswerFactory(check_in=check_in)

    reminders.plan(at(20))

    assert [notice.recipient for notice in queued()] == [mentor]


@pytest.mark.parametrize("status", [Status.PAUSED, Status.REVIEWING])
def test_work_that_stands_still_reminds_nobody(check_in, status):
    Assignment.objects.update(status=status, paused_on=MONDAY)

    assert not reminders.plan(at(20))


def test_what_was_taken_back_and_who_has_left_are_not_reminded(check_in, mentee, mentor):
    mentor.is_active, mentor.deactivated_at = False, at(1)
    mentor.save()
    reminders.plan(at(20))
    assert [notice.recipient for notice in queued()] == [mentee]
    Notice.objects.all().delete()

    CheckIn.objects.update(cancelled_at=at(1))

    assert not reminders.plan(at(20))


def test_after_an_outage_only_the_newest_is_sent(assignment, mentee):
    for weeks in (0, 1, 2):
        CheckInFactory(assignment=assignment, due_on=MONDAY - timedelta(weeks=weeks))

    counts = reminders.plan(at(20))

    assert counts == {"queued": 2, "stale": 4}
    mine = Notice.objects.filter(recipient=mentee)
    sent = mine.get(state=State.QUEUED)
    assert CheckIn.objects.get(pk=sent.object_id).due_on == MONDAY
    assert set(mine.filter(state=State.STALE).values_list("reason", flat=True)) == {
        "A newer one had come due before it was sent."
    }


def test_who_answered_a_later_one_is_not_sent_back(assignment, mentee):
    CheckInFactory(assignment=assignment, due_on=MONDAY - timedelta(weeks=1))
    CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment, due_on=MONDAY))

    reminders.plan(at(20))

    assert [notice.state for notice in Notice.objects.filter(recipient=mentee)] == [State.STALE]


def test_a_month_without_the_planner_is_one_mail_for_each_assignment(mentee, mentor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    for _ in range(3):
        work = AssignmentFactory(option__mentorship=mentorship)
        for weeks in range(5):
            CheckInFactory(assignment=work, due_on=MONDAY - timedelta(weeks=weeks))

    counts = reminders.plan(at(20))

    assert counts == {"queued": 6, "stale": 24}


def test_somebody_who_moves_on_the_day_is_reminded_once(check_in, mentee):
    reminders.plan(at(9))
    mentee.time_zone = "Pacific/Auckland"
    mentee.save()

    reminders.plan(at(23))

    assert Notice.objects.filter(recipient=mentee).count() == 1


def test_planning_takes_as_many_queries_for_three_as_for_one(django_assert_num_queries, check_in):
    late = MONDAY + timedelta(days=3)
    with django_assert_num_queries(30):
        reminders.plan(at(20, day=late))
    for _ in range(3):
        CheckInFactory(due_on=MONDAY)
    with django_assert_num_queries(30):
        reminders.plan(at(20, day=late))


def test_a_silence_that_cannot_be_long_enough_is_not_even_read(django_assert_num_queries, check_in):
    reminders.plan(at(20))
    for _ in range(3):
        CheckInFactory(due_on=MONDAY, assignment__mentee=check_in.assignment.mentee)
    reminders.plan(at(20))

    with django_assert_num_queries(15):
        assert not reminders.plan(at(20))


def test_a_late_milestone_reminds_the_mentee_once_the_day_after(assignment, mentee):
    milestone = MilestoneFactory(assignment=assignment, due_on=MONDAY)

    assert not reminders.plan(at(23))
    reminders.plan(at(9, day=MONDAY + timedelta(days=1)))
    reminders.plan(at(9, day=MONDAY + timedelta(days=3)))

    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient, notice.object_id) == (
        "assignments.milestone_overdue",
        mentee,
        milestone.pk,
    )


def test_a_milestone_that_is_done_reminds_nobody(assignment, mentee):
    MilestoneFactory(assignment=assignment, due_on=MONDAY, done_at=at(1), done_by=mentee)

    assert not reminders.plan(at(20, day=MONDAY + timedelta(days=2)))


def letter(notice):
    kind = kinds.get(notice.kind)
    thing = kinds.load_things([notice])[notice.pk]
    return delivery.letter(notice, thing, kind)


def test_the_mail_begins_with_the_day_and_has_one_way_to_answer(check_in, mentor, clock):
    reminders.plan(at(9))
    clock(to=at(9))

    words = letter(queued()[0])

    assert words.subject == f"Mon 23 Nov: check-in for {check_in.assignment.title}"
    assert words.path == f"/check-ins/{check_in.code}/"
    assert words.action == "Answer the check-in"
    assert "Tom Berg" in words.paragraphs[0]
    assert words.why.startswith("the charter of this assignment asks for a check-in")


def test_what_was_settled_meanwhile_is_not_sent(check_in):
    reminders.plan(at(20))
    to_mentee, to_mentor = queued()
    CheckInAnswerFactory(check_in=check_in)

    assert letter(to_mentee) is None
    assert letter(to_mentor) is not None
    Assignment.objects.update(status=Status.PAUSED, paused_on=MONDAY)
    assert letter(to_mentor) is None


def test_a_milestone_done_meanwhile_is_not_sent(assignment, mentee, clock):
    milestone = MilestoneFactory(assignment=assignment, due_on=MONDAY)
    reminders.plan(at(20, day=MONDAY + timedelta(days=1)))
    clock(to=at(20, day=MONDAY + timedelta(days=1)))
    notice = queued()[0]
    assert letter(notice).subject == f"Mon 23 Nov: {milestone.title} was due"

    milestone.done_at, milestone.done_by = at(1), mentee
    milestone.save()

    assert letter(notice) is None


def test_the_task_wakes_the_sender_only_when_there_is_work(check_in, monkeypatch):
    woken = []
    monkeypatch.setattr(tasks, "wake", woken.append)
    monkeypatch.setattr(tasks, "now", lambda: at(20))

    assert tasks.plan_reminders() == {"queued": 2}
    assert tasks.plan_reminders() == {}
    assert woken == ["stretchhub.notices.tasks.deliver"]


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_planners_at_the_same_time_write_each_reminder_once():
    for _ in range(20):
        CheckInFactory(due_on=MONDAY)

    def run():
        try:
            reminders.plan(at(20))
        finally:
            connection.close()

    planners = [threading.Thread(target=run) for _ in range(4)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()

    assert Notice.objects.count() == 40
    assert len(set(Notice.objects.values_list("key", flat=True))) == 40


def test_the_page_knows_the_newest_reminder_of_each(check_in, mentee):
    reminders.plan(at(9))

    assert set(reminders.sent_for(mentee, "assignments.check_in_due", [check_in.pk])) == {check_in.pk}
    assert reminders.sent_for(UserFactory(), "assignments.check_in_due", [check_in.pk]) == {}


@pytest.fixture
def revisit(mentee, mentor):
    mentor.time_zone = "America/New_York"
    mentor.save()
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return IntakeFactory(mentorship=mentorship, kept=True, revisit_on=MONDAY)


def test_both_are_reminded_of_the_day_to_talk_again_at_nine_where_they_are(revisit, mentee, mentor, clock):
    assert not reminders.plan(at(8, 59))
    reminders.plan(at(9))
    reminders.plan(at(14))
    reminders.plan(at(20, day=MONDAY + timedelta(days=3)))

    assert [(notice.recipient, notice.due_at) for notice in queued()] == [(mentee, at(9)), (mentor, at(14))]
    assert queued()[0].key == f"assignments.intake_revisit:{revisit.pk}:0:2026-11-23:{mentee.pk}:email"
    clock(to=at(9))
    words = letter(queued()[0])
    assert words.subject == "Mon 23 Nov: talk again with Tom Berg"
    assert words.path == f"/mentorships/{revisit.mentorship.code}/intakes/"


def test_a_day_off_moves_the_talk_again_reminder_to_the_next_working_day(revisit, mentor):
    mentor.working_days = "345"
    mentor.save()

    reminders.plan(at(20))
    assert len(queued()) == 1
    reminders.plan(at(15, day=MONDAY + timedelta(days=2)))

    assert queued()[-1].recipient == mentor


def test_nobody_is_reminded_to_talk_again_after_a_newer_conversation_or_the_end(revisit):
    reminders.plan(at(20))
    to_mentee = queued()[0]
    assert letter(to_mentee) is not None

    newer = IntakeFactory(mentorship=revisit.mentorship)
    assert letter(to_mentee) is None
    Notice.objects.all().delete()
    assert not reminders.plan(at(20))
    newer.delete()
    revisit.mentorship.ended_on = MONDAY
    revisit.mentorship.save()
    assert letter(to_mentee) is None
    assert not reminders.plan(at(20))


def test_another_day_to_talk_again_sends_that_one_alone(revisit, mentee):
    reminders.plan(at(20))
    former = queued()[0]

    change_revisit_day(revisit, by=mentee, revisit_on=MONDAY + timedelta(days=1))
    reminders.plan(at(20, day=MONDAY + timedelta(days=1)))

    assert letter(former) is None
    assert [letter(notice) is not None for notice in queued()] == [False, False, True, True]


def test_moving_the_day_there_and_back_reminds_again(revisit, mentee):
    reminders.plan(at(20))
    for days in (1, 0):
        change_revisit_day(revisit, by=mentee, revisit_on=MONDAY + timedelta(days=days))

    reminders.plan(at(20))

    assert [letter(notice) is not None for notice in queued()] == [False, False, True, True]
