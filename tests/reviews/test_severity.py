import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.severity import Rated, adjust, estimate
from tests.reviews.method import COHORT, PINS, WITH_GAPS, printed

MENTOR, SPONSOR, EXPERT = RATERS = ("mentor", "sponsor", "expert")


def rated(table, raters=RATERS):
    """Each row a unit of a mentee of their own."""
    return [
        Rated(rater, unit, unit, level)
        for unit, row in enumerate(table)
        for rater, level in zip(raters, row, strict=True)
        if level is not None
    ]


def raw(found):
    return [found[rater].raw for rater in RATERS]


def values(found):
    return [found[rater].value for rater in RATERS]


def test_the_worked_cohort_comes_out_as_printed():
    found = estimate(rated(COHORT))

    assert raw(found) == [printed(value, 4) for value in PINS["A.severity_raw"]]
    assert values(found) == [printed(value, 4) for value in PINS["A.severity_shrunk_lambda5"]]
    assert found[MENTOR].reason == Reason("estimated")
    assert (found[MENTOR].ratings, found[MENTOR].mentees, found[MENTOR].parts[3]) == (8, 8, 5)


def test_the_shrinkage_that_is_found_comes_out_as_printed():
    found = estimate(rated(COHORT), shrinkage=None)

    assert found[MENTOR].parts[3] == printed(PINS["A.lambda_EB"], 3)
    assert values(found) == [printed(value, 4) for value in PINS["A.severity_shrunk_EB"]]


def test_the_cohort_with_gaps_comes_out_as_printed():
    found = estimate(rated(WITH_GAPS))
    means = adjust(rated(WITH_GAPS), found)

    assert [found[rater].ratings for rater in RATERS] == PINS["A2.n_per_rater"]
    assert raw(found) == [printed(value, 4) for value in PINS["A2.severity_ls"]]
    assert values(found) == [printed(value, 4) for value in PINS["A2.severity_shrunk5"]]
    assert [means[unit].raw for unit in range(8)] == [printed(value, 4) for value in PINS["A2.raw_mean"]]
    assert [means[unit].value for unit in range(8)] == [printed(value, 4) for value in PINS["A2.adjusted_mean"]]
    assert {each.reason.code for each in means.values()} == {"by_ratings"}


def test_raters_with_people_of_their_own_are_not_told_apart():
    found = estimate(
        [Rated(rater, (rater, unit), unit, level) for rater, level in [("a", 5), ("b", 2)] for unit in range(6)]
    )

    assert {each.reason.code for each in found.values()} == {"nobody_shares"}
    assert {(each.value, each.raw, each.ratings) for each in found.values()} == {(None, None, 0)}


def test_two_circles_that_share_nobody_are_each_compared_among_themselves():
    mild = [Rated(rater, ("mild", unit), unit, 4 + (rater == "b")) for unit in range(5) for rater in "ab"]
    strict = [Rated(rater, ("strict", unit), unit, 1 + (rater == "d")) for unit in range(5) for rater in "cd"]

    found = estimate(mild + strict)

    assert {rater: each.raw for rater, each in found.items()} == pytest.approx(
        {"a": -0.5, "b": 0.5, "c": -0.5, "d": 0.5}
    )


def test_raters_who_never_met_are_compared_through_those_who_met_both():
    # b is a level above a, and c a level above b.
    table = [[2, 3, None]] * 5 + [[None, 3, 4]] * 5

    found = estimate(rated(table))

    assert raw(found) == pytest.approx([-1, 0, 1])


@pytest.mark.parametrize(
    ("units", "mentees", "reason"),
    [
        (4, 4, Reason("too_few_ratings", {"ratings": 4, "least": 5})),
        (5, 2, Reason("too_few_mentees", {"mentees": 2, "least": 3})),
        (5, 3, Reason("estimated")),
    ],
)
def test_a_rater_is_judged_on_five_ratings_of_three_mentees(units, mentees, reason):
    ratings = [Rated(rater, unit, unit % mentees, 3) for unit in range(units) for rater in "ab"]

    found = estimate(ratings)["a"]

    assert found.reason == reason
    assert (found.value is None) is (reason.code != "estimated")


def test_units_that_nobody_else_rated_do_not_count_towards_the_five():
    shared = [Rated(rater, unit, unit, 3) for unit in range(4) for rater in "ab"]
    alone = [Rated("a", 10 + unit, unit, 5) for unit in range(9)]

    assert estimate(shared + alone)["a"].reason.code == "too_few_ratings"


def test_raters_who_do_not_differ_beyond_chance_are_all_drawn_to_nothing():
    table = [[2, 4, 3], [4, 2, 3], [3, 3, 3], [2, 4, 3], [4, 2, 3]]

    found = estimate(rated(table), shrinkage=None)

    assert (values(found), found[MENTOR].parts[3]) == ([0, 0, 0], float("inf"))


def test_ratings_without_any_scatter_are_believed_as_they_are():
    found = estimate(rated([[2, 3, 4]] * 6), shrinkage=None)

    assert values(found) == pytest.approx([-1, 0, 1])


def test_where_no_scatter_is_left_to_judge_by_the_usual_shrinkage_holds():
    found = estimate([Rated("a", 1, 1, 2), Rated("b", 1, 1, 4)], shrinkage=None)

    assert found["a"].parts == (-1, 1, 1, 5)


def test_a_mean_is_not_adjusted_where_a_rater_is_unknown():
    found = adjust([Rated("a", 1, 1, 4), Rated("new", 1, 1, 5)], estimate(rated([[2, 3, 4]] * 6, "abc")))[1]

    assert (found.value, found.raw) == (None, 4.5)
    assert found.reason == Reason("unknown_raters", {"raters": ("new",)})
    assert found.parts == (("a", 4, pytest.approx(-6 / 11)), ("new", 5, None))


def test_vignettes_stand_in_for_a_rater_who_shares_too_little():
    severities = estimate(rated([[2, 3, 4]] * 6, "abc"))
    ratings = [Rated("c", 1, 1, 4), Rated("new", 1, 1, 4), Rated("new", 2, 2, 3)]

    found = adjust(ratings, severities, {"new": 0.25, "c": 9})

    assert found[1].value == pytest.approx(4 - (6 / 11 + 0.25) / 2)
    assert found[2].value == 2.75
    assert [found[1].reason.code, found[2].reason.code] == ["by_both", "by_vignettes"]


@pytest.mark.parametrize(("level", "bias", "value"), [(5, -0.5, 5), (1, 0.5, 1)])
def test_an_adjusted_mean_stays_on_the_scale(level, bias, value):
    assert adjust([Rated("a", 1, 1, level)], {}, {"a": bias})[1].value == value


def test_nothing_rated_is_nothing_found():
    assert (estimate([]), adjust([], {})) == ({}, {})


tables = st.lists(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=3, max_size=3), min_size=5, max_size=9)


@given(tables, st.randoms(use_true_random=False))
def test_severities_add_up_to_nothing_and_do_not_depend_on_the_order(table, chance):
    ratings = rated(table)
    found, again = estimate(ratings), estimate(chance.sample(ratings, len(ratings)))

    known = [each for each in found.values() if each.raw is not None]
    assert sum(each.raw for each in known) == pytest.approx(0, abs=1e-9)
    assert {rater: each.raw for rater, each in found.items()} == {
        rater: None if each.raw is None else pytest.approx(each.raw, abs=1e-9) for rater, each in again.items()
    }
    assert all(abs(each.value) <= abs(each.raw) + 1e-12 for each in known if each.value is not None)


@given(tables, st.integers(-2, 2))
def test_how_good_the_work_is_moves_no_severity(table, shift):
    moved = [
        [level if level is None else level + shift * (unit % 2) for level in row] for unit, row in enumerate(table)
    ]

    for found, again in zip(estimate(rated(table)).values(), estimate(rated(moved)).values(), strict=True):
        assert found.raw is None or again.raw == pytest.approx(found.raw, abs=1e-9)
