"""The pages of growth over time: what each reader finds there, by the same number of queries whatever there is."""

import pytest

from assignments.models import BriefStatus
from reviews.models import Review, ReviewStatus
from stretchhub.env import today
from tests.assignments.test_load_then import SHOWN, profile, show
from tests.factories import BriefVersionFactory, MeasurementFactory, OptionFactory, ReviewCycleFactory, UserFactory
from tests.reviews.test_growing import reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def rubric():
    return ReviewCycleFactory().rubric


@pytest.fixture
def mentorship(mentee, mentor):
    return OptionFactory(mentorship__mentee=mentee, mentorship__mentor=mentor).mentorship


@pytest.fixture
def done(mentee, mentorship, rubric):
    """Two reviewed assignments, the newer one with its load and an outcome that was measured."""
    reviewed(mentorship, rubric, 200, [2, 3, 2])
    work = reviewed(mentorship, rubric, 20, [4, 3, 4], own=5)
    profile(work.option)
    show(mentee, work.starts_on, SHOWN)
    measure(work)
    return work


def measure(work):
    version = BriefVersionFactory(brief__option=work.option, status=BriefStatus.SPONSOR_ACCEPTED)
    MeasurementFactory(assignment=work, outcome=version.outcomes.get(), value=16, low=15, high=17)


def text(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def pages(mentee, mentorship):
    return {
        "mentee": "/growth/over-time/",
        "mentor": f"/mentorships/{mentorship.code}/growth/",
        "hr": f"/people/{mentee.code}/growth/",
    }


def test_mentee_and_mentor_find_chart_table_and_words(done, mentee, mentor, mentorship, sign_in):
    addresses = pages(mentee, mentorship)

    for person, who in ((mentee, "mentee"), (mentor, "mentor"), (mentee, "mentor")):
        page = text(sign_in(person).get(addresses[who]))

        assert "Up by more than raters differ anyway: Influence." in page
        assert 'role="img" aria-label="Influence. ' in page
        assert ": mean 3.7 of 3 observers, from 2.8 to 4.5, self 5." in page
        assert "(4 + 3 + 4) ÷ 3 = 3.67 ± 0.85" in page and "2.82 to 4.52" in page
        assert "10, Overstretch" in page and "Load of the work then" in page
        assert "Show as table" in page
        assert f"/assignments/{done.code}/reviews/" in page
        assert "style=" not in page and "<script>" not in page


def test_outcomes_stand_beside_with_their_range_and_what_the_work_contributed(done, mentee, mentorship, sign_in):
    page = text(sign_in(mentee).get("/growth/over-time/"))

    assert "What the work came to" in page
    assert "Cycle time of a claim: started at 21, now 16, wanted 14 days" in page
    assert "71 % of the way." in page and "likely 15 to 17" in page


def test_hr_reads_ratings_and_reviewed_outcomes_and_no_load(done, mentee, mentor, mentorship, rubric, hr, sign_in):
    open_work = reviewed(mentorship, rubric, 5, [3, 3], key="impact")
    measure(open_work)
    Review.objects.filter(assignment=open_work).update(status=ReviewStatus.SUBMITTED, final_at=None)

    page = text(sign_in(hr).get(pages(mentee, mentorship)["hr"]))

    assert "mean 3.7 of 3 observers" in page and "now 16, wanted 14 days" in page
    assert done.title in page and open_work.title not in page
    assert "Load of the work" not in page and "Overstretch" not in page and "growth-load" not in page


def test_nobody_else_has_such_a_page_and_a_sponsor_reads_results_where_they_are_shared(
    done, mentee, mentorship, stranger, administrator, sign_in
):
    addresses = pages(mentee, mentorship)

    for person in (done.sponsor, stranger, administrator):
        assert sign_in(person).get(addresses["mentor"]).status_code == 404
        assert sign_in(person).get(addresses["hr"]).status_code == 404
        assert "Influence" not in text(sign_in(person).get(addresses["mentee"]))
    for person in (mentee, mentorship.mentor):
        assert sign_in(person).get(addresses["hr"]).status_code == 404


def test_a_mentor_finds_the_work_that_they_mentored_and_is_told_so(
    done, mentee, mentor, mentorship, rubric, hr, sign_in
):
    elsewhere = OptionFactory(mentorship__mentee=mentee, mentorship__mentor=hr).mentorship
    other = reviewed(elsewhere, rubric, 400, [5, 5], raters=[UserFactory(), mentor])

    mine = text(sign_in(mentor).get(pages(mentee, mentorship)["mentor"]))
    # Who is HR besides reads as a mentor here, and nothing of somebody else’s mentorship.
    theirs = text(sign_in(hr).get(f"/mentorships/{elsewhere.code}/growth/"))

    assert "You read here what was reviewed of the work that you mentored" in mine
    assert done.title in mine and other.title not in mine
    assert other.title in theirs and done.title not in theirs


def test_after_the_end_of_a_mentorship_a_mentor_reads_the_reviews_and_no_load(
    done, mentee, mentor, mentorship, sign_in
):
    mentorship.ended_on = today()
    mentorship.save()

    page = text(sign_in(mentor).get(pages(mentee, mentorship)["mentor"]))

    assert "mean 3.7 of 3 observers" in page and "Overstretch" not in page
    assert "10, Overstretch" in text(sign_in(mentee).get(pages(mentee, mentorship)["mentor"]))


def test_an_amended_review_is_marked(done, mentee, sign_in):
    Review.objects.filter(assignment=done, relation="mentor").update(status=ReviewStatus.AMENDED, version=2)

    page = text(sign_in(mentee).get("/growth/over-time/"))

    assert page.count("Amended") == 1 and page.count("(amended)") == 1


def test_without_a_final_review_the_page_says_what_will_stand_there(mentee, mentor, mentorship, hr, sign_in):
    addresses = pages(mentee, mentorship)

    assert "what they saw stands here, review by review." in text(sign_in(mentee).get(addresses["mentee"]))
    for person, who in ((mentor, "mentor"), (hr, "hr")):
        assert "Nothing of this work has been reviewed to the end yet." in text(sign_in(person).get(addresses[who]))


def test_the_ways_in(done, mentee, mentor, mentorship, hr, sign_in):
    addresses = pages(mentee, mentorship)
    result = f"/assignments/{done.code}/reviews/"

    for person, who in ((mentee, "mentee"), (mentor, "mentor"), (hr, "hr")):
        assert f'href="{addresses[who]}"' in text(sign_in(person).get(result))
    assert f'href="{addresses["hr"]}"' in text(sign_in(hr).get(f"/records/{done.code}/"))
    assert f'href="{addresses["mentor"]}"' in text(sign_in(mentor).get(f"/mentorships/{mentorship.code}/"))
    assert f'href="{addresses["mentee"]}"' in text(sign_in(mentee).get("/growth/"))


def test_the_pages_take_the_same_queries_for_one_and_three(
    mentee, mentor, mentorship, rubric, hr, sign_in, count_queries
):
    addresses = pages(mentee, mentorship)
    browsers = {"mentee": sign_in(mentee), "mentor": sign_in(mentor), "hr": sign_in(hr)}

    def add(days):
        work = reviewed(mentorship, rubric, days, [3, 4, 3])
        profile(work.option)
        measure(work)

    add(300)
    one = [count_queries(browsers[who], address) for who, address in addresses.items()]
    add(200)
    add(100)

    assert [count_queries(browsers[who], address) for who, address in addresses.items()] == one
    assert max(one) <= 12
