"""Choosing how one is told, the mail in which everything comes together, and stopping from a mail."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.test import Client

from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery, kinds, outbox, stopping
from stretchhub.notices.actions import preference as actions
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Absence, Delivery, Holiday, Notice, ReminderSettings, State, TopicDelivery
from stretchhub.notices.topics import CHOSEN, Topic
from stretchhub.people.models import User
from stretchhub.waiting import Waiting
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/notices/preferences/"
MONDAY = date(2026, 11, 23)


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def told_kind():
    """A message about a person that is settled once they have no job title."""
    kinds.register(
        Kind(
            "test.told",
            load=User.objects.in_bulk,
            still_due=lambda notice, person: bool(person.job_title),
            render=lambda notice, person: Letter(
                f"About {person.full_name}", ("There is news.",), "Open", f"/about/{person.pk}/", "you know them"
            ),
            topic=Topic.EVIDENCE,
        )
    )
    kinds.register(
        Kind(
            "test.code",
            load=User.objects.in_bulk,
            still_due=lambda notice, person: True,
            render=lambda notice, person: Letter("123456", ("Type it.",), "Open", "/code/", "you asked for it"),
            topic=Topic.ACCOUNT,
            urgent=True,
        )
    )


@pytest.fixture
def waits(monkeypatch):
    """What waits for a person, as on Today."""
    lines = []
    monkeypatch.setattr("stretchhub.notices.digest.waiting_for", lambda person: lines)
    return lines


def form(**said):
    topics = {f"topic_{topic}": "immediate" for topic in CHOSEN}
    return (
        {"remind_at": "09:00", "quiet_from": "", "quiet_until": "", "weekly_on": "1", "holidays": "on"} | topics | said
    )


def told(person, about=None):
    outbox.queue("test.told", about or UserFactory(), recipient=person)
    return Notice.objects.exclude(kind="notices.digest").latest("id")


def test_what_was_chosen_is_kept_and_stands_on_the_page(sign_in, mentee):
    answer = sign_in(mentee).post(
        PAGE,
        form(remind_at="07:30", quiet_from="20:00", quiet_until="07:00", weekly_on="5", topic_reviews="weekly"),
        follow=True,
    )

    kept = ReminderSettings.objects.get(user=mentee)
    assert (kept.remind_at, kept.quiet_from, kept.quiet_until, kept.weekly_on) == (time(7, 30), time(20), time(7), 5)
    assert TopicDelivery.objects.get(user=mentee, topic="reviews").delivery == Delivery.WEEKLY
    assert answer.context["form"]["topic_reviews"].value() == "weekly"
    assert b"Saved." in answer.content
    [entry] = AuditEntry.objects.filter(verb="reminders.chosen")
    assert "remind_at" in entry.fields


@pytest.mark.parametrize(
    "said,field",
    [
        ({"quiet_from": "20:00"}, "quiet_until"),
        ({"quiet_until": "20:00"}, "quiet_from"),
        ({"quiet_from": "20:00", "quiet_until": "20:00"}, "quiet_until"),
        ({"topic_check_ins": "hourly"}, "topic_check_ins"),
        ({"topic_sponsor_digest": "daily"}, "topic_sponsor_digest"),
        ({"weekly_on": "8"}, "weekly_on"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(sign_in, mentee, said, field):
    answer = sign_in(mentee).post(PAGE, form(**said))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not ReminderSettings.objects.exists()


def test_a_page_opened_before_mails_were_stopped_does_not_start_them_again(sign_in, mentee):
    browser = sign_in(mentee)
    seen = browser.get(PAGE).context["held"]
    actions.stop(mentee, None)

    older = browser.post(PAGE, form(remind_at="07:30", seen=seen))
    words = older.content.decode()

    assert older.status_code == 409
    assert ReminderSettings.objects.get().all_off_at is not None
    both = {(one["label"], one["saved"], one["typed"]) for one in older.context["differences"]}
    assert both == {("No mail at all", "yes", "no"), ("Reminders at", "09:00", "07:30")}
    assert "Both texts are here" in words and 'value="07:30"' in words
    assert browser.post(PAGE, form(remind_at="07:30", seen=older.context["held"])).status_code == 302
    assert ReminderSettings.objects.get().all_off_at is None


def test_the_page_takes_as_many_queries_for_many_days_as_for_one(sign_in, mentee, count_queries):
    browser = sign_in(mentee)
    browser.get(PAGE)
    counts = set()
    for number in (1, 3):
        for n in range(number):
            day = today() + timedelta(days=10 * number + n)
            Absence.objects.create(user=mentee, from_on=day, until_on=day)
            Holiday.objects.create(on=day, name="Feast")
        counts.add(count_queries(browser, PAGE))
    assert len(counts) == 1 and counts.pop() <= 12


def test_holidays_of_other_places_are_not_read(sign_in, mentee):
    User.objects.filter(pk=mentee.pk).update(location="Leeds")
    for name, place in (("Everywhere", ""), ("Here", "leeds"), ("There", "Hull")):
        Holiday.objects.create(on=today() + timedelta(days=3), name=name, location=place)

    answer = sign_in(mentee).get(PAGE)

    assert {holiday.name for holiday in answer.context["holidays"]} == {"Everywhere", "Here"}


def test_days_away_are_added_once_and_taken_back(sign_in, mentee, mentor):
    browser, day = sign_in(mentee), today(mentee.zone)
    said = {"from_on": day.isoformat(), "until_on": (day + timedelta(days=3)).isoformat()}

    for _again in range(2):
        browser.post(f"{PAGE}away/", said)
    absence = Absence.objects.get(user=mentee)
    sign_in(mentor).post(f"{PAGE}back/", {"absence": absence.pk})
    assert Absence.objects.filter(pk=absence.pk).exists()
    for _again in range(2):
        assert browser.post(f"{PAGE}back/", {"absence": absence.pk}).status_code == 302

    assert not Absence.objects.exists()


@pytest.mark.parametrize("since,until", [(0, -1), (3, 2), (0, 400), (-5, -1)])
def test_days_away_that_cannot_be_are_refused(sign_in, mentee, since, until):
    day = today(mentee.zone)
    said = {
        "from_on": (day + timedelta(days=since)).isoformat(),
        "until_on": (day + timedelta(days=until)).isoformat(),
    }

    answer = sign_in(mentee).post(f"{PAGE}away/", said)

    assert answer.status_code == 422
    assert list(answer.context["absence_form"].errors) == ["until_on"]
    assert not Absence.objects.exists()


def test_what_waits_already_follows_the_choice(sign_in, mentee):
    day = today(mentee.zone)
    browser = sign_in(mentee)
    browser.post(f"{PAGE}away/", {"from_on": day.isoformat(), "until_on": (day + timedelta(days=5)).isoformat()})
    notice = told(mentee)
    assert notice.due_at > now() + timedelta(days=4)

    browser.post(f"{PAGE}back/", {"absence": Absence.objects.get().pk})

    notice.refresh_from_db()
    assert notice.due_at <= now()
    assert notice.reason == ""


def test_what_is_in_a_digest_comes_out_of_it_when_it_should_come_at_once(sign_in, mentee):
    browser = sign_in(mentee)
    browser.post(PAGE, form(topic_evidence="daily"))
    notice = told(mentee)
    assert notice.state == State.BUNDLED

    browser.post(PAGE, form())

    notice.refresh_from_db()
    assert (notice.state, notice.digest) == (State.QUEUED, None)


def test_another_hour_moves_the_digest_that_waits(sign_in, mentee):
    browser = sign_in(mentee)
    browser.post(PAGE, form(topic_evidence="daily"))
    digest = told(mentee).digest

    browser.post(PAGE, form(topic_evidence="daily", remind_at="11:15"))

    moved = Notice.objects.get(object_id__isnull=False, kind="notices.digest", bundled__isnull=False)
    assert moved.due_at.astimezone(mentee.zone).time() == time(11, 15)
    assert digest.pk and Notice.objects.filter(state=State.BUNDLED).count() == 1


def deliver_all(clock, person, notice):
    """Send what is due once the digest of this notice has come due."""
    notice.refresh_from_db()
    clock(to=notice.digest.due_at + timedelta(seconds=1))
    return delivery.deliver()


def test_the_daily_mail_is_todays_list_and_then_what_else_is_new(mentee, waits, clock):
    clock(to=at(8))
    TopicDelivery.objects.create(user=mentee, topic=Topic.EVIDENCE, delivery=Delivery.DAILY)
    known, settled = UserFactory(full_name="Kim New"), UserFactory(full_name="Sol Settled")
    waits.append(Waiting("check_in_due", "Check in with Tom", "Pricing", "/check-ins/1/", "Answer", due_on=MONDAY))
    notice = told(mentee, known)
    told(mentee, settled)
    User.objects.filter(pk=settled.pk).update(job_title="")

    assert deliver_all(clock, mentee, notice)[State.SENT] == 1

    [sent] = mail.outbox
    assert sent.subject == "Mon 23 Nov: 2 things for you"
    for words in ("Mon 23 Nov: Check in with Tom", "/check-ins/1/", "About Kim New", f"/about/{known.pk}/"):
        assert words in sent.body
    assert "Sol Settled" not in sent.body
    assert "you chose to get messages in one mail" in sent.body


def test_what_stands_on_today_is_not_told_twice_in_one_mail(mentee, waits, clock):
    TopicDelivery.objects.create(user=mentee, topic=Topic.EVIDENCE, delivery=Delivery.DAILY)
    known = UserFactory(full_name="Kim New")
    waits.append(Waiting("x", "Look at Kim", "", f"/about/{known.pk}/", "Look"))

    deliver_all(clock, mentee, told(mentee, known))

    [sent] = mail.outbox
    assert sent.subject.endswith(": one thing for you")
    assert "About Kim New" not in sent.body


def test_nothing_is_sent_when_nothing_is_due_any_more(mentee, waits, clock):
    TopicDelivery.objects.create(user=mentee, topic=Topic.EVIDENCE, delivery=Delivery.DAILY)
    settled = UserFactory()
    notice = told(mentee, settled)
    User.objects.filter(pk=settled.pk).update(job_title="")

    assert deliver_all(clock, mentee, notice) == {State.CANCELLED: 1}
    assert mail.outbox == []


def test_a_mail_says_how_it_is_stopped_in_its_head_and_at_its_end(mentee, settings):
    told(mentee)

    delivery.deliver()

    [sent] = mail.outbox
    address = f"{settings.SITE_URL}/m/{stopping.token_of(mentee, 'evidence')}/stop/"
    assert sent.extra_headers["List-Unsubscribe"] == f"<{address}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in sent.body
    assert f"{settings.SITE_URL}/notices/preferences/" in sent.body


def test_what_is_urgent_cannot_be_stopped(mentee):
    outbox.queue("test.code", mentee, recipient=mentee)

    delivery.deliver()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert "/stop/" not in mail.outbox[0].body


def test_opening_the_address_a_hundred_times_changes_nothing(mentee):
    address = f"/m/{stopping.token_of(mentee, 'evidence')}/stop/"
    for _scan in range(50):
        assert Client().get(address).status_code == 200
        assert Client().head(address).status_code == 200

    assert not TopicDelivery.objects.exists()
    assert not ReminderSettings.objects.exists()


def test_a_mail_program_stops_the_topic_by_one_post_without_a_session(mentee):
    browser = Client(enforce_csrf_checks=True)
    notice = told(mentee)

    for _again in range(2):
        answer = browser.post(f"/m/{stopping.token_of(mentee, 'evidence')}/stop/", {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert b"comes by mail any more" in answer.content

    assert TopicDelivery.objects.get(user=mentee).delivery == Delivery.OFF
    notice.refresh_from_db()
    assert notice.state == State.SHOWN
    assert delivery.deliver() == {}


def test_everything_is_stopped_by_its_own_address(mentee):
    browser = Client(enforce_csrf_checks=True)

    browser.post(f"/m/{stopping.token_of(mentee)}/stop/")

    assert ReminderSettings.objects.get(user=mentee).all_off_at is not None
    assert told(mentee).state == State.SHOWN


def test_a_token_of_somebody_else_or_of_nobody_is_a_plain_404(mentee):
    good = stopping.token_of(mentee, "evidence")
    wrong = [good[:-1], good + "x", "x" + good, stopping.SIGNER.sign("zz-evidence").replace(":", ".")]
    wrong.append(stopping.token_of(mentee, "account"))
    User.objects.filter(pk=mentee.pk).update(is_active=False, deactivated_at=now())

    pages = {Client().get(f"/m/{token}/stop/").content for token in [*wrong, good]}
    assert len(pages) == 1
    assert {Client().post(f"/m/{token}/stop/").status_code for token in [*wrong, good]} == {404}
    assert not TopicDelivery.objects.exists()


def test_every_topic_of_a_kind_is_one_that_can_be_chosen():
    for name, kind in kinds._kinds.items():
        assert kind.urgent or kind.topic in CHOSEN, name
