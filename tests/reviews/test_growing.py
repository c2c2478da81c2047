"""Growth over time by its exact figures: bands, reliable change, slope, and what is told instead of a figure."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from reviews.growing import growth_of, work_of
from reviews.growth_page import card_of, lead_of
from reviews.growth_words import basis_sentence, load_sentence
from reviews.models import Level, Relation, Review, ReviewStatus, Score
from stretchhub.env import today
from tests.assignments.test_load_then import SHOWN, profile, show
from tests.factories import AssignmentFactory, OptionFactory, ReviewCycleFactory, ReviewFactory, UserFactory
from tests.reviews.method import PINS, printed

pytestmark = pytest.mark.django_db

NUMBER = count()
OBSERVERS = (Relation.MENTOR, Relation.SPONSOR, Relation.COLLEAGUE, Relation.EXPERT, Relation.END_USER)


@pytest.fixture
def rubric():
    return ReviewCycleFactory().rubric


@pytest.fixture
def mentorship(mentee, mentor):
    return OptionFactory(mentorship__mentee=mentee, mentorship__mentor=mentor).mentorship


def reviewed(mentorship, rubric, days_ago, levels, own=3, raters=None, key="influence", assignment=None):
    """A finished assignment whose final reviews gave these levels so many days ago; None is not observed."""
    final_at = datetime.combine(today() - timedelta(days=days_ago), datetime.min.time(), UTC) + timedelta(hours=12)
    assignment = assignment or AssignmentFactory(
        option=OptionFactory(mentorship=mentorship, stage="closed"),
        closed=True,
        starts_on=final_at.date() - timedelta(days=90),
        ends_on=final_at.date() - timedelta(days=10),
    )
    cycle = ReviewCycleFactory(rubric=rubric)
    raters = raters or [assignment.mentor, assignment.sponsor, *(UserFactory() for _ in levels[2:])]
    criterion = rubric.criteria.get(key=key)
    people = [(Relation.SELF, assignment.mentee, own)]
    people += list(zip(OBSERVERS, raters, levels, strict=False))
    for relation, rater, level in people:
        review = ReviewFactory(
            cycle=cycle, assignment=assignment, rater=rater, relation=relation, final=True,
        )  # fmt: skip
        Review.objects.filter(pk=review.pk).update(final_at=final_at, submitted_at=final_at)
        Score.objects.create(review=review, criterion=criterion, level=level, not_observed=level is None)
    return assignment


def read(mentee, mentor=None, *, with_load=False):
    return growth_of(mentee, work_of(mentee, mentor), today(), with_load=with_load)


def only(growth):
    (line,) = growth.lines
    return line


def said(mentee):
    growth = read(mentee)
    return card_of(only(growth), growth).sentences


def test_a_review_has_the_observers_mean_with_the_fallback_band_and_self_beside_it(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 10, [4, 3, 4], own=5)

    (point,) = only(read(mentee)).points

    assert point.mean == printed(3.6667, 4)
    # 1.96 × .75 / √3 = .8487
    assert (point.band.low, point.band.high) == (printed(2.818, 3), printed(4.5154, 4))
    assert point.band.reason.code == "fallback"
    assert (point.own, point.levels) == (5, (4, 3, 4))


def test_the_means_are_those_of_the_worked_cohort(mentee, mentorship, rubric):
    for days, levels in enumerate(reversed(PINS["inputs"]["cohort_units_x_raters_mentor_sponsor_sme"])):
        reviewed(mentorship, rubric, 10 + days, levels)

    means = [point.mean for point in only(read(mentee)).points]

    assert means == [printed(mean, 4) for mean in PINS["A.unit_raw_means"]]


def test_the_worked_change_with_the_fallback_error(mentee, mentorship, rubric):
    """Before 2.3333, after 3.6667, three observers each: .75/√3 × √2 = .6124; 1.3333/.6124 = 2.1773."""
    reviewed(mentorship, rubric, 200, [2, 3, 2])
    reviewed(mentorship, rubric, 20, [4, 3, 4])

    change = only(read(mentee)).change

    assert change.parts == (printed(PINS["G.rci"]["pre"], 4), printed(PINS["G.rci"]["post"], 4))
    assert (change.error, change.rci, change.detectable) == (printed(0.6124, 4), printed(2.1773, 4), printed(1.2002, 4))
    assert change.reason.code == "grown"
    assert "Up by 1.3 since" in said(mentee)[1]
    assert (
        "more than the 1.2 by which raters may differ anyway (reliable change 2.18, where 1.96 is needed)."
        in (said(mentee)[1])
    )
    assert lead_of(read(mentee)) == "Up by more than raters differ anyway: Influence."


def test_a_smaller_difference_is_told_as_noise_and_never_as_a_change(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 200, [3, 3, 3])
    reviewed(mentorship, rubric, 20, [4, 4, 3])

    change = only(read(mentee)).change

    assert (change.reason.code, change.rci) == ("within_noise", printed(1.0887, 4))
    assert "differences under about 1.2 may be noise, so no change can be told" in said(mentee)[1]
    assert lead_of(read(mentee)) == "2 final reviews so far; no change is more than raters differ by anyway."


def test_a_fall_and_an_equal_level_are_said_plainly(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 200, [5, 5, 5])
    reviewed(mentorship, rubric, 100, [3, 3, 3])
    assert said(mentee)[1].startswith("Down by 2.0 since")
    assert lead_of(read(mentee)) == "Down by more than raters differ anyway: Influence."

    reviewed(mentorship, rubric, 20, [5, 5, 5])
    assert said(mentee)[1].startswith("The same as on")


def test_four_reviews_give_a_slope_with_its_interval(mentee, mentorship, rubric):
    """Days 0, 183, 365, 548 with 7/3, 8/3, 10/3, 11/3: by hand .0777 a month, .932 a year."""
    for days, levels in [(560, [2, 3, 2]), (377, [3, 3, 2]), (195, [3, 3, 4]), (12, [4, 3, 4])]:
        reviewed(mentorship, rubric, days, levels)

    slope = only(read(mentee)).slope

    months = [days / (365.25 / 12) for days in (0, 183, 365, 548)]
    centre = sum(months) / 4
    width = sum((month - centre) ** 2 for month in months)
    by_hand = sum((m - centre) * y for m, y in zip(months, (7 / 3, 8 / 3, 10 / 3, 11 / 3), strict=True)) / width
    assert slope.value == pytest.approx(by_hand)
    # Close to the printed example, whose levels are rounded and whose months are exact.
    assert slope.per_year == pytest.approx(PINS["G.slope"]["per_year"], abs=0.01)
    assert slope.interval_per_year == pytest.approx(tuple(PINS["G.slope"]["ci_year"]), abs=0.03)
    assert said(mentee)[2] == "Over 4 reviews it rises by 0.9 a year; the interval runs from 0.5 to 1.3."


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (([3, 3, 3], [3, 3, 3], [4, 4, 4]), "A slope is shown from 4 reviews on; there are 3 so far."),
        (([2, 2], [3, 3], [2, 2], [3, 3]), "Over 4 reviews no direction can be told: the interval runs from −"),
        (([5, 5], [5, 4], [3, 3], [2, 2]), "Over 4 reviews it falls by"),
        (([3, 3], [3, 3], [3, 3], [3, 3]), "Its reviews lie on one straight line, which leaves nothing to say how"),
    ],
)
def test_a_slope_or_the_reason_why_there_is_none(mentee, mentorship, rubric, levels, words):
    for number, given in enumerate(levels):
        reviewed(mentorship, rubric, 700 - 180 * number, given)

    assert said(mentee)[2].startswith(words)


def test_reviews_of_one_day_have_no_slope(mentee, mentorship, rubric):
    for _ in range(4):
        reviewed(mentorship, rubric, 30, [3, 4])

    assert said(mentee)[2] == "All its reviews are of one day, so there is no slope."


def test_one_review_has_words_and_no_figure_of_a_change(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 30, [3, 4])

    line = only(read(mentee))

    assert (line.change, line.slope.value) == (None, None)
    assert said(mentee)[1:] == (
        "A change can be told once two reviews have levels of two observers or more; this is the first.",
        "A slope is shown from 4 reviews on; there is 1 so far.",
    )
    assert lead_of(read(mentee)).startswith("One final review so far")


def test_what_one_observer_alone_said_is_nowhere(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 30, [5, None, None], own=2)

    growth = read(mentee)
    (point,) = only(growth).points
    (row,) = card_of(only(growth), growth).rows

    assert (point.mean, point.levels, point.raters, point.own) == (None, (), frozenset(), 2)
    assert said(mentee) == ("One observer alone gave a level; a level is shown once two have given one.",)
    assert row.observers[0].endswith(": not shown") and row.observers[1].endswith(": not observed")
    assert (row.arithmetic, row.band) == ("", "")


def test_where_nobody_saw_it_that_is_said(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 30, [None, None], own=2)

    assert said(mentee) == ("No observer gave a level.",)
    growth = read(mentee)
    assert card_of(only(growth), growth).words[0].endswith(": no level of two observers, self 2.")


def test_whether_the_same_people_rated_is_said_plainly(mentee, mentor, mentorship, rubric):
    sponsor, colleague, other = UserFactory(), UserFactory(), UserFactory()
    reviewed(mentorship, rubric, 400, [2, 3], raters=[mentor, sponsor])
    reviewed(mentorship, rubric, 300, [3, 3], raters=[mentor, sponsor])
    assert said(mentee)[3] == "The same 2 observers rated then and now."

    reviewed(mentorship, rubric, 200, [3, 4], raters=[mentor, colleague])
    assert said(mentee)[3].startswith("1 of the 2 observers rated on")

    reviewed(mentorship, rubric, 100, [3, 4], raters=[other, colleague])
    assert said(mentee)[3].startswith("None of the 2 observers rated on")


def test_an_outsider_is_the_same_by_their_address(mentee, mentor, mentorship, rubric):
    for days in (300, 100):
        reviewed(mentorship, rubric, days, [3, 4])
    outside = Review.objects.filter(relation=Relation.SPONSOR)
    for review, email in zip(outside, ("Ola@customer.example", "ola@customer.example"), strict=True):
        Review.objects.filter(pk=review.pk).update(
            relation=Relation.END_USER, rater=None, rater_name="Ola", rater_email=email, link=review.code
        )

    assert said(mentee)[3] == "The same 2 observers rated then and now."


def test_criteria_are_compared_only_where_their_anchors_read_the_same(mentee, mentorship):
    first, same, other = (ReviewCycleFactory().rubric for _ in range(3))
    Level.objects.filter(criterion=other.criteria.get(key="influence"), value=3).update(anchor="Something else.")
    reviewed(mentorship, first, 400, [2, 2])
    reviewed(mentorship, same, 300, [3, 3])
    reviewed(mentorship, other, 100, [4, 4])

    growth = read(mentee)

    assert [(line.key, len(line.points), line.earlier) for line in growth.lines] == [
        ("influence", 1, False),
        ("influence", 2, True),
    ]
    assert growth.lines[0].change is None and growth.lines[1].change is not None
    earlier = card_of(growth.lines[1], growth).sentences[-1]
    assert earlier.startswith(f"By the anchors of {first}, {same}, which were rewritten since")


def test_two_versions_with_the_same_anchors_are_compared_and_it_is_said(mentee, mentorship):
    first, same = (ReviewCycleFactory().rubric for _ in range(2))
    reviewed(mentorship, first, 400, [2, 2])
    reviewed(mentorship, same, 300, [3, 3])

    assert said(mentee)[-1] == f"Its anchors read the same in {first}, {same}, so the reviews are compared."


def test_an_amended_review_counts_as_amended_and_a_calibrated_level_as_it_counts(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 30, [3, 3])
    score = Score.objects.get(review__relation=Relation.MENTOR)
    Score.objects.filter(pk=score.pk).update(level=5)
    Review.objects.filter(pk=score.review_id).update(status=ReviewStatus.AMENDED, version=2)

    (point,) = only(read(mentee)).points

    assert (point.mean, point.panel.amended) == (4, True)


def test_drafts_and_reviews_in_calibration_count_for_nothing(mentee, mentorship, rubric):
    reviewed(mentorship, rubric, 30, [3, 3])
    Review.objects.update(status=ReviewStatus.CALIBRATING, final_at=None)

    assert (read(mentee).lines, read(mentee).panels) == ((), ())


def test_lines_stand_in_the_order_of_the_rubric_and_reviews_by_their_day(mentee, mentorship, rubric):
    later = reviewed(mentorship, rubric, 30, [3, 3], key="impact")
    earlier = reviewed(mentorship, rubric, 200, [3, 3], key="learning")

    growth = read(mentee)

    assert [line.name for line in growth.lines] == ["Learning", "Impact"]
    assert [panel.assignment for panel in growth.panels] == [earlier, later]
    assert growth.panels[1].day == today() - timedelta(days=30)


def test_the_load_of_the_work_runs_beside_it_from_its_start_to_its_end(mentee, mentorship, rubric):
    done = reviewed(mentorship, rubric, 30, [3, 3])
    running = AssignmentFactory(
        option=OptionFactory(mentorship=mentorship, stage="active"), starts_on=today() - timedelta(days=20)
    )
    planned = AssignmentFactory(option=OptionFactory(mentorship=mentorship), chartering=True)
    profile(done.option)
    show(mentee, done.starts_on, SHOWN)

    works = read(mentee, with_load=True).works

    assert [(work.assignment, work.start, work.end) for work in works] == [
        (done, done.starts_on, done.ends_on),
        (running, today() - timedelta(days=20), today()),
    ]
    assert planned not in [work.assignment for work in works]
    assert (works[0].stretch.load, works[1].stretch.load) == (10, None)
    growth = read(mentee, with_load=True)
    card = card_of(only(growth), growth)
    assert [(load.words, load.low) for load in card.loads] == [("10", 10), ("?", None)]
    assert card.rows[0].load == "10, Overstretch"


@pytest.mark.parametrize(
    ("support", "demands", "words"),
    [
        ((3, 3, 3, 3, 3), ([3] * 10, [4] * 10), "went from 10 to 20: as good on harder work is growth."),
        ((3, 3, 3, 3, 3), ([4] * 10, [3] * 10), "went from 20 to 10: a rise is on lighter work."),
        ((3, 3, 3, 3, 3), ([3] * 10, [3] * 10), "was 10 at first and is 10 now."),
    ],
)
def test_what_the_loads_say_beside_the_levels(mentee, mentorship, rubric, support, demands, words):
    show(mentee, date(2020, 1, 1) + (today() - date(2020, 1, 1)) - timedelta(days=600), [2] * 10)
    for days, demand in zip((300, 30), demands, strict=True):
        profile(reviewed(mentorship, rubric, days, [3, 3]).option, demand, support)

    assert load_sentence(read(mentee, with_load=True)).endswith(words)
    assert load_sentence(read(mentee)) == ""


def test_the_bands_say_what_they_rest_on():
    assert basis_sentence() == (
        "Bands: 1.96 × 0.75 ÷ √ of the number of observers; with 3 that is ±0.85. The 0.75 is a chosen value for how "
        "far one rating spreads, because the programme does not have 10 cases that the same people rated."
    )


def test_a_mentor_reads_of_the_work_that_they_mentored(mentee, mentor, mentorship, rubric):
    mine = reviewed(mentorship, rubric, 30, [3, 3])
    elsewhere = OptionFactory(mentorship__mentee=mentee).mentorship
    reviewed(elsewhere, rubric, 200, [5, 5], raters=[UserFactory(), mentor])

    assert [panel.assignment for panel in read(mentee, mentor).panels] == [mine]
    assert len(read(mentee).panels) == 2


def test_the_reading_takes_the_same_queries_whatever_there_is(mentee, mentorship, rubric, django_assert_num_queries):
    for number in (1, 3):
        for each in range(number):
            reviewed(mentorship, rubric, 30 + 100 * each + number, [3, 3, 4])
        work = work_of(mentee)
        with django_assert_num_queries(5):
            growth_of(mentee, work, today(), with_load=True)
