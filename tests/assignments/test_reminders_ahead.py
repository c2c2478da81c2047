"""One reminder more, so many days before a day, for whoever asked for it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments import reminders
from assignments.models import CheckIn, LearningItem, Milestone
from stretchhub.env import now, today
from stretchhub.notices import delivery
from stretchhub.notices.forecast import coming
from stretchhub.notices.models import Absence, Delivery, Notice, State, TopicDelivery
from stretchhub.notices.timing import Hours, last_day
from stretchhub.notices.topics import Topic
from tests.factories import (
    AssignmentFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    LearningItemFactory,
    MentorshipFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
CHECK_IN, MILESTONE = "assignments.check_in_ahead", "assignments.milestone_ahead"
LEARNING = "assignments.learning_ahead"
KINDS = (CHECK_IN, MILESTONE, LEARNING)


def later(days):
    return MONDAY + timedelta(days=days)


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor, starts_on=later(-28), ends_on=later(60))


def wants(person, days, topic=Topic.PLAN, how=Delivery.IMMEDIATE):
    kept = {"delivery": how, "days_before": days}
    TopicDelivery.objects.update_or_create(user=person, topic=topic, defaults=kept)


def told(person, **only):
    return list(Notice.objects.filter(recipient=person, kind__in=KINDS, **only).order_by("id"))


def plan(day, hour=9):
    reminders.plan(at(hour, day=day))


def test_nobody_is_told_before_unless_they_ask_for_it(assignment, mentee):
    MilestoneFactory(assignment=assignment, due_on=later(2))

    plan(MONDAY)

    assert told(mentee) == []


def test_each_is_told_so_many_days_before_at_their_own_hour_and_once(assignment, mentee):
    wants(mentee, 3)
    MilestoneFactory(assignment=assignment, due_on=later(3))

    assert not reminders.plan(at(8, 59))
    plan(MONDAY)
    plan(MONDAY, 10)
    plan(later(1))

    assert [(notice.kind, notice.due_at) for notice in told(mentee)] == [(MILESTONE, at(9))]


def test_check_ins_are_told_to_whichever_side_asked(assignment, mentee, mentor):
    wants(mentor, 2, Topic.CHECK_INS)
    check_in = CheckInFactory(assignment=assignment, due_on=later(2))

    plan(MONDAY)

    assert [notice.object_id for notice in told(mentor)] == [check_in.pk]
    assert told(mentee) == []


def test_what_is_to_be_learnt_is_told_before_too(assignment, mentee):
    wants(mentee, 4)
    item = LearningItemFactory(mentorship=assignment.option.mentorship, due_on=later(4))

    plan(MONDAY)

    assert [(notice.kind, notice.object_id) for notice in told(mentee)] == [(LEARNING, item.pk)]


def test_one_topic_says_nothing_about_another(assignment, mentee):
    wants(mentee, 5, Topic.CHECK_INS)
    MilestoneFactory(assignment=assignment, due_on=later(2))

    plan(MONDAY)

    assert told(mentee) == []


def test_a_day_before_that_is_no_working_day_is_told_on_the_working_day_before_it(assignment, mentee):
    wants(mentee, 1)
    MilestoneFactory(assignment=assignment, due_on=later(7))

    plan(later(4), 8)
    assert told(mentee) == []
    plan(later(4))

    assert [notice.due_at for notice in told(mentee)] == [at(9, day=later(4))]


def test_where_fewer_days_are_left_it_is_told_at_once_and_not_in_the_past(assignment, mentee):
    wants(mentee, 14)
    MilestoneFactory(assignment=assignment, due_on=later(3))

    plan(MONDAY, 11)
    plan(MONDAY, 12)
    plan(later(1))

    assert [(notice.planned_for, notice.due_at) for notice in told(mentee)] == [(at(11), at(11))]


def test_on_the_day_itself_and_after_it_nothing_is_told_before(assignment, mentee):
    wants(mentee, 14)
    MilestoneFactory(assignment=assignment, due_on=MONDAY)
    MilestoneFactory(assignment=assignment, due_on=later(-3))

    plan(MONDAY)

    assert told(mentee) == []


def test_a_day_that_moves_on_is_told_of_anew_and_one_that_moves_back_not_again(assignment, mentee):
    wants(mentee, 3)
    milestone = MilestoneFactory(assignment=assignment, due_on=later(3))
    plan(MONDAY)

    Milestone.objects.filter(pk=milestone.pk).update(due_on=later(10))
    plan(later(1))
    assert len(told(mentee)) == 1

    plan(later(7))
    assert [notice.due_at for notice in told(mentee)] == [at(9), at(9, day=later(7))]

    Milestone.objects.filter(pk=milestone.pk).update(due_on=later(3))
    plan(later(1))
    assert len(told(mentee)) == 2


def test_asking_for_more_days_once_it_was_told_tells_nothing_again(assignment, mentee):
    wants(mentee, 3)
    MilestoneFactory(assignment=assignment, due_on=later(3))
    plan(MONDAY)

    wants(mentee, 20)
    plan(later(1))

    assert len(told(mentee)) == 1


def test_two_that_come_on_different_days_are_both_told(assignment, mentee):
    wants(mentee, 10, Topic.CHECK_INS)
    for days in (3, 9):
        CheckInFactory(assignment=assignment, due_on=later(days))

    plan(MONDAY)

    assert [notice.state for notice in told(mentee)] == [State.QUEUED, State.QUEUED]


def test_what_is_done_answered_cancelled_or_resting_is_not_told(assignment, mentee, mentor):
    wants(mentee, 5)
    wants(mentee, 5, Topic.CHECK_INS)
    MilestoneFactory(assignment=assignment, due_on=later(5), done_at=at(8), done_by=mentee)
    MilestoneFactory(assignment=assignment, due_on=later(5), removed_at=at(8))
    CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment, due_on=later(4)), by=mentee)
    CheckInFactory(assignment=assignment, due_on=later(5), cancelled_at=at(8))
    resting = AssignmentFactory(option__mentorship=assignment.option.mentorship, paused=True)
    MilestoneFactory(assignment=resting, due_on=later(5))

    plan(MONDAY)

    assert told(mentee) == []


def test_in_one_mail_a_day_it_stands_in_the_mail_of_its_day(assignment, mentee):
    wants(mentee, 3, how=Delivery.DAILY)
    MilestoneFactory(assignment=assignment, due_on=later(3))

    plan(MONDAY, 8)

    [notice] = told(mentee)
    assert (notice.state, notice.digest.due_at) == (State.BUNDLED, at(9))


def test_who_is_away_until_after_the_day_hears_nothing_late(assignment, mentee, mailoutbox, clock):
    mentee.working_days = "1234567"
    mentee.save()
    wants(mentee, 9)
    Absence.objects.create(user=mentee, from_on=today(), until_on=today() + timedelta(days=5))
    MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=2))
    reminders.plan(now())
    assert len(told(mentee)) == 1

    clock(days=7)
    delivery.deliver()

    assert [notice.state for notice in told(mentee)] == [State.CANCELLED]
    assert mailoutbox == []


@pytest.fixture
def soon(assignment, mentee):
    """One of each, due in five days, told today."""
    mentee.working_days, mentee.time_zone = "1234567", "UTC"
    mentee.save()
    for topic in (Topic.PLAN, Topic.CHECK_INS):
        wants(mentee, 10, topic)
    day = today() + timedelta(days=5)
    things = (
        CheckInFactory(assignment=assignment, due_on=day),
        MilestoneFactory(assignment=assignment, title="Pilot", due_on=day),
        LearningItemFactory(mentorship=assignment.option.mentorship, title="Negotiate", due_on=day),
    )
    reminders.plan(now())
    return things


def test_each_says_its_day_and_how_to_be_told_no_more(soon, mentee, mailoutbox):
    delivery.deliver()

    mine = {mail.subject: mail.body for mail in mailoutbox if mail.to == [mentee.email]}
    kinds = sorted(subject.split(": ", 1)[1] for subject in mine)
    assert kinds[0] == "Pilot is due"
    assert kinds[1].startswith("check-in for ")
    assert kinds[2] == "“Negotiate” is coming"
    assert all("in 5 days" in body and "you asked to be told so many days before" in body for body in mine.values())


@pytest.mark.parametrize(
    "settle",
    [
        lambda check_in, milestone, item: (
            CheckInAnswerFactory(check_in=check_in),
            Milestone.objects.filter(pk=milestone.pk).update(done_at=now(), done_by=milestone.assignment.mentee),
            LearningItem.objects.filter(pk=item.pk).update(dropped_at=now()),
        ),
        lambda check_in, milestone, item: (
            CheckIn.objects.filter(pk=check_in.pk).update(due_on=today() + timedelta(days=8)),
            Milestone.objects.filter(pk=milestone.pk).update(due_on=today() + timedelta(days=8)),
            LearningItem.objects.filter(pk=item.pk).update(due_on=today() + timedelta(days=8)),
        ),
        lambda check_in, milestone, item: (
            CheckIn.objects.filter(pk=check_in.pk).update(cancelled_at=now()),
            Milestone.objects.filter(pk=milestone.pk).update(removed_at=now()),
            LearningItem.objects.filter(pk=item.pk).update(due_on=today()),
        ),
    ],
    ids=["done", "moved", "gone"],
)
def test_what_is_settled_or_moved_before_it_is_sent_is_not_sent(soon, settle, mentee, mailoutbox):
    settle(*soon)

    delivery.deliver()

    assert {notice.state for notice in told(mentee)} == {State.CANCELLED}
    assert [mail for mail in mailoutbox if mail.to == [mentee.email]] == []


def test_what_will_come_before_a_day_is_foretold(assignment, mentee):
    mentee.working_days, mentee.time_zone = "1234567", "UTC"
    mentee.save()
    wants(mentee, 3)
    MilestoneFactory(assignment=assignment, title="Pilot", due_on=today() + timedelta(days=9))

    ahead = [mail for mail in coming(mentee) if mail.kind == MILESTONE]

    assert [mail.at.date() for mail in ahead] == [today() + timedelta(days=6)]
    assert Notice.objects.count() == 0


def test_the_settings_keep_it_and_refuse_what_is_no_number_of_days(mentee, sign_in):
    client, url = sign_in(mentee), reverse("notices:preferences")
    usual = {f"topic_{topic}": "immediate" for topic in Topic if topic != Topic.ACCOUNT}
    sent = usual | {"remind_at": "09:00", "weekly_on": "1", "before_check_ins": "2", "before_plan": ""}

    assert client.post(url, sent).status_code == 302
    assert dict(TopicDelivery.objects.filter(user=mentee, days_before__gt=0).values_list("topic", "days_before")) == {
        "check_ins": 2
    }
    assert 'name="before_check_ins" value="2"' in client.get(url).text
    for wrong in ("-1", "31", "soon"):
        assert client.post(url, sent | {"before_plan": wrong}).status_code == 422
    assert client.post(url, sent | {"before_check_ins": ""}).status_code == 302
    assert not TopicDelivery.objects.filter(days_before__gt=0).exists()


def test_the_last_working_day_is_found_backwards():
    hours = Hours(UTC, working_days="12345", remind_at=time(9), holidays=frozenset({later(4)}))

    assert last_day(later(6), hours) == later(3)
    assert last_day(later(2), hours) == later(2)


def test_it_takes_as_many_queries_for_three_as_for_one(assignment, mentee):
    wants(mentee, 5)
    wants(mentee, 5, Topic.CHECK_INS)
    MilestoneFactory(assignment=assignment, due_on=later(5))
    with CaptureQueriesContext(connection) as one:
        plan(MONDAY)
    for days in (3, 4, 5):
        MilestoneFactory(assignment=assignment, due_on=later(days))
    with CaptureQueriesContext(connection) as three:
        plan(MONDAY)

    assert len(three) == len(one)
