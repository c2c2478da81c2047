"""What people chose decides where their messages go, when they are written down."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from stretchhub.notices import kinds, outbox, wishes
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import (
    Absence,
    Channel,
    Delivery,
    Holiday,
    Notice,
    ReminderSettings,
    State,
    TopicDelivery,
)
from stretchhub.notices.topics import Topic
from stretchhub.people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday_noon(monkeypatch):
    monkeypatch.setattr(outbox, "now", lambda: at(12))
    for name, more in {"test.told": {"topic": Topic.EVIDENCE}, "test.code": {"urgent": True}}.items():
        kinds.register(
            Kind(
                name,
                load=User.objects.in_bulk,
                still_due=lambda notice, person: True,
                render=lambda notice, person: Letter("Hello", ("There.",), "Open", "/me/", "why"),
                **more,
            )
        )


def told(person, kind="test.told", about=None):
    outbox.queue(kind, about or person, recipient=person)
    return Notice.objects.exclude(kind="notices.digest").latest("id")


def chooses(person, delivery, topic=Topic.EVIDENCE):
    TopicDelivery.objects.update_or_create(user=person, topic=topic, defaults={"delivery": delivery})


def test_without_a_choice_it_goes_out_at_once(mentee):
    notice = told(mentee)

    assert (notice.state, notice.due_at, notice.reason) == (State.QUEUED, at(12), "")


def test_quiet_hours_hold_it_until_their_end_and_say_so(mentee):
    ReminderSettings.objects.create(user=mentee, quiet_from=time(11), quiet_until=time(15))

    notice = told(mentee)

    assert (notice.due_at, notice.planned_for) == (at(15), at(12))
    assert notice.reason == "Held until the quiet hours end."


def test_an_absence_holds_it_until_the_first_working_day_back(mentee):
    Absence.objects.create(user=mentee, from_on=MONDAY, until_on=MONDAY + timedelta(days=4))

    notice = told(mentee)

    assert notice.due_at == at(9, day=MONDAY + timedelta(days=7))
    assert notice.reason == "Held until the person is back."


def test_what_is_urgent_asks_no_hours_and_no_topic(mentee):
    ReminderSettings.objects.create(user=mentee, quiet_from=time(11), quiet_until=time(15), all_off_at=at(1))
    Absence.objects.create(user=mentee, from_on=MONDAY, until_on=MONDAY)

    notice = told(mentee, "test.code")

    assert (notice.state, notice.due_at, notice.channel) == (State.QUEUED, at(12), Channel.EMAIL)


@pytest.mark.parametrize("everything", [False, True])
def test_what_is_turned_off_is_on_the_page_only(mentee, everything):
    if everything:
        ReminderSettings.objects.create(user=mentee, all_off_at=at(1))
    else:
        chooses(mentee, Delivery.OFF)

    notice = told(mentee)

    assert (notice.state, notice.channel) == (State.SHOWN, Channel.PAGE)
    assert list(Notice.objects.inbox(mentee)) == [notice]


def test_another_topic_is_left_as_it_is(mentee):
    chooses(mentee, Delivery.OFF, Topic.REVIEWS)

    assert told(mentee).state == State.QUEUED


def test_messages_of_a_day_wait_together_for_one_digest(mentee):
    chooses(mentee, Delivery.DAILY)

    first, second = told(mentee), told(mentee, about=UserFactory())

    [digest] = Notice.objects.filter(kind="notices.digest")
    assert [first.state, second.state] == [State.BUNDLED, State.BUNDLED]
    assert [first.digest, second.digest] == [digest, digest]
    tomorrow = MONDAY + timedelta(days=1)
    assert (digest.due_at, digest.key) == (
        at(9, day=tomorrow),
        f"notices.digest:{mentee.pk}:0:2026-11-24:{mentee.pk}:email",
    )


def test_daily_and_weekly_that_meet_on_a_day_are_one_mail(mentee):
    ReminderSettings.objects.create(user=mentee, weekly_on=2)
    chooses(mentee, Delivery.DAILY)
    chooses(mentee, Delivery.WEEKLY, Topic.WORK)
    kinds.register(Kind("test.work", User.objects.in_bulk, lambda n, p: True, lambda n, p: None))

    told(mentee)
    told(mentee, "test.work")

    assert Notice.objects.filter(kind="notices.digest").count() == 1


def test_a_digest_that_is_out_takes_nothing_more(mentee):
    chooses(mentee, Delivery.DAILY)
    first = told(mentee)
    Notice.objects.filter(pk=first.digest_id).update(state=State.SENT, sent_at=at(12))

    second = told(mentee, about=UserFactory())

    assert second.digest.due_at == at(9, day=MONDAY + timedelta(days=2))
    assert second.digest_id != first.digest_id


def test_a_digest_that_had_nothing_to_say_goes_out_after_all(mentee):
    chooses(mentee, Delivery.DAILY)
    first = told(mentee)
    Notice.objects.filter(pk=first.digest_id).update(state=State.CANCELLED, reason="Nothing.")

    second = told(mentee, about=UserFactory())

    assert second.digest_id == first.digest_id
    assert second.digest.state == State.QUEUED


def test_holidays_hold_for_a_place_or_for_everybody_unless_somebody_does_not_mind(mentee, mentor):
    Holiday.objects.create(on=MONDAY, name="St Andrew", location="Edinburgh")
    Holiday.objects.create(on=MONDAY + timedelta(days=1), name="Founders’ day")
    User.objects.filter(pk=mentee.pk).update(location="edinburgh ")
    ReminderSettings.objects.create(user=mentor, holidays=False)

    known = wishes.of([mentee.pk, mentor.pk], at(12))

    assert known[mentee.pk].hours.holidays == {MONDAY, MONDAY + timedelta(days=1)}
    assert known[mentor.pk].hours.holidays == frozenset()


def test_the_sponsors_digest_comes_whole_or_not_at_all(sponsor):
    for chosen, comes in (("daily", "immediate"), ("weekly", "immediate"), ("off", "off")):
        chooses(sponsor, chosen, Topic.SPONSOR_DIGEST)
        assert wishes.of_one(sponsor, at(12)).delivery(Topic.SPONSOR_DIGEST) == comes


def test_what_was_taken_back_comes_again_as_the_person_wishes(mentee):
    notice = told(mentee)
    Notice.objects.filter(pk=notice.pk).update(state=State.CANCELLED, reason="It was settled before it was sent.")
    chooses(mentee, Delivery.DAILY)

    again = told(mentee)

    assert again.pk == notice.pk
    assert (again.state, again.reason) == (State.BUNDLED, "")


def test_wishes_take_two_queries_however_many_people(django_assert_num_queries):
    for _ in range(3):
        person = UserFactory()
        chooses(person, Delivery.DAILY)
        chooses(person, Delivery.OFF, Topic.REVIEWS)
        Absence.objects.create(user=person, from_on=MONDAY, until_on=MONDAY)

    everybody = list(User.objects.values_list("pk", flat=True))
    for people in (everybody[:1], everybody):
        with django_assert_num_queries(2):
            assert set(wishes.of(people, at(12))) == set(people)


def test_nobody_has_no_wishes(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert wishes.of([], at(12)) == {}
