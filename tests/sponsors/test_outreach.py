"""The draft to a possible sponsor: their priority first, an easy no last, and never too long."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.models import BriefOutcome, BriefVersion
from sponsors.outreach import MOST_WORDS, count_words, draft
from tests.factories import BriefVersionFactory, MentorshipFactory, OptionFactory, SponsorCandidateFactory, UserFactory

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)
TEXTS = st.text(alphabet="ab é\n.“—", max_size=1500)


@pytest.fixture
def candidate(mentee, mentor):
    option = OptionFactory(
        mentorship=MentorshipFactory(mentor=mentor, mentee=mentee),
        title="Shorten the claims backlog",
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 2, 23),
        hours_per_week=Decimal("4.0"),
    )
    return SponsorCandidateFactory(
        option=option, person=UserFactory(full_name="Vera Lund"), priority="Fewer calls by spring."
    )


@pytest.fixture
def friday(clock):
    """The day of the draft, whose year its days ahead need not say."""
    clock(to=datetime(2026, 11, 27, 12, tzinfo=UTC))
    return FRIDAY


def brief(candidate, **words):
    return BriefVersionFactory(brief__option=candidate.option, **words)


def test_the_draft_follows_the_order_priority_outcome_ask_proof_easy_no(candidate, friday):
    version = brief(
        candidate,
        problem="Forty claimants a week wait more than three weeks.",
        first_step="ten claims with the north team",
        strength="the night shift trusts me",
        learning_goal="saying a number and leaving it there",
    )
    BriefOutcome.objects.update(due_on=date(2027, 2, 23))

    words = draft(candidate, version, today=friday, attached=True)

    assert words == (
        "Hello Vera,\n\n"
        "you care about this: Fewer calls by spring. Forty claimants a week wait more than three weeks. "
        "I would like to take on “Shorten the claims backlog” for 12 weeks, about 4 hours a week.\n\n"
        "My aim: Cycle time of a claim from 21 to 14 days by 23 Feb 2027. "
        "First I test this: ten claims with the north team. You can stop there.\n\n"
        "I bring this: the night shift trusts me. "
        "From you I need 15 minutes every two weeks. Tom Berg supports me.\n\n"
        "Could we talk for 20 minutes on Thu 3 Dec or Mon 7 Dec? The brief comes with this. "
        "If this is not your priority now, who should I ask?\n\n"
        "Mina Okafor"
    )


def test_what_is_too_long_is_left_out_whole_before_anything_is_cut(candidate):
    version = brief(
        candidate, problem="They wait. " * 30, first_step="word " * 24, strength="strong " * 19, learning_goal="g " * 19
    )

    words = draft(candidate, version, today=FRIDAY, attached=True)

    assert "They wait. I would like" in words
    assert "strong strong." in words
    assert "word word" not in words
    assert "g g" not in words
    assert "…" not in words


def test_what_nobody_wrote_is_left_out_and_never_made_up(candidate, friday):
    candidate.priority = ""
    candidate.option.starts_on = candidate.option.hours_per_week = None

    words = draft(candidate, None, today=friday, attached=False)

    assert words == (
        "Hello Vera,\n\n"
        "I would like to take on “Shorten the claims backlog”.\n\n"
        "From you I need 15 minutes every two weeks. Tom Berg supports me.\n\n"
        "Could we talk for 20 minutes on Thu 3 Dec or Mon 7 Dec? "
        "If this is not your priority now, who should I ask?\n\n"
        "Mina Okafor"
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, TEXTS)
def test_however_much_was_written_the_draft_is_short_and_ends_with_the_easy_no(candidate, problem, strength, goal):
    version = BriefVersion(pk=0, problem=problem * 3, strength=strength, learning_goal=goal, first_step=problem)
    candidate.priority = strength[:200]

    words = draft(candidate, version, today=FRIDAY, attached=True)

    assert count_words(words) <= MOST_WORDS
    assert words.rstrip().endswith("If this is not your priority now, who should I ask?\n\nMina Okafor")


def test_the_longest_names_and_titles_still_fit(candidate, mentee, mentor):
    long = "word " * 200
    version = brief(candidate, problem=long, strength=long, learning_goal=long, first_step=long)
    BriefOutcome.objects.update(metric="w " * 99, unit="u " * 19)
    candidate.priority, candidate.option.title = "p " * 99, "t " * 99
    mentee.full_name = mentor.full_name = candidate.person.full_name = "n " * 60

    assert count_words(draft(candidate, version, today=FRIDAY, attached=True)) <= MOST_WORDS
