"""What stands beside the figures of growth: own words, what others said, and the levels of the goals."""

import pytest

from assignments.actions.feedback_round import end
from assignments.models import FeedbackRequest, GoalCompetency
from reviews.actions.packet import freeze
from reviews.models import ReviewNarrative
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    GoalFactory,
    OptionFactory,
    ReviewCycleFactory,
)
from tests.reviews.test_growing import reviewed
from tests.reviews.test_growth_pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def rubric():
    return ReviewCycleFactory().rubric


@pytest.fixture
def mentorship(mentee, mentor):
    return OptionFactory(mentorship__mentee=mentee, mentorship__mentor=mentor).mentorship


@pytest.fixture
def work(mentorship, rubric):
    return reviewed(mentorship, rubric, 20, [4, 3, 4])


@pytest.fixture
def read(mentee, mentor, mentorship, hr, sign_in):
    """What each of the three reads in words."""
    places = {
        mentee: "/growth/over-time/words/",
        mentor: f"/mentorships/{mentorship.code}/growth/words/",
        hr: f"/people/{mentee.code}/growth/words/",
    }
    return lambda: [text(sign_in(person).get(address)) for person, address in places.items()]


def who_reads(pages, words):
    return [words in page for page in pages]


def cycle_of(work):
    return work.reviews.first().cycle


def in_confidence(work, people=3):
    round = FeedbackRoundFactory(assignment=work, confidential=True)
    for _ in range(people):
        FeedbackRequestFactory(round=round, says__level=4)
    end(round)
    round.refresh_from_db()
    return round


def test_a_narrative_is_the_mentees_until_it_is_shown_or_frozen(work, read):
    told = ReviewNarrative.objects.create(assignment=work, cycle=cycle_of(work), changed="I can say a number.")
    assert who_reads(read(), "I can say a number.") == [True, False, False]

    ReviewNarrative.objects.update(shared_with_mentor=True)
    assert who_reads(read(), "I can say a number.") == [True, True, False]
    assert who_reads(read(), "It may still change.") == [False, True, False]

    packet = freeze(work, told.cycle, by=work.mentor)
    pages = read()
    assert who_reads(pages, "I can say a number.") == who_reads(pages, f"/packets/{packet.code}/") == [True] * 3
    assert [page.count("I can say a number.") for page in pages] == [1, 1, 1]
    assert "What changed in what I can do" in pages[0]


def test_a_narrative_of_somebody_elses_work_is_not_the_mentors(mentee, mentor, work, rubric, read):
    elsewhere = reviewed(OptionFactory(mentorship__mentee=mentee).mentorship, rubric, 200, [3, 3])
    ReviewNarrative.objects.create(
        assignment=elsewhere, cycle=cycle_of(elsewhere), changed="Told elsewhere.", shared_with_mentor=True
    )

    assert who_reads(read(), "Told elsewhere.") == [True, False, False]


def test_named_answers_are_for_the_two_and_for_hr_what_is_shown_beside_a_packet(work, read):
    kept = FeedbackRequestFactory(round__assignment=work, says="Kept between us.")
    FeedbackRequestFactory(round=kept.round, says="Shown at review.", shared_at_review=True)
    FeedbackRequest.objects.filter(pk=kept.pk).update(changed_because="I ring first now.")
    assert who_reads(read(), "Shown at review.") == [True, True, False]

    freeze(work, cycle_of(work), by=work.mentor)

    pages = read()
    assert who_reads(pages, "Shown at review.") == [True, True, True]
    assert who_reads(pages, "Kept between us.") == who_reads(pages, "I ring first now.") == [True, True, False]


def test_hr_that_answered_in_confidence_reads_nobody_elses_answers(work, hr, read):
    FeedbackRequestFactory(round__assignment=work, says="Shown at review.", shared_at_review=True)
    freeze(work, cycle_of(work), by=work.mentor)
    FeedbackRequestFactory(round__assignment=work, round__confidential=True, giver=hr)

    assert who_reads(read(), "Shown at review.") == [True, True, False]


def test_confidential_answers_are_cells_of_three_and_never_for_who_was_asked(work, mentor, read):
    in_confidence(work).requests.update(changed_because="")
    in_confidence(work, people=2)
    published = work.feedback_rounds.get(publication=1)
    type(published).objects.filter(pk=published.pk).update(changed_because="Fewer slides.")

    pages = read()
    assert [page.count("In confidence:") for page in pages] == [1, 1, 1]
    assert who_reads(pages, "Fewer slides.") == [True] * 3

    FeedbackRequestFactory(round=published, giver=mentor)
    assert [page.count("In confidence:") for page in read()] == [1, 0, 1]


def test_where_nothing_was_said_the_page_says_so(work, read):
    assert "Nothing is written yet." in read()[0]
    assert [("Nothing is written that you may read." in page) for page in read()] == [False, True, True]


def test_levels_towards_goals_say_what_they_rest_on(mentee, mentor, mentorship, work, sign_in):
    influence, data = CompetencyFactory(name="Influence at work"), CompetencyFactory(name="Data story")
    goal = GoalFactory(mentorship=mentorship, title="Move three teams")
    dropped = GoalFactory(mentorship=mentorship, status="dropped")
    for on, competency in ((goal, influence), (goal, data), (dropped, CompetencyFactory(name="Let go"))):
        GoalCompetency.objects.create(goal=on, competency=competency, level_now=1, level_wanted=4)
    EvidenceFactory(assignment=work, title="The two supervisors signed").competencies.add(influence)
    CompetencyLevelFactory(
        person=mentee, competency=influence, level=3, provenance="verified", assignment=work, note="They kept it."
    )

    for person, address in (
        (mentee, "/growth/over-time/levels/"),
        (mentor, f"/mentorships/{mentorship.code}/growth/levels/"),
    ):
        page = text(sign_in(person).get(address))
        assert "Influence at work" in page and "verified by the review of" in page and "They kept it." in page
        assert "1 piece of evidence:" in page and "The two supervisors signed" in page
        assert "Data story" in page and "Nobody has recorded a level" in page
        assert "Let go" not in page


def test_another_mentor_reads_the_level_without_the_evidence_and_without_others_goals(
    mentee, mentorship, work, sign_in
):
    influence = CompetencyFactory(name="Influence at work")
    other = OptionFactory(mentorship__mentee=mentee).mentorship
    for pair in (mentorship, other):
        goal = GoalFactory(mentorship=pair, title=f"Goal with {pair.mentor.name}")
        GoalCompetency.objects.create(goal=goal, competency=influence, level_now=1, level_wanted=4)
    EvidenceFactory(assignment=work, title="The two supervisors signed").competencies.add(influence)
    CompetencyLevelFactory(person=mentee, competency=influence, level=3, provenance="verified", assignment=work)

    address = f"/mentorships/{other.code}/growth/levels/"
    page = text(sign_in(other.mentor).get(address))
    assert "verified by a review" in page and "The two supervisors signed" not in page
    assert f"Goal with {other.mentor.name}" in page and f"Goal with {mentorship.mentor.name}" not in page

    other.ended_on = today()
    other.save()
    assert "Nobody has recorded a level that you may see." in text(sign_in(other.mentor).get(address))


def test_without_a_goal_that_is_said(mentee, sign_in):
    assert "No goal asks for a level yet." in text(sign_in(mentee).get("/growth/over-time/levels/"))


def test_the_panels_come_alone_to_htmx_and_whole_without_script(mentee, work, sign_in):
    browser = sign_in(mentee)
    for name, mark in (("words", 'id="growth-words"'), ("levels", 'id="growth-levels"')):
        address = f"/growth/over-time/{name}/"
        alone = text(browser.get(address, headers={"HX-Request": "true"}))
        assert mark in alone and "<html" not in alone
        assert "<html" in text(browser.get(address))
        assert f'hx-get="{address}"' in text(browser.get("/growth/over-time/"))


def test_the_panels_take_the_same_queries_for_one_and_three(
    mentee, mentor, mentorship, rubric, hr, sign_in, count_queries
):
    there = f"/mentorships/{mentorship.code}/growth/"
    pages = [
        (sign_in(mentee), "/growth/over-time/words/"),
        (sign_in(mentor), f"{there}words/"),
        (sign_in(hr), f"/people/{mentee.code}/growth/words/"),
        (sign_in(mentee), "/growth/over-time/levels/"),
        (sign_in(mentor), f"{there}levels/"),
    ]

    def add(days):
        work = reviewed(mentorship, rubric, days, [3, 4, 3])
        ReviewNarrative.objects.create(assignment=work, cycle=cycle_of(work), changed="So.")
        FeedbackRequestFactory(round__assignment=work, says="Seen.", shared_at_review=True)
        in_confidence(work)
        freeze(work, cycle_of(work), by=mentor)
        running = AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"))
        ReviewNarrative.objects.create(
            assignment=running, cycle=ReviewCycleFactory(), changed="Not yet.", shared_with_mentor=True
        )
        competency = CompetencyFactory()
        goal = GoalFactory(mentorship=mentorship)
        GoalCompetency.objects.create(goal=goal, competency=competency, level_now=1, level_wanted=4)
        EvidenceFactory(assignment=work).competencies.add(competency)
        CompetencyLevelFactory(person=mentee, competency=competency, level=3, provenance="verified", assignment=work)

    add(300)
    one = [count_queries(*page) for page in pages]
    add(200)
    add(100)

    assert [count_queries(*page) for page in pages] == one
    assert max(one) <= 12, one
