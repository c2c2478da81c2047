"""A person's calendar: its address, and what two independent programs read at it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.conf import settings
from icalendar import Calendar

from assignments.models import Assignment, Milestone, Status
from reviews.models import ReviewStatus
from sponsors.models import SponsorCheckIn
from stretchhub.calendar_file import calendar_file
from stretchhub.env import now, today
from stretchhub.people.actions import calendar_feed, person
from stretchhub.people.models import CalendarFeed
from stretchhub.planned import Planned
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    CharterFactory,
    CheckInFactory,
    HRFactory,
    MentorshipFactory,
    MilestoneFactory,
    ReviewFactory,
    UserFactory,
)
from tests.reviews.exports import confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentee.time_zone = "America/New_York"
    mentee.save()
    sponsor.time_zone = "Asia/Tokyo"
    sponsor.save()
    assignment = AssignmentFactory(
        option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor),
        sponsor=sponsor,
        title="Backlog, “north”; 2",
    )
    CharterFactory(assignment=assignment, acknowledged=True)
    return assignment


def address_of(user):
    return f"/m/{calendar_feed.make(user)}/calendar.ics"


def by_icalendar(content):
    """Title and start of each event; the start is a day or a moment."""
    events = Calendar.from_ical(content).walk("VEVENT")
    return sorted((str(event["summary"]), str(event.decoded("dtstart"))) for event in events)


def by_vobject(content):
    events = vobject.readOne(content.decode()).contents.get("vevent", [])
    return sorted((event.summary.value, str(event.dtstart.value)) for event in events)


def read(client, address):
    answer = client.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert by_icalendar(answer.content) == by_vobject(answer.content)
    return by_icalendar(answer.content)


def ahead(days):
    return today() + timedelta(days=days)


def at_ten(day, zone):
    return str(datetime.combine(day, time(10), ZoneInfo(zone)))


def fill(assignment):
    CheckInFactory(assignment=assignment, due_on=ahead(7))
    MilestoneFactory(assignment=assignment, title="Pilot", due_on=ahead(14))
    SponsorCheckIn.objects.create(assignment=assignment, sponsor=assignment.sponsor, due_on=ahead(9))
    ReviewFactory(assignment=assignment, rater=assignment.mentee, relation="self", due_on=ahead(70))


def test_two_programs_read_check_ins_milestones_and_reviews_with_their_zones_and_days(assignment, client, mentee):
    fill(assignment)
    review_day = assignment.charter.review_on

    assert read(client, address_of(mentee)) == sorted(
        [
            (f"Check-in: {assignment.title}", at_ten(ahead(7), "America/New_York")),
            ("Due: Pilot", str(ahead(14))),
            (f"Hand in the review: {assignment.title}", str(ahead(70))),
            (f"Review: {assignment.title}", str(review_day)),
            (f"With the sponsor: {assignment.title}", at_ten(ahead(9), "Asia/Tokyo")),
        ]
    )


def test_each_reads_what_is_theirs(assignment, client, mentor, sponsor):
    fill(assignment)
    titles = {person: [title for title, _start in read(client, address_of(person))] for person in (mentor, sponsor)}

    assert titles[mentor] == [f"Check-in: {assignment.title}", "Due: Pilot", f"Review: {assignment.title}"]
    assert titles[sponsor] == [f"Review: {assignment.title}", f"With the sponsor: {assignment.title}"]
    assert read(client, address_of(UserFactory())) == []


def test_what_is_taken_back_paused_closed_or_long_past_is_not_in_it(assignment, client, mentee):
    CheckInFactory(assignment=assignment, due_on=ahead(3), cancelled_at=now())
    CheckInFactory(assignment=assignment, due_on=ahead(-62))  # a day more: it may still be yesterday in New York
    MilestoneFactory(assignment=assignment, title="Out", removed_at=now())
    ReviewFactory(
        assignment=assignment,
        rater=mentee,
        relation="self",
        due_on=ahead(5),
        status=ReviewStatus.SUBMITTED,
        submitted_at=now(),
    )
    address = address_of(mentee)
    assert [title for title, _start in read(client, address)] == [f"Review: {assignment.title}"]

    Assignment.objects.update(status=Status.PAUSED, paused_on=today())
    assert read(client, address) == []


def test_a_uid_stays_when_the_day_moves(assignment, client, mentee):
    MilestoneFactory(assignment=assignment, due_on=ahead(14))
    address = address_of(mentee)

    def uids():
        return sorted(str(event["uid"]) for event in Calendar.from_ical(client.get(address).content).walk("VEVENT"))

    before = uids()
    Milestone.objects.update(due_on=ahead(20))

    assert uids() == before
    assert len(set(before)) == 2


def test_titles_alone_are_in_it(assignment, client, mentee):
    fill(assignment)
    Milestone.objects.update(definition_of_progress="Nobody outside may read this.")

    content = client.get(address_of(mentee)).content.decode()

    assert "Nobody outside" not in content
    assert "DESCRIPTION" not in content
    assert "ATTENDEE" not in content


def test_the_file_is_rendered_alike_around_a_change_of_the_clocks():
    zone = ZoneInfo("Europe/Berlin")
    planned = [Planned(f"talk-{day}", "Talk", date(2026, 10, day), zone, 20) for day in (24, 25, 26)]

    content = calendar_file(planned, name="N", host="example.org", at=now())

    assert by_icalendar(content) == by_vobject(content)
    assert [start[-6:] for _title, start in by_icalendar(content)] == ["+02:00", "+01:00", "+01:00"]


def test_the_address_is_shown_once_and_kept_as_a_digest(sign_in, mentee, client):
    browser = confirmed(sign_in(mentee), mentee)
    page = browser.post("/me/calendar/").content.decode()
    token = page.split("/m/")[1].split("/calendar.ics")[0]

    assert client.get(f"/m/{token}/calendar.ics").status_code == 200
    assert token not in browser.get("/me/calendar/").content.decode()
    assert token not in CalendarFeed.objects.get().digest
    assert len(CalendarFeed.objects.get().digest) == 64


def test_nobody_makes_an_address_in_a_browser_that_was_left_open(sign_in, mentee):
    mentee.set_password(PASSWORD)
    mentee.save()
    browser = confirmed(sign_in(mentee), mentee, seconds_ago=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)

    answer = browser.post("/me/calendar/")

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not CalendarFeed.objects.exists()
    page = browser.post(answer["Location"], {"password": PASSWORD}, follow=True).content.decode()
    assert "/calendar.ics" in page


def test_another_address_ends_the_first_and_ending_ends_both(sign_in, mentee, client):
    first, second = address_of(mentee), address_of(mentee)

    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    sign_in(mentee).post("/me/calendar/end/")
    assert client.get(second).status_code == 404
    assert sign_in(mentee).post("/me/calendar/end/").status_code == 302


def test_wrong_and_ended_addresses_and_those_of_people_who_left_are_the_same_plain_page(mentee, client):
    address = address_of(mentee)
    person.deactivate(mentee, by=HRFactory())

    bodies = {
        client.get(each).content for each in (address, "/m/unknown/calendar.ics", f"{address[:-14]}x/calendar.ics")
    }

    assert len(bodies) == 1
    assert client.get(address).status_code == 404


def test_reading_it_changes_nothing_and_takes_as_many_queries_for_three_of_everything(
    assignment, client, mentee, django_assert_num_queries
):
    address = address_of(mentee)
    for number in range(3):
        CheckInFactory(assignment=assignment, due_on=ahead(7 + number))
        MilestoneFactory(assignment=assignment)
        SponsorCheckIn.objects.create(assignment=assignment, sponsor=assignment.sponsor, due_on=ahead(9 + number))
        with django_assert_num_queries(7):
            client.get(address)
