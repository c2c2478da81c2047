"""A cycle opens: those whose review date lies in it hear of it, raters are reminded, HR sees what is missing."""

from datetime import timedelta

import pytest

from assignments.refusals import Refused
from reviews import reminders
from reviews.actions import reminding
from reviews.actions.cycle import add_cycle
from reviews.actions.panel import Named
from reviews.models import Relation, Review, Rubric
from reviews.tasks import plan_reminders
from reviews.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice
from stretchhub.notices.sources import together
from stretchhub.people.models import User
from tests.factories import AssignmentFactory, CharterFactory, HRFactory, ReviewCycleFactory, ReviewFactory
from tests.reviews.panel import start

pytestmark = pytest.mark.django_db
OPENED, DUE = "reviews.cycle_opened", "reviews.due_soon"


def work(days, **more):
    """Running work whose charter names a review date so many days from now."""
    charter = CharterFactory(assignment=AssignmentFactory(**more), review_on=today() + timedelta(days=days))
    return charter.assignment


def launch(opens=0, closes=60, by=None):
    return add_cycle(
        by=by or HRFactory(),
        code="half",
        name="Second half",
        rubric=Rubric.objects.get(name="StretchHub rubric"),
        opens_on=today() + timedelta(days=opens),
        closes_on=today() + timedelta(days=closes),
    )


def work_every_day():
    """Let everybody there is work on all days; else the weekday of the run decides which reminder has come due."""
    User.objects.update(working_days="1234567")


def told(kind):
    return {notice.recipient for notice in Notice.objects.filter(kind=kind)}


def letter_of(notice):
    return delivery.letter(notice, kinds.load_things([notice])[notice.pk], kinds.get(notice.kind))


def lines(person):
    return [(line.kind, line.title) for line in waiting_for(person)]


# --- opening ------------------------------------------------------------------------------------


def test_a_cycle_that_opens_is_told_by_one_mail_to_mentor_and_mentee_of_the_work_in_it():
    one = work(9)
    other = work(20, option__mentorship__mentor=one.mentor)
    work(90)
    work(9, chartering=True)

    launch()

    assert told(OPENED) == {one.mentor, one.mentee, other.mentee}
    letter = letter_of(Notice.objects.get(kind=OPENED, recipient=one.mentor))
    assert [item.title for item in letter.items] == [one.title, other.title]
    assert letter.path == "/"
    alone = letter_of(Notice.objects.get(kind=OPENED, recipient=one.mentee))
    assert alone.path == f"/assignments/{one.code}/reviews/start/"


def test_a_cycle_that_opens_later_is_told_then_and_once(clock):
    one = work(20)
    launch(opens=3)
    work_every_day()
    plan_reminders()
    assert told(OPENED) == set()

    clock(days=5)
    plan_reminders()
    plan_reminders()

    assert told(OPENED) == {one.mentor, one.mentee}
    assert Notice.objects.filter(kind=OPENED).count() == 2


def test_a_cycle_told_of_at_once_is_not_told_again_by_the_planner():
    work(9)
    launch()
    plan_reminders()
    assert Notice.objects.filter(kind=OPENED).count() == 2


def test_it_waits_on_today_when_the_review_date_comes_near_until_somebody_asks():
    one, far = work(9), work(50)
    cycle = launch()
    line = ("reviews.to_start", f"Ask for reviews of “{one.title}”")
    assert lines(one.mentor) == lines(one.mentee) == [line]
    assert lines(far.mentor) == [] and lines(one.sponsor) == []
    assert letter_of(Notice.objects.get(kind=OPENED, recipient=one.mentor)) is not None

    start(one, cycle=cycle)

    assert [kind for kind, _title in lines(one.mentor)] == ["reviews.to_write"]
    assert letter_of(Notice.objects.get(kind=OPENED, recipient=one.mentor)) is None


# --- reminding ----------------------------------------------------------------------------------


def test_a_rater_is_reminded_once_three_days_before_their_day(clock):
    review = start()[Relation.MENTOR]
    work_every_day()
    plan_reminders()
    assert told(DUE) == set()

    clock(days=12)
    plan_reminders()
    plan_reminders()

    mine = Notice.objects.get(kind=DUE, recipient=review.rater)
    assert letter_of(mine).subject.endswith(f"review “{review.assignment.title}”")
    Review.objects.filter(pk=review.pk).update(status="submitted", submitted_at=now())
    assert letter_of(mine) is None


def test_whoever_was_asked_two_days_ago_or_less_is_not_reminded_yet(clock):
    review = start()[Relation.MENTOR]
    work_every_day()
    Review.objects.update(due_on=today() + timedelta(days=3))
    clock(hours=30)
    plan_reminders()
    assert review.rater not in told(DUE)


def test_an_outsider_is_reminded_once_by_a_link(clock):
    review = start(others=[Named("end_user", None, "Ola Berg", "ola@customer.example")])[Relation.END_USER]
    clock(days=12)
    plan_reminders()
    plan_reminders()

    notice = Notice.objects.get(kind="reviews.reminded_outside")
    assert (notice.recipient, notice.address) == (None, "ola@customer.example")
    assert letter_of(notice).path.startswith("/m/")
    assert reminders.remind_outsiders(now()) == 0
    Review.objects.filter(pk=review.pk).update(link="12345678123456781234567812345678", rater_email="new@x.example")
    assert letter_of(notice) is None


def test_the_days_ahead_are_told_by_the_same_code():
    review = start()[Relation.MENTOR]
    days = (today(), today() + timedelta(days=30))
    slots = together(reminders.sources(days, person=review.rater))
    assert [(slot.kind, slot.object_id, slot.remind_on) for slot in slots] == [
        (DUE, review.pk, review.due_on - timedelta(days=3))
    ]


# --- HR -----------------------------------------------------------------------------------------


def test_hr_reminds_a_rater_once_in_two_days_whoever_presses(hr, sign_in, clock):
    review = ReviewFactory(relation=Relation.MENTOR, due_on=today() - timedelta(days=1))
    client, url = sign_in(hr), f"/reviews/{review.code}/remind/"

    assert client.post(url)["Location"] == f"/cycles/{review.cycle.code}/"
    again = sign_in(HRFactory()).post(url)

    assert again.status_code == 409
    assert "heard of it within the last two days" in again.content.decode()
    notice = Notice.objects.get(kind="reviews.reminded")
    assert "was due on" in letter_of(notice).paragraphs[0]
    assert AuditEntry.objects.filter(verb="review.reminded", actor=hr).count() == 1
    clock(days=3)
    assert client.post(url).status_code == 302


def test_hr_reminds_all_who_are_late_and_nobody_else(hr, sign_in):
    cycle = ReviewCycleFactory()
    late = [
        ReviewFactory(cycle=cycle, due_on=today() - timedelta(days=3)),
        ReviewFactory(cycle=cycle, outsider=True, due_on=today() - timedelta(days=3)),
    ]
    ReviewFactory(cycle=cycle)
    ReviewFactory(cycle=cycle, submitted=True, due_on=today() - timedelta(days=3))

    page = sign_in(hr).post(f"/cycles/{cycle.code}/remind/", follow=True).content.decode()

    assert "2 people get a reminder." in page
    kind = ["reviews.reminded", "reviews.reminded_outside"]
    assert set(Notice.objects.filter(kind__in=kind).values_list("object_id", flat=True)) == {each.pk for each in late}
    again = sign_in(hr).post(f"/cycles/{cycle.code}/remind/", follow=True).content.decode()
    assert "Everybody who is late has heard of it" in again


def test_what_was_handed_in_is_not_reminded_of(hr):
    with pytest.raises(Refused, match="not waited for"):
        reminding.remind(ReviewFactory(submitted=True), by=hr)


def test_the_cycle_shows_what_is_not_started_and_where_observers_are_missing(hr, sign_in):
    waiting = work(9)
    cycle = launch()
    short = ReviewFactory(cycle=cycle)
    ReviewFactory(cycle=cycle, assignment=short.assignment, relation=Relation.MENTOR, rater=short.assignment.mentor)

    page = sign_in(hr).get(f"/cycles/{cycle.code}/").content.decode()

    assert "Not started" in page and waiting.title in page
    assert "Observers missing" in page
    assert "1 person besides the mentee reviewed or will; 2 more are needed" in page
    assert f"/assignments/{short.assignment.code}/reviews/raters/" in page
