"""What HR reads of an assignment: how it stands, and of check-ins whether they were kept."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assignments.models import BriefStatus
from assignments.records import kept_or_missed
from assignments.signals import Kept
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    BriefVersionFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 16)


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    made = AssignmentFactory(
        option__mentorship__mentee=mentee, option__mentorship__mentor=mentor, sponsor=sponsor, title="Shorten the queue"
    )
    CharterFactory(assignment=made)
    return made


def page_of(assignment):
    return reverse("assignments:record", args=[assignment.code])


def kept(days_ago, sides):
    return Kept(DAY - timedelta(days=days_ago), sides, None)


def test_a_check_in_is_kept_open_or_missed_and_none_is_told_before_its_day():
    lines = kept_or_missed([kept(14, 1), kept(7, 2), kept(0, 1), kept(-7, 0)], DAY)

    assert [(line.due_on.day, line.word, line.mark) for line in lines] == [
        (16, "Open", "due"), (9, "Kept", "kept"), (2, "Missed", "paused")
    ]  # fmt: skip


def test_hr_reads_milestones_and_how_it_stands(assignment, hr, sign_in):
    MilestoneFactory(assignment=assignment, title="Pilot", definition_of_progress="Ten claims decided.")

    body = sign_in(hr).get(page_of(assignment)).content.decode()

    for words in ("Shorten the queue", "Pilot", "Ten claims decided.", "0 of 1 done", "Tom Berg", "Ruth Adeyemi"):
        assert words in body


def test_of_a_check_in_hr_reads_whether_it_was_kept_and_no_word(assignment, hr, sign_in):
    held = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=8))
    for person in (assignment.mentee, assignment.mentor):
        CheckInAnswerFactory(check_in=held, by=person, moved="A private word", avoided="The budget", load=4)
    CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=1))

    body = sign_in(hr).get(page_of(assignment)).content.decode()

    assert "1 of 2 kept" in body
    assert "A private word" not in body
    assert "The budget" not in body


def test_a_brief_is_offered_once_somebody_stands_behind_it(assignment, hr, sign_in):
    version = BriefVersionFactory(brief__option=assignment.option, status=BriefStatus.SUBMITTED)
    address = reverse("assignments:brief", args=[version.brief.code])
    assert address not in sign_in(hr).get(page_of(assignment)).content.decode()

    version.status = BriefStatus.SPONSOR_ACCEPTED
    version.save()

    assert address in sign_in(hr).get(page_of(assignment)).content.decode()


def test_hr_finds_assignments_by_title_and_by_anybody_in_them(assignment, hr, sign_in):
    AssignmentFactory(title="Another thing")
    client, url = sign_in(hr), reverse("assignments:records")

    def found(words):
        return [row.title for row in client.get(url, {"q": words}).context["page"]]

    assert found("") == ["Another thing", "Shorten the queue"]
    assert found("queue") == ["Shorten the queue"]
    assert found("okafor berg") == ["Shorten the queue"]
    assert found("adeyemi another") == []
    assert found("\x00") == ["Another thing", "Shorten the queue"]


def test_the_pages_take_the_same_queries_at_one_and_at_three(assignment, hr, sign_in, count_queries):
    client, page, listing = sign_in(hr), page_of(assignment), reverse("assignments:records")
    MilestoneFactory(assignment=assignment)
    CheckInFactory(assignment=assignment)
    first = (count_queries(client, page), count_queries(client, listing))
    for number in (1, 2):
        AssignmentFactory()
        MilestoneFactory(assignment=assignment)
        CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=number))

    assert (count_queries(client, page), count_queries(client, listing)) == first
    assert max(first) <= 12


def test_the_list_goes_on_by_key(hr, sign_in):
    for number in range(30):
        AssignmentFactory(title=f"Work {number}")
    client, url = sign_in(hr), reverse("assignments:records")

    first = client.get(url).context["page"]
    second = client.get(url, {"after": first.next_key}).context["page"]

    assert len(first) + len(second) == 30
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_without_assignments_the_list_says_what_belongs_there(hr, sign_in):
    body = sign_in(hr).get(reverse("assignments:records")).content.decode()
    assert "No assignment yet" in body
