"""What calendars are told: exactly the planned days, in the right zone, replaced by a higher number."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from assignments.actions import assignment as assignments
from assignments.actions import charter as charters
from assignments.actions import check_in, hand_over, invitation
from assignments.cadence import due_days, sponsor_days
from assignments.models import Charter
from stretchhub.env import today
from stretchhub.invitations import Sender, Series, calendar_of
from stretchhub.notices import delivery
from tests.factories import AssignmentFactory, CharterFactory, MentorshipFactory, UserFactory

SENDER = Sender("StretchHub <hub@example.org>", "Mina Okafor", "mina@example.org")
AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def series(*days, rhythm="weekly", zone="Europe/London"):
    return Series("abc-check-ins@example.org", "Check-in: Backlog", days, rhythm, 20, ZoneInfo(zone))


def days_of(content):
    """The days as a calendar program shows them: the rule expanded, then what is moved."""
    events = Calendar.from_ical(content).walk("VEVENT")
    whole = next(event for event in events if "recurrence-id" not in event)
    start = whole["dtstart"].dt
    if "rrule" in whole:
        rule = rrulestr(whole["rrule"].to_ical().decode(), dtstart=start.replace(tzinfo=None))
        shown = {moment.date(): moment.date() for moment in rule}
    else:
        shown = {start.date(): start.date()}
    for event in events:
        if "recurrence-id" in event:
            shown[event["recurrence-id"].dt.date()] = event["dtstart"].dt.date()
    return sorted(shown.values())


def test_a_weekly_rhythm_is_one_event_with_a_rule():
    content = calendar_of(
        series(date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)), SENDER, number=0, at=AT
    ).decode()

    assert "METHOD:REQUEST\r\n" in content
    assert content.count("BEGIN:VEVENT") == 1
    assert "RRULE:FREQ=WEEKLY;COUNT=3;INTERVAL=1" in content
    assert "UID:abc-check-ins@example.org" in content
    assert "DTSTAMP:20261102T083000Z" in content
    assert "DTSTART;TZID=Europe/London:20261109T100000" in content
    assert "BEGIN:VTIMEZONE" in content
    assert "SEQUENCE:0" in content


def test_ten_in_the_morning_stays_ten_when_the_clock_changes():
    content = calendar_of(series(date(2026, 10, 22), date(2026, 10, 29), zone="Europe/Berlin"), SENDER, number=0, at=AT)
    start = Calendar.from_ical(content).walk("VEVENT")[0]["dtstart"].dt

    assert start.utcoffset() == timedelta(hours=2)
    assert (start + timedelta(days=7)).utcoffset() == timedelta(hours=1)


def test_a_day_moved_to_a_working_day_is_moved_in_the_calendar():
    content = calendar_of(
        series(date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 1), rhythm="monthly"), SENDER, number=0, at=AT
    )

    assert days_of(content) == [date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 1)]
    moved = [event for event in Calendar.from_ical(content).walk("VEVENT") if "recurrence-id" in event]
    assert [event["recurrence-id"].dt.date() for event in moved] == [date(2026, 11, 1)]


@given(
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    length=st.integers(60, 400),
    rhythm=st.sampled_from(["weekly", "fortnightly", "monthly"]),
    week=st.sampled_from(["12345", "1234567", "135", "67", "2"]),
)
def test_a_calendar_shows_exactly_the_planned_days(start, length, rhythm, week):
    days = due_days(start, start + timedelta(days=length), rhythm, week)

    assert days_of(calendar_of(series(*days, rhythm=rhythm), SENDER, number=3, at=AT)) == days


def test_a_series_without_days_is_taken_back():
    content = calendar_of(series(), SENDER, number=4, at=AT).decode()

    assert "METHOD:CANCEL\r\n" in content
    assert "STATUS:CANCELLED" in content
    assert "SEQUENCE:4" in content
    assert "RRULE" not in content


def test_one_person_is_invited_and_nobody_else_is_named():
    event = Calendar.from_ical(calendar_of(series(date(2026, 11, 9)), SENDER, number=0, at=AT)).walk("VEVENT")[0]

    assert str(event["attendee"]) == "mailto:mina@example.org"
    assert str(event["organizer"]) == "mailto:hub@example.org"
    assert "description" not in event


def test_a_title_cannot_add_lines_to_the_file():
    hostile = Series("u@example.org", "A\r\nATTENDEE:mailto:x@example.org", (date(2026, 11, 9),), "weekly", 20, UTC)

    content = calendar_of(hostile, SENDER, number=0, at=AT).decode()

    assert "\r\nATTENDEE:mailto:x" not in content


# --- sent to the parties of an assignment ---------------------------------------------------------------


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    made = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor, title="Backlog")
    made.starts_on, made.ends_on = today(), today() + timedelta(days=120)
    made.save()
    CharterFactory(assignment=made, rhythm="weekly", sponsor_rhythm="two_then_monthly", stop_rule="canary-stop")
    check_in.plan(made)
    return made


def calendars():
    """What was mailed since the last look: by address, the files with their calendars."""
    mail.outbox.clear()
    delivery.deliver()
    found = {}
    for message in mail.outbox:
        parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
        if parts:
            found[message.to[0].split("@")[0]] = {
                part.get_filename(): Calendar.from_ical(part.get_payload(decode=True)) for part in parts
            }
            assert all(part.get_param("method") for part in parts)
    return found


def numbers(calendar):
    return {(event["uid"].split("-")[-1].split("@")[0], event["sequence"]) for event in calendar.walk("VEVENT")}


@pytest.mark.django_db
def test_each_party_is_invited_to_their_own_days(assignment):
    invitation.send(assignment)

    found = calendars()
    assert {who: set(files) for who, files in found.items()} == {
        "mina": {"check-ins.ics", "sponsor.ics", "sponsor-monthly.ics"},
        "tom": {"check-ins.ics"},
        "ruth": {"sponsor.ics", "sponsor-monthly.ics"},
    }
    days = sponsor_days("two_then_monthly", assignment.starts_on, assignment.ends_on, "12345")
    first, then = found["ruth"]["sponsor.ics"], found["ruth"]["sponsor-monthly.ics"]
    assert days_of(first.to_ical()) + days_of(then.to_ical()) == days
    planned = list(assignment.check_ins.order_by("due_on").values_list("due_on", flat=True))
    assert days_of(found["tom"]["check-ins.ics"].to_ical()) == planned
    text = b"".join(one.to_ical() for files in found.values() for one in files.values())
    assert b"canary" not in text


@pytest.mark.django_db
def test_a_new_rhythm_replaces_the_days_by_a_higher_number(assignment, mentor):
    invitation.send(assignment)
    calendars()
    charter = Charter.objects.get()
    words = {name: getattr(charter, name) for name in charters.FIELDS}

    charters.write(assignment, by=mentor, version=1, words=words | {"sponsor_rhythm": "monthly"})

    found = calendars()["ruth"]
    assert found["sponsor.ics"]["method"] == "REQUEST"
    assert found["sponsor-monthly.ics"]["method"] == "CANCEL"
    assert numbers(found["sponsor.ics"]) == {("sponsor", 1)}


@pytest.mark.django_db
def test_words_alone_send_no_invitation(assignment, mentor):
    invitation.send(assignment)
    calendars()
    charter = Charter.objects.get()
    words = {name: getattr(charter, name) for name in charters.FIELDS}

    charters.write(assignment, by=mentor, version=1, words=words | {"resources": "Nothing beside time."})

    assert calendars() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["pause", "close"])
def test_what_stops_leaves_the_calendars(assignment, mentor, how):
    invitation.send(assignment)
    calendars()

    if how == "pause":
        assignments.pause(assignment, by=mentor, reason="A release.")
    else:
        assignments.close(assignment, by=mentor, ending="stopped", reason="Ask first.")

    found = calendars()
    assert set(found) == {"mina", "tom", "ruth"}
    assert all(one["method"] == "CANCEL" for files in found.values() for one in files.values())


@pytest.mark.django_db
def test_after_a_pause_the_days_come_back(assignment, mentor, clock):
    invitation.send(assignment)
    assignments.pause(assignment, by=mentor, reason="A release.")
    clock(days=3)

    assignments.resume(assignment, by=mentor)

    found = calendars()["tom"]["check-ins.ics"]
    assert found["method"] == "REQUEST"
    assert numbers(found) == {("ins", 2)}


@pytest.mark.django_db
def test_nobody_is_bothered_where_nobody_was_invited(assignment, mentor):
    assignments.pause(assignment, by=mentor, reason="A release.")

    assert calendars() == {}


@pytest.mark.django_db
def test_whoever_hands_over_loses_the_days(assignment, sponsor):
    invitation.send(assignment)
    calendars()
    successor = UserFactory(email="nora@example.org")
    assignment.sponsor = successor
    assignment.save()

    hand_over._invite_anew(assignment, sponsor)

    found = calendars()
    assert {one["method"] for one in found["ruth"].values()} == {"CANCEL"}
    assert {one["method"] for one in found["nora"].values()} == {"REQUEST"}
