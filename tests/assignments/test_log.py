"""The log of an assignment: three parts on one page, each by key, in a fixed number of queries."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from stretchhub.env import today
from tests.factories import AssignmentFactory, DecisionFactory, OptionFactory, ReflectionFactory, SetbackFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"), sponsor=sponsor)


def fill(assignment, rows, shared=True):
    for number in range(rows):
        ago = today() - timedelta(days=number)
        DecisionFactory(assignment=assignment, decided_on=ago, decision=f"Decision {number}.")
        SetbackFactory(assignment=assignment, happened_on=ago, title=f"Setback {number}.", shared_with_sponsor=shared)
        ReflectionFactory(assignment=assignment, on=ago, worked=f"Thought {number}.", shared_with_mentor=shared)


def page(client, assignment, query=""):
    return client.get(reverse("assignments:log", args=[assignment.code]) + query).content.decode()


@pytest.mark.parametrize("who", ["mentee", "mentor", "sponsor"])
def test_the_page_takes_as_many_queries_for_one_row_as_for_three(request, assignment, who, sign_in, count_queries):
    client, url = sign_in(request.getfixturevalue(who)), reverse("assignments:log", args=[assignment.code])
    fill(assignment, 1)
    client.get(url)
    one = count_queries(client, url)

    fill(assignment, 2)

    assert count_queries(client, url) == one
    assert one <= 12


def test_an_empty_log_says_what_belongs_there_and_offers_the_first_step(assignment, mentee, sponsor, sign_in):
    mine, theirs = page(sign_in(mentee), assignment), page(sign_in(sponsor), assignment)

    for name in ("decision-add", "setback-add", "reflection-add"):
        assert reverse(f"assignments:{name}", args=[assignment.code]) in mine
    assert "Nothing is shared with you" in theirs
    assert "/add/" not in theirs
    assert "eflection" not in theirs.split("<main")[1]


def test_each_part_shows_its_newest_and_leads_to_the_rest_by_key(assignment, mentee, sign_in):
    fill(assignment, 27)
    client = sign_in(mentee)

    first = page(client, assignment)
    seen, query = [], "?show=decisions"
    while query:
        body = page(client, assignment, query)
        seen += re.findall(r"Decision \d+\.", body)
        more = re.search(r'href="(\?show=decisions&amp;after=[^"]+|\?show=decisions&after=[^"]+)"', body)
        query = more[1].replace("&amp;", "&") if more else ""

    assert [f"Decision {number}." in first for number in range(6)] == [True] * 4 + [False] * 2
    assert "?show=setbacks" in first
    assert seen == [f"Decision {number}." for number in range(27)]
    assert "Setback 0." not in page(client, assignment, "?show=decisions")


def test_a_part_that_does_not_exist_and_a_key_that_cannot_be_read_show_the_log(assignment, mentee, sign_in):
    fill(assignment, 1)
    client = sign_in(mentee)

    assert "Setback 0." in page(client, assignment, "?show=everything&after=%00")
    assert "Decision 0." in page(client, assignment, "?show=decisions&after=nonsense")


def test_only_mentee_and_mentor_see_that_a_decision_waits_to_be_looked_back_at(assignment, mentor, sponsor, sign_in):
    DecisionFactory(assignment=assignment, review_on=today())

    assert "Look back now" in page(sign_in(mentor), assignment)
    assert "Look back now" not in page(sign_in(sponsor), assignment)


def test_the_sponsor_sees_only_setbacks_that_are_shared_and_no_lesson(assignment, sponsor, sign_in):
    SetbackFactory(assignment=assignment, title="Kept between us")
    shared = SetbackFactory(
        assignment=assignment, title="Nobody came", shared_with_sponsor=True, team_lesson="Invite by telephone."
    )
    client = sign_in(sponsor)

    body = page(client, assignment)
    card = client.get(reverse("assignments:setback", args=[shared.code])).content.decode()

    assert "Nobody came" in body
    assert "Kept between us" not in body
    assert "Invite by telephone." not in card
