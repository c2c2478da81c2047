"""The Monday digest: in the sponsor's own zone, with what needs them and what is new, and never empty."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.actions.evidence import share
from assignments.models import Assignment, SponsorRequest
from sponsors.actions import dashboard
from sponsors.actions import digest as actions
from sponsors.digest import slot
from sponsors.models import DashboardSnapshot
from sponsors.tasks import plan_digests
from stretchhub.env import now
from stretchhub.notices import kinds
from stretchhub.notices.delivery import deliver, letter
from stretchhub.notices.models import Notice
from stretchhub.people import links
from stretchhub.people.models import MailLink, User
from tests.factories import (
    AskFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    EvidenceFactory,
    MilestoneFactory,
    SponsorRequestFactory,
    UserFactory,
)

from .conftest import next_wednesday, sponsored

pytestmark = pytest.mark.django_db
# A Monday morning in winter, when London keeps UTC.
MONDAY = datetime(2030, 1, 7, 8, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def work(running):
    """Running work that the sponsor has sponsored since before that Monday, with its dashboard built."""
    dashboard.rebuild_behind()
    return running


def words_to(person) -> str:
    """The newest digest to this person as it would be mailed now; empty where it would not."""
    kind = kinds.get("sponsors.digest")
    notice = Notice.objects.filter(kind="sponsors.digest", recipient=person).latest("pk")
    said = letter(notice, kind.load([notice.object_id])[notice.object_id], kind)
    return "\n".join([said.subject, *said.paragraphs]) if said else ""


def digests() -> int:
    return Notice.objects.filter(kind="sponsors.digest").count()


# --- when ----------------------------------------------------------------------------------------


def test_it_comes_on_monday_at_eight_where_the_sponsor_is(work, sponsor):
    User.objects.filter(pk=sponsor.pk).update(time_zone="Asia/Singapore")
    there = datetime(2030, 1, 7, 8, tzinfo=ZoneInfo("Asia/Singapore"))

    assert actions.plan(there - timedelta(minutes=1)) == 0
    # What was looked at the week before counts for the week before.
    DashboardSnapshot.objects.update(digested_at=None, digested={})
    Notice.objects.all().delete()
    assert actions.plan(there) == 1


@pytest.mark.parametrize(
    ("zone", "days", "moment", "monday", "at"),
    [
        ("Europe/London", "12345", "2030-01-09T12:00", "2030-01-07", "2030-01-07T08:00"),
        ("Europe/London", "2345", "2030-01-09T12:00", "2030-01-07", "2030-01-08T08:00"),
        ("America/New_York", "12345", "2030-01-07T03:00", "2029-12-31", "2029-12-31T13:00"),
        ("Pacific/Auckland", "12345", "2030-01-06T19:00", "2030-01-07", "2030-01-06T19:00"),
        # The clock goes forward on the Sunday before; eight o'clock is an hour earlier in UTC.
        ("Europe/London", "12345", "2030-04-01T12:00", "2030-04-01", "2030-04-01T07:00"),
    ],
)
def test_the_hour_is_mondays_or_of_the_next_working_day(zone, days, moment, monday, at):
    person = User(time_zone=zone, working_days=days)

    found = slot(datetime.fromisoformat(moment).replace(tzinfo=UTC), person)

    assert found == (date.fromisoformat(monday), datetime.fromisoformat(at).replace(tzinfo=UTC))


def test_planning_twice_writes_one(work):
    assert actions.plan(MONDAY) == 1
    assert actions.plan(MONDAY) == 0
    assert actions.plan(MONDAY + timedelta(days=3)) == 0
    assert digests() == 1


def test_of_two_planners_at_once_one_writes(work):
    seen = list(actions.readers())
    digest = actions.read(seen, against="facts")
    actions.plan(MONDAY)

    assert not actions._keep(seen[0], digest[seen[0].pk], date(2030, 1, 7), MONDAY)
    assert digests() == 1


def test_whoever_becomes_sponsor_after_the_hour_is_told_the_week_after(work):
    SponsorRequest.objects.update(answered_at=MONDAY + timedelta(hours=1))

    assert actions.plan(MONDAY + timedelta(days=1)) == 0
    assert actions.plan(MONDAY + WEEK) == 1


def test_nobody_who_has_left_or_whose_work_has_ended_gets_one(work, sponsor):
    User.objects.filter(pk=sponsor.pk).update(is_active=False, deactivated_at=MONDAY)
    assert actions.plan(MONDAY) == 0
    User.objects.filter(pk=sponsor.pk).update(is_active=True, deactivated_at=None)
    Assignment.objects.update(status="closed", ending="delivered", closed_at=MONDAY)
    assert actions.plan(MONDAY) == 0


def test_many_sponsors_are_planned_in_batches(work, mentor, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    for number in range(2):
        sponsored(mentor, UserFactory(), UserFactory(), title=f"Work {number}")
    dashboard.rebuild_behind()

    assert actions.plan(MONDAY) == 3


def test_one_that_cannot_be_read_keeps_no_other_from_being_written(work, mentor):
    odd = UserFactory()
    sponsored(mentor, odd, UserFactory(), title="Odd work")
    dashboard.rebuild_behind()
    User.objects.filter(pk=odd.pk).update(time_zone="Nowhere/Land")

    assert actions.plan(MONDAY) == 1


def test_a_batch_takes_a_fixed_number_of_queries(work, mentor):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            actions.read(list(actions.readers()), against="facts")
        return len(queries)

    few = count()
    for number in range(2):
        sponsored(mentor, UserFactory(), UserFactory(), title=f"Work {number}")
    dashboard.rebuild_behind()

    assert count() == few


# --- what ----------------------------------------------------------------------------------------


def test_the_first_says_how_everything_stands_and_what_comes_next(work, sponsor):
    MilestoneFactory(assignment=work, title="Pilot with two teams")

    actions.plan(MONDAY)

    said = words_to(sponsor)
    assert "what moved in the work you sponsor" in said
    assert "“Shorten the claims backlog”, Mina Okafor: " in said
    assert "Next: Pilot with two teams, by" in said


def test_nothing_new_and_nothing_asked_is_no_digest(work):
    actions.plan(MONDAY)

    assert actions.plan(MONDAY + WEEK) == 0
    assert digests() == 1


def test_the_next_says_only_what_is_different_since_the_last(work, sponsor):
    old = MilestoneFactory(assignment=work, title="Pilot with two teams")
    actions.plan(MONDAY)
    old.done_at, old.done_by = MONDAY + timedelta(days=1), work.mentee
    old.save()

    assert actions.plan(MONDAY + WEEK) == 1
    assert "New since the last digest: Done: Pilot with two teams." in words_to(sponsor)
    assert actions.plan(MONDAY + 2 * WEEK) == 0


def test_a_week_without_news_does_not_lose_what_comes_after(work, sponsor):
    actions.plan(MONDAY)
    actions.plan(MONDAY + WEEK)
    MilestoneFactory(assignment=work, title="A second pilot")

    actions.plan(MONDAY + 2 * WEEK)

    assert "New milestone: A second pilot" in words_to(sponsor)


def test_what_is_asked_comes_first_and_again_until_it_is_answered(work, sponsor):
    actions.plan(MONDAY)
    ask = AskFactory(assignment=work)
    SponsorRequestFactory(sponsor=sponsor)

    assert actions.plan(MONDAY + WEEK) == 1
    said = words_to(sponsor)
    assert "2 things wait for your answer" in said.splitlines()[0]
    assert said.splitlines()[1].startswith("Needed of you by ")
    assert "May the pilot run a second week? (“Shorten the claims backlog”)" in said
    assert "asks whether you would sponsor" in said
    assert actions.plan(MONDAY + 2 * WEEK) == 1
    SponsorRequest.objects.filter(status="asked").delete()
    type(ask).objects.update(state="withdrawn")
    assert actions.plan(MONDAY + 3 * WEEK) == 0


def test_taking_over_is_asked_in_its_own_words(work, sponsor, mentor):
    other = sponsored(mentor, UserFactory(), UserFactory(), title="Move the archive")
    version = SponsorRequest.objects.get(sponsor=other.sponsor).version
    SponsorRequest.objects.create(version=version, sponsor=sponsor, assignment=other, asked_by=mentor)

    actions.plan(MONDAY)

    assert "Tom Berg asks whether you would take over as sponsor of “Move the archive”." in words_to(sponsor)


def test_a_charter_that_waits_is_needed_of_them(work, sponsor):
    work.charter.acknowledgements.filter(part="sponsor").delete()

    actions.plan(MONDAY)

    said = words_to(sponsor)
    assert "one thing waits for your answer" in said
    assert "The charter of “Shorten the claims backlog” waits for your acknowledgement." in said


def test_a_long_list_of_changes_is_cut(work, sponsor):
    actions.plan(MONDAY)
    for number in range(8):
        MilestoneFactory(assignment=work, title=f"Step {number}")

    actions.plan(MONDAY + WEEK)

    assert "; 2 more." in words_to(sponsor)


def test_what_was_settled_before_it_is_sent_is_not_sent(work, sponsor):
    actions.plan(MONDAY)
    AskFactory(assignment=work)
    actions.plan(MONDAY + WEEK)
    type(work.asks.get()).objects.update(state="withdrawn")

    assert words_to(sponsor) == ""


def test_only_the_latest_is_ever_sent(work, sponsor):
    actions.plan(MONDAY)
    first = Notice.objects.get(kind="sponsors.digest")
    AskFactory(assignment=work)
    actions.plan(MONDAY + WEEK)

    kind = kinds.get("sponsors.digest")
    assert letter(first, kind.load([first.object_id])[first.object_id], kind) is None


def test_nothing_private_is_in_it(work, sponsor):
    private = EvidenceFactory(assignment=work, title="A private note")
    shared = EvidenceFactory(assignment=work, title="A shared demo")
    actions.plan(MONDAY)
    CheckInAnswerFactory(check_in=CheckInFactory(assignment=work), moved="Between us two.")
    share(shared, by=work.mentee, audience="sponsor", shared=True)

    actions.plan(MONDAY + WEEK)

    said = words_to(sponsor)
    assert "Shared with you: A shared demo" in said
    assert private.title not in said and "Between us two." not in said


def test_it_is_mailed_and_not_kept_on_the_page(work, sponsor, sign_in, clock):
    wednesday = next_wednesday(after=7)
    clock(seconds=(datetime(wednesday.year, wednesday.month, wednesday.day, 18, tzinfo=UTC) - now()).total_seconds())
    plan_digests()
    deliver()

    [sent] = [each for each in mail.outbox if "what moved" in each.subject]
    assert sent.to == ["ruth@example.org"]
    assert "Shorten the claims backlog" in sent.body
    [link] = MailLink.objects.filter(person=sponsor, purpose="sponsor_dashboard")
    assert f"http://localhost:8000{links.path_of(link)}" in sent.body
    assert "what moved in the work" not in sign_in(sponsor).get("/notices/").content.decode()
