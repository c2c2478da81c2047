import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.scoring import agreement, gap_is_worth_a_word, positions, raters_needed, reliability
from tests.reviews.method import PINS, printed

# Mentor 4, sponsor 3, a colleague 4, and 5 by the mentee's own eyes; figures worked out elsewhere.
PIN = {"mean": 3.6667, "median": 4, "range": 1, "r_wg": 0.8333, "self_gap": 1.3333}


def test_the_worked_example_comes_out_as_published():
    found = agreement([4, 3, 4], self_level=5)

    for name, value in PIN.items():
        assert getattr(found, name) == pytest.approx(value, abs=0.00005)
    assert (found.value, found.reason) == ("close", "range_1")


@pytest.mark.parametrize(
    ("ratings", "value"),
    [([3, 3, 3], "aligned"), ([3, 4], "close"), ([2, 4], "discuss"), ([1, 5, 3], "discuss")],
)
def test_the_range_decides_the_word(ratings, value):
    assert agreement(ratings).value == value


@pytest.mark.parametrize(("ratings", "median"), [([], None), ([4], 4.0)])
def test_one_observer_is_not_agreement(ratings, median):
    found = agreement(ratings, self_level=3)

    assert (found.value, found.reason, found.median, found.range, found.r_wg) == (None, "too_few", median, None, None)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=6), st.one_of(st.none(), st.integers(1, 5)))
def test_the_own_rating_moves_nothing_but_the_gap(ratings, own):
    with_own, without = agreement(ratings, own), agreement(ratings)

    assert (with_own.median, with_own.mean, with_own.range, with_own.r_wg, with_own.value) == (
        without.median,
        without.mean,
        without.range,
        without.r_wg,
        without.value,
    )


@pytest.mark.parametrize(("gap", "worth"), [(None, False), (0.9, False), (1.0, True), (-1.3, True)])
def test_a_gap_of_a_level_is_worth_a_word(gap, worth):
    assert gap_is_worth_a_word(gap) is worth


def test_positions_counts_the_ratings_at_each_level():
    assert positions([3, 4, 4]) == {1: 0, 2: 0, 3: 1, 4: 2, 5: 0}


@pytest.mark.parametrize("single", ["0.5", "0.45", "0.37"])
def test_the_number_of_raters_comes_out_as_printed(single):
    pin, one = PINS["SB.raters_needed"][single], float(single)

    assert [raters_needed(one, wanted).parts[2] for wanted in (0.7, 0.8)] == [
        printed(pin["for70"], 2),
        printed(pin["for80"], 2),
    ]
    assert [reliability(raters, one) for raters in (2, 3, 4)] == [printed(pin[f"k{raters}"], 3) for raters in (2, 3, 4)]


@pytest.mark.parametrize(
    ("single", "wanted", "raters"), [(0.5, 0.7, 3), (0.5, 0.8, 4), (0.37, 0.7, 4), (0.37, 0.8, 7), (0.9, 0.5, 1)]
)
def test_raters_are_counted_in_whole_people(single, wanted, raters):
    found = raters_needed(single, wanted)

    assert (found.value, found.reason) == (raters, Reason("counted"))


@pytest.mark.parametrize(
    ("single", "wanted", "raters", "code"),
    [(0, 0.7, None, "never"), (0.5, 1, None, "never"), (1, 1, 1, "always"), (0, 0, 1, "always")],
)
def test_no_number_of_raters_makes_something_of_nothing(single, wanted, raters, code):
    found = raters_needed(single, wanted)

    assert (found.value, found.reason) == (raters, Reason(code))


def test_a_reliability_lies_between_nothing_and_one():
    for ask in (lambda: raters_needed(1.1, 0.7), lambda: raters_needed(0.5, -0.1), lambda: reliability(3, 1.1)):
        with pytest.raises(ValueError, match=r"between|single"):
            ask()
    with pytest.raises(ValueError, match="raters"):
        reliability(0, 0.5)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_so_many_raters_are_enough_and_one_fewer_is_not(single, wanted):
    needed = raters_needed(single, wanted).value

    assert reliability(needed, single) >= wanted - 1e-8
    assert needed == 1 or reliability(needed - 1, single) < wanted
