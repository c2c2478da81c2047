"""The next mails of a person, as the planner itself would write them; nothing is written by looking."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from assignments import reminders
from stretchhub.env import now, today
from stretchhub.notices.forecast import coming
from stretchhub.notices.models import Delivery, Notice, ReminderSettings, State, TopicDelivery
from stretchhub.notices.topics import Topic
from tests.factories import AssignmentFactory, CheckInAnswerFactory, CheckInFactory, MilestoneFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("notices:forecast")
DAYS = "1234567"


@pytest.fixture
def work(mentee, mentor):
    for person in (mentee, mentor):
        person.working_days, person.time_zone = DAYS, "UTC"
        person.save()
    return AssignmentFactory(
        option__mentorship__mentee=mentee, option__mentorship__mentor=mentor, title="Claims in 14 days"
    )


def subjects(person) -> list[str]:
    return [mail.letter.subject for mail in coming(person)]


def test_the_check_ins_and_milestones_ahead_stand_in_the_order_in_which_they_go_out(work, mentee):
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=9))
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))
    MilestoneFactory(assignment=work, title="Pilot agreed", due_on=today() + timedelta(days=5))

    mails = coming(mentee)

    assert [mail.kind for mail in mails][:1] == ["assignments.check_in_due"]
    assert [mail.at for mail in mails] == sorted(mail.at for mail in mails)
    assert {mail.kind for mail in mails} >= {"assignments.check_in_due", "assignments.milestone_overdue"}
    assert all(mail.at > now() for mail in mails)


def test_looking_writes_nothing(work, mentee, sign_in):
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))

    assert sign_in(mentee).get(PAGE).status_code == 200
    assert not Notice.objects.exists()


def test_what_is_foretold_is_what_is_then_written_at_the_same_moment(work, mentee, mentor, clock):
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))
    foretold = [(mail.kind, mail.at) for mail in coming(mentor) if mail.kind == "assignments.check_in_due"]

    clock(days=3, hours=23)
    reminders.plan(now())

    written = Notice.objects.filter(recipient=mentor, kind="assignments.check_in_due", state=State.QUEUED)
    assert [(notice.kind, notice.due_at) for notice in written] == foretold
    assert len(foretold) == 1


def test_own_hours_move_what_is_ahead(work, mentee):
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))
    [before] = coming(mentee)
    ReminderSettings.objects.create(user=mentee, remind_at=time(16, 30))

    [after] = coming(mentee)

    assert after.at - before.at == timedelta(hours=7, minutes=30)


def test_a_topic_in_a_daily_mail_says_so_and_one_that_is_off_is_not_foretold(work, mentee):
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))
    chosen = TopicDelivery.objects.create(user=mentee, topic=Topic.CHECK_INS, delivery=Delivery.DAILY)
    [mail] = coming(mentee)
    assert mail.in_digest is True
    chosen.delivery = Delivery.OFF
    chosen.save()

    assert coming(mentee) == []


def test_what_is_answered_already_is_not_foretold(work, mentee, mentor):
    check_in = CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))
    CheckInAnswerFactory(check_in=check_in, by=mentee)

    assert subjects(mentee) == []
    assert len(subjects(mentor)) == 1


def test_somebody_elses_mails_are_not_shown(work, sign_in, stranger):
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))

    page = sign_in(stranger).get(PAGE).content.decode()

    assert "No mail is planned" in page
    assert "Claims in 14 days" not in page


def test_the_page_takes_as_many_queries_with_three_as_with_one(work, mentee, sign_in, count_queries):
    browser = sign_in(mentee)
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))
    one = count_queries(browser, PAGE)
    for days in (12, 20):
        CheckInFactory(assignment=work, due_on=today() + timedelta(days=days))

    assert count_queries(browser, PAGE) == one
