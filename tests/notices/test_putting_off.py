"""What is put off on Today is put off in the mail."""

from datetime import timedelta

import pytest

from stretchhub.env import now, today
from stretchhub.notices import delivery, outbox
from stretchhub.notices.actions import snooze as actions
from stretchhub.notices.models import Delivery, Notice, State, TopicDelivery
from stretchhub.notices.topics import Topic
from stretchhub.today import lines_for
from tests.factories import AssignmentFactory, CheckInFactory, MentorshipFactory, MilestoneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor):
    return AssignmentFactory(option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor))


@pytest.fixture
def check_in(assignment, mentee):
    return CheckInFactory(assignment=assignment, due_on=today(mentee.zone))


def remind(check_in, person):
    outbox.queue("assignments.check_in_due", check_in, recipient=person, local_date=check_in.due_on)
    return Notice.objects.get(kind="assignments.check_in_due", recipient=person)


def subjects(person):
    return [line.subject for line in lines_for(person).waiting]


def test_a_reminder_of_what_is_put_off_waits_until_that_day_and_then_goes_out(check_in, mentee, mailoutbox, clock):
    [subject] = [each for each in subjects(mentee) if each.startswith("check_in_due:")]
    until = today(mentee.zone) + timedelta(days=10)
    actions.put_off(by=mentee, subject=subject, until_on=until)
    notice = remind(check_in, mentee)

    delivery.deliver()

    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (State.QUEUED, "Put off by its recipient.")
    assert notice.due_at.astimezone(mentee.zone).date() >= until
    assert mailoutbox == []
    clock(seconds=(notice.due_at - now()).total_seconds() + 1)
    delivery.deliver()
    notice.refresh_from_db()
    assert notice.state == State.SENT


def test_only_whoever_put_it_off_waits(check_in, mentee, mentor):
    [subject] = [each for each in subjects(mentee) if each.startswith("check_in_due:")]
    actions.put_off(by=mentee, subject=subject, until_on=today() + timedelta(days=5))
    notice = remind(check_in, mentor)

    delivery.deliver()

    notice.refresh_from_db()
    assert notice.state == State.SENT


def test_taken_up_again_it_goes_out_now(check_in, mentee):
    subject = next(each for each in subjects(mentee) if each.startswith("check_in_due:"))
    actions.put_off(by=mentee, subject=subject, until_on=today() + timedelta(days=5))
    notice = remind(check_in, mentee)
    delivery.deliver()

    actions.take_up(by=mentee, subject=subject)
    delivery.deliver()

    notice.refresh_from_db()
    assert notice.state == State.SENT


def test_a_milestone_put_off_before_its_day_is_put_off_after_it_too(assignment, mentee):
    milestone = MilestoneFactory(assignment=assignment, due_on=today(mentee.zone) - timedelta(days=1))
    [subject] = [each for each in subjects(mentee) if each.startswith("milestone_soon:")]
    actions.put_off(by=mentee, subject=subject, until_on=today() + timedelta(days=5))
    outbox.queue("assignments.milestone_overdue", milestone, recipient=mentee, local_date=milestone.due_on)

    delivery.deliver()

    assert Notice.objects.get(kind="assignments.milestone_overdue").state == State.QUEUED


def test_a_digest_leaves_out_what_is_put_off(check_in, mentee, clock):
    TopicDelivery.objects.create(user=mentee, topic=Topic.CHECK_INS, delivery=Delivery.DAILY)
    notice = remind(check_in, mentee)
    [subject] = [each for each in subjects(mentee) if each.startswith("check_in_due:")]
    actions.put_off(by=mentee, subject=subject, until_on=today() + timedelta(days=30))

    clock(seconds=(notice.digest.due_at - now()).total_seconds() + 1)
    delivery.deliver()

    notice.digest.refresh_from_db()
    assert notice.digest.state == State.CANCELLED
