"""The next mails of a person, as the planner itself would write them; nothing is written by looking."""

from collections import Counter
from datetime import time, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string

from assignments import reminders
from assignments.models import Assignment
from sponsors.models import SponsorCheckIn
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.forecast import QUERIES, coming
from stretchhub.notices.models import Delivery, Notice, ReminderSettings, State, TopicDelivery
from stretchhub.notices.sources import together
from stretchhub.notices.topics import Topic
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    DecisionFactory,
    IntakeFactory,
    LearningItemFactory,
    MilestoneFactory,
    ReviewCycleFactory,
    ReviewFactory,
    SetbackFactory,
)
from tests.world import build_world

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

    assert coming(mentee).items == []


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


@pytest.fixture
def everything(work, mentee, mentor, sponsor):
    """One more of each that somebody is told of on a day, for the mentee."""
    TopicDelivery.objects.create(user=mentee, topic=Topic.CHECK_INS, days_before=2)
    TopicDelivery.objects.create(user=mentee, topic=Topic.PLAN, days_before=2)
    Assignment.objects.filter(pk=work.pk).update(sponsor=sponsor)
    work.refresh_from_db()
    CharterFactory(assignment=work, review_on=today() + timedelta(days=50))
    IntakeFactory(mentorship=work.option.mentorship, kept=True, revisit_on=today() + timedelta(days=8))

    def more(number: int) -> None:
        on = today() + timedelta(days=6 + number)
        CheckInFactory(assignment=work, due_on=on)
        MilestoneFactory(assignment=work, due_on=on)
        LearningItemFactory(mentorship=work.option.mentorship, due_on=on)
        DecisionFactory(assignment=work, logged_by=mentee, review_on=on)
        SetbackFactory(assignment=work, by=mentee, ask_again_on=on)
        SponsorCheckIn.objects.create(assignment=work, sponsor=sponsor, due_on=on)
        ReviewFactory(assignment=work, cycle=ReviewCycleFactory(), rater=mentee, relation="self", due_on=on)
        ReviewCycleFactory(opens_on=today() + timedelta(days=20 + number), closes_on=today() + timedelta(days=70))

    return more


def test_the_page_takes_at_most_twelve_queries_whatever_is_ahead(everything, mentee, sign_in, count_queries):
    browser = sign_in(mentee)
    everything(1)
    one = count_queries(browser, PAGE)
    everything(2)
    everything(3)

    assert count_queries(browser, PAGE) <= one <= 12


def test_page_by_page_everything_ahead_is_foretold_once(everything, mentee):
    for number in (1, 2, 3):
        everything(number)
    found, pages, after = [], 0, ""
    while pages == 0 or after:
        page = coming(mentee, after)
        found += [(mail.at, mail.kind, mail.letter.subject) for mail in page]
        pages, after = pages + 1, page.next_key

    assert pages > 1
    assert [at for at, _kind, _subject in found] == sorted(at for at, _kind, _subject in found)
    # In the first of three neighbouring cycles that open nobody has begun either; each is told by itself.
    assert Counter(kind for _at, kind, _subject in found) == {
        "assignments.check_in_due": 3,
        "assignments.check_in_ahead": 3,
        "assignments.milestone_overdue": 3,
        "assignments.milestone_ahead": 3,
        "assignments.learning_due": 3,
        "assignments.learning_ahead": 3,
        "assignments.intake_revisit": 1,
        "assignments.decision_look_back": 3,
        "assignments.setback_ask_again": 3,
        "sponsors.check_in_due": 3,
        "reviews.due_soon": 3,
        "reviews.cycle_opened": 3,
    }


@pytest.mark.parametrize("after", ["x", "2026-01-01", "2026-01-01T00:00:00 kind x", "0001-01-01T00:00:00+14:00 k 1"])
def test_a_key_that_cannot_be_read_gives_the_first_page(work, mentee, after):
    CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))

    assert len(coming(mentee, after)) == 1


def test_read_together_the_slots_are_those_that_are_read_one_by_one(everything, mentee, mentor):
    everything(1)
    everything(2)
    days = (today() - timedelta(days=40), today() + timedelta(days=60))
    for person in (mentee, mentor):
        sources = [source for name in settings.REMINDER_SOURCES for source in import_string(name)(days, person=person)]
        assert together(sources) == [slot for source in sources for slot in source]
        assert len(together(sources)) > 4


def test_no_kind_asks_more_than_it_says_and_none_more_than_a_page_may():
    """The page counts on it."""
    build_world()
    for kind in kinds._kinds.values():
        if not kind.on_page or kind.name == "notices.digest":
            continue
        with CaptureQueriesContext(connection) as queries:
            kind.load(range(1, 200))
        assert len(queries) <= kind.queries, kind.name
        assert kind.queries + kind.each <= QUERIES, kind.name


def test_kinds_that_are_loaded_alike_are_loaded_together(work, mentee):
    check_in = CheckInFactory(assignment=work, due_on=today() + timedelta(days=3))
    names = ("assignments.check_in_due", "assignments.check_in_ahead", "assignments.check_in_silent")
    notices = [Notice(pk=-number, kind=name, object_id=check_in.pk) for number, name in enumerate(names, start=1)]
    notices.append(Notice(pk=-9, kind="no.such_kind", object_id=1))

    with CaptureQueriesContext(connection) as queries:
        things = kinds.load_things(notices)

    assert len(queries) == 2
    assert things == {-1: check_in, -2: check_in, -3: check_in, -9: None}
