"""One story of an assignment: everything one may read, the newest first, by key and in one query."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assignments.models import Pause
from assignments.story import kinds_for, looks, story_of
from sponsors.models import SponsorCheckIn
from stretchhub.env import now, today
from tests.factories import (
    AskFactory,
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    DecisionFactory,
    EvidenceFactory,
    FeedbackRoundFactory,
    MeasurementFactory,
    MilestoneFactory,
    OptionFactory,
    ReflectionFactory,
    ScopeChangeFactory,
    SetbackFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentorship, sponsor):
    assignment = AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"), sponsor=sponsor)
    CharterFactory(assignment=assignment, acknowledged=True)
    return assignment


def ago(days):
    return today() - timedelta(days=days)


def told(assignment, user, **how):
    return [(entry.kind, entry.title) for entry in story_of(assignment, user, today(), **how)]


def answered(assignment, days, state="accepted", **more):
    at = now() - timedelta(days=days)
    return {"state": state, "answered_at": at, "answered_by": assignment.sponsor, **more}


def talk(assignment, **more):
    return SponsorCheckIn.objects.create(
        assignment=assignment, sponsor=assignment.sponsor, **{"due_on": more.get("held_on"), **more}
    )


def live(assignment):
    """One of each kind, each on a day of its own."""
    MilestoneFactory(assignment=assignment, title="Pilot", done_at=now() - timedelta(days=1), done_by=assignment.mentee)
    MilestoneFactory(assignment=assignment, title="Not done yet")
    check_in = CheckInFactory(assignment=assignment, due_on=ago(2))
    CheckInAnswerFactory(check_in=check_in, moved="We met.")
    CheckInAnswerFactory(check_in=check_in, by=assignment.mentor)
    CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment, due_on=ago(9)))
    DecisionFactory(assignment=assignment, decided_on=ago(3), decision="North first.")
    EvidenceFactory(assignment=assignment, happened_on=ago(4), title="Demo")
    EvidenceFactory(assignment=assignment, happened_on=ago(5), title="Shared demo", shared_with_sponsor=True)
    SetbackFactory(assignment=assignment, happened_on=ago(6), title="Nobody came")
    SetbackFactory(assignment=assignment, happened_on=ago(7), title="It broke", shared_with_sponsor=True)
    ReflectionFactory(assignment=assignment, on=ago(8))
    FeedbackRoundFactory(assignment=assignment, about="The demo", closed_at=now() - timedelta(days=10))
    ScopeChangeFactory(assignment=assignment, title="A third team", asked_at=now() - timedelta(days=11))
    MeasurementFactory(assignment=assignment, measured_on=ago(12), value="16.50")
    Pause.objects.create(assignment=assignment, from_on=ago(14), until_on=ago(13))
    AskFactory(assignment=assignment, question="May we?", **answered(assignment, 15))
    talk(assignment, held_on=ago(16), recorded_by=assignment.mentee, recorded_at=now(), result="On plan.")


def test_everything_is_told_the_newest_first_and_each_reads_only_what_is_theirs(assignment, mentee, mentor, sponsor):
    live(assignment)

    whole = [
        ("milestone", "Done: Pilot"),
        ("check_in", "Check-in kept"),
        ("decision", "North first."),
        ("evidence", "Demo"),
        ("evidence", "Shared demo"),
        ("setback", "Nobody came"),
        ("setback", "It broke"),
        ("reflection", "Reflection"),
        ("feedback", "The demo"),
        ("scope", "A third team"),
        ("measurement", "Cycle time of a claim: 16.5"),
        ("pause", "Paused"),
        ("ask", "May we?"),
        ("talk", "Talk with the sponsor"),
        ("edge", "The work began"),
    ]
    private = [("evidence", "Demo"), ("setback", "Nobody came")]
    assert told(assignment, mentee) == whole
    assert told(assignment, mentor) == [each for each in whole if each[0] != "reflection"]
    assert told(assignment, sponsor) == [
        each for each in whole if each not in private and each[0] not in ("check_in", "reflection", "feedback")
    ]


def test_a_stranger_or_hr_reads_nothing_of_it(assignment, stranger, hr, administrator):
    live(assignment)

    assert [told(assignment, person) for person in (stranger, hr, administrator)] == [[], [], []]


@pytest.mark.parametrize("kind", looks())
def test_it_is_filtered_by_kind(assignment, mentee, kind):
    live(assignment)

    found = told(assignment, mentee, kind=kind)

    assert found
    assert {name for name, _title in found} == {kind}


def test_the_end_is_told_with_its_lesson(mentee, mentor):
    closed = AssignmentFactory(mentee=mentee, mentor=mentor, closed=True)

    (end, _begin) = story_of(closed, mentee, today()).items

    assert (end.title, end.note) == ("The work ended", "Ask the sceptics first.")


def test_it_says_what_came_of_a_decision_a_change_and_a_pause(assignment, mentee):
    DecisionFactory(assignment=assignment, decided_on=ago(1), looked_back=True, happened="Both came.")
    ScopeChangeFactory(assignment=assignment, asked_at=now() - timedelta(days=2))
    Pause.objects.create(assignment=assignment, from_on=ago(3), until_on=ago(2))
    Pause.objects.create(assignment=assignment, from_on=ago(4))

    more = [entry.more for entry in story_of(assignment, mentee, today())]

    assert more == ["Both came.", "Waiting for a decision", f"until {ago(2).isoformat()}", "It still rests.", ""]


def pages(assignment, user, size, between=lambda: None):
    found, after = [], ""
    while True:
        page = story_of(assignment, user, today(), after=after, size=size)
        found.append([(entry.kind, entry.key) for entry in page])
        between()
        if not page.next_key:
            return found
        after = page.next_key


def test_three_pages_tell_it_once_also_where_many_share_a_day(assignment, mentee):
    for number in range(7):
        DecisionFactory(assignment=assignment, decided_on=ago(number // 4))
        EvidenceFactory(assignment=assignment, happened_on=ago(number // 4))
        SetbackFactory(assignment=assignment, happened_on=ago(number // 4))
    whole = [(entry.kind, entry.key) for entry in story_of(assignment, mentee, today(), size=100)]

    found = pages(assignment, mentee, 8)

    assert [len(page) for page in found] == [8, 8, 6]
    assert [each for page in found for each in page] == whole
    assert len(set(whole)) == 22


def test_what_is_added_while_somebody_reads_moves_nothing(assignment, mentee):
    for number in range(9):
        DecisionFactory(assignment=assignment, decided_on=ago(number))
    whole = [(entry.kind, entry.key) for entry in story_of(assignment, mentee, today(), size=100)]

    found = pages(assignment, mentee, 4, between=lambda: DecisionFactory(assignment=assignment, decided_on=today()))

    assert [each for page in found for each in page] == whole


@pytest.mark.parametrize(
    "after", ["nonsense", "2026-01-01~decision", "2026-99-01~decision~1", "2026-01-01~x~1", "2026-01-01~decision~-1"]
)
def test_a_key_that_cannot_be_read_begins_anew(assignment, mentee, after):
    DecisionFactory(assignment=assignment)

    assert len(told(assignment, mentee, after=after)) == 2


@pytest.mark.parametrize("who", ["mentee", "mentor", "sponsor"])
def test_the_page_asks_as_much_for_one_as_for_three(request, assignment, who, sign_in, count_queries):
    client, url = sign_in(request.getfixturevalue(who)), reverse("assignments:story", args=[assignment.code])
    DecisionFactory(assignment=assignment)
    client.get(url)
    one = count_queries(client, url)
    live(assignment)

    assert count_queries(client, url) == one
    assert one <= 6


def test_every_line_of_the_page_leads_somewhere_its_reader_may_go(assignment, mentee, sponsor, sign_in):
    live(assignment)

    for person in (mentee, sponsor):
        client = sign_in(person)
        for entry in story_of(assignment, person, today()):
            assert client.get(entry.url).status_code == 200, entry


def test_the_page_offers_kinds_and_says_when_there_is_none(assignment, sponsor, sign_in):
    url = reverse("assignments:story", args=[assignment.code])
    client = sign_in(sponsor)

    assert "Nothing of this kind has happened yet." in client.get(url, {"kind": "decision"}).content.decode()
    assert "kind=check_in" not in client.get(url).content.decode()
    assert "The work began" in client.get(url, {"kind": "check_in"}).content.decode()
    assert kinds_for("sponsor") == [
        "milestone", "decision", "evidence", "setback", "scope", "measurement", "pause", "ask", "talk", "edge",
    ]  # fmt: skip


def test_of_the_sponsors_side_only_what_came_to_something_is_told(assignment, mentee, mentor):
    AskFactory(assignment=assignment, question="Still open")
    AskFactory(assignment=assignment, question="Passed on", **answered(assignment, 1, "delegated", delegated_to=mentor))
    AskFactory(assignment=assignment, question="Taken back", state="withdrawn")
    AskFactory(assignment=assignment, question="Said no", **answered(assignment, 2, "declined", reason="Not now."))
    talk(assignment, due_on=ago(3))
    talk(assignment, due_on=ago(4), cancelled_at=now())

    entries = story_of(assignment, mentee, today()).items

    assert [(entry.title, entry.note, entry.more) for entry in entries if entry.kind in ("ask", "talk")] == [
        ("Said no", "Not now.", "Declined")
    ]


def test_a_new_sponsor_reads_nothing_that_the_one_before_was_asked_or_said(assignment, sponsor, stranger):
    AskFactory(assignment=assignment, question="May we?", addressee=sponsor, **answered(assignment, 1))
    talk(assignment, held_on=ago(2), recorded_by=assignment.mentee, recorded_at=now(), decision="Name a buyer.")
    type(assignment).objects.filter(pk=assignment.pk).update(sponsor=stranger)

    assert told(assignment, stranger, kind="ask") == told(assignment, stranger, kind="talk") == []
    assert told(assignment, assignment.mentee, kind="talk") == [("talk", "Talk with the sponsor")]
