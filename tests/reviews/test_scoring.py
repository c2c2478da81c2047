import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.scoring import agreement, gap_is_worth_a_word, positions

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
