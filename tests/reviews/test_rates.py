import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.rates import effect, false_alarms, fisher, holm, ratio, swap
from tests.reviews.method import PINS, printed

MAIN, SMALL = PINS["E.main 18/40 vs 9/30"], PINS["E.small 4/8 vs 2/7"]
CASES = [((18, 40), (9, 30), MAIN), ((4, 8), (2, 7), SMALL)]

groups = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("best", "other", "pin"), CASES)
def test_the_worked_pairs_come_out_as_printed(best, other, pin):
    found, moved = ratio(best, other), swap(best, other)

    assert (found.value, found.low, found.high) == (
        printed(pin["ratio"], 4),
        *(printed(end, 4) for end in pin["rr_ci"]),
    )
    assert fisher(best, other) == printed(pin["fisher_p"], 7)
    assert effect(best, other) == printed(pin["cohen_h"], 4)
    assert (moved.value, moved.reverses, moved.clears) == (
        printed(pin["swap"]["ratio"], 4),
        pin["swap"]["reverses"],
        pin["swap"]["clears"],
    )
    assert moved.parts == (printed(pin["swap"]["rA"], 4), printed(pin["swap"]["rB"], 4))


def test_the_large_pair_comes_out_as_printed():
    found = ratio((180, 400), (90, 300))

    assert (found.value, found.low, found.high) == (printed(0.6667, 4), printed(0.5436, 4), printed(0.8175, 4))
    assert fisher((180, 400), (90, 300)) == printed(6.12e-5, 7)
    assert swap((180, 400), (90, 300)).value == printed(0.6778, 4)


def test_a_ratio_needs_somebody_who_was_chosen():
    assert (ratio((0, 10), (0, 12)).value, ratio((0, 10), (0, 12)).reason) == (None, Reason("nobody_chosen"))
    found = ratio((3, 10), (0, 12))
    assert (found.value, found.low, found.high, found.reason) == (0, None, None, Reason("no_interval"))


def test_exactly_four_fifths_is_not_a_hair_below():
    # 0.3 / 0.375 is 0.7999… in floating numbers.
    assert ratio((15, 40), (9, 30)).value == 0.8


@pytest.mark.parametrize(
    ("best", "other", "code"),
    [
        ((18, 40), (9, 30), "stands"),
        ((5, 10), (4, 10), "reverses"),
        # Rates that would be equal after the move are not turned round.
        ((5, 10), (3, 10), "clears"),
        ((1, 10), (0, 10), "reverses"),
        ((0, 10), (0, 10), "none_to_move"),
        ((10, 10), (10, 10), "none_to_move"),
    ],
)
def test_what_one_choice_more_or_less_would_change(best, other, code):
    assert swap(best, other).reason == Reason(code)


def test_several_comparisons_come_out_as_printed():
    assert holm([0.01, 0.04, 0.03]) == (0.03, 0.06, 0.06)
    assert holm([0.5, 0.9]) == (1, 1)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_many_comparisons_lower_no_p_and_keep_their_order(values):
    raised = holm(values)

    assert all(value <= higher <= 1 for value, higher in zip(values, raised, strict=True))
    ordered = [higher for _, higher in sorted(zip(values, raised, strict=True))]
    assert ordered == sorted(ordered)


def test_the_exact_test_is_what_another_package_makes_of_it():
    package = importlib.import_module("scipy.stats")

    for n, size in ((1, 1), (7, 9), (12, 12), (40, 30)):
        for hits in range(0, n + 1, 3):
            for few in range(0, size + 1, 4):
                theirs = package.fisher_exact([[hits, n - hits], [few, size - few]]).pvalue
                assert fisher((hits, n), (few, size)) == pytest.approx(theirs, rel=1e-9)


@given(groups, groups)
def test_the_exact_test_does_not_ask_who_is_first(one, other):
    assert fisher(one, other) == fisher(other, one) == pytest.approx(min(fisher(one, other), 1))


@pytest.mark.parametrize("sizes", ["10/10", "20/20"])
def test_how_often_four_fifths_fire_by_chance_comes_out_as_printed(sizes):
    pin = PINS["E.false_flag_rate_equal_true_rate_0.35"][sizes]

    assert false_alarms(*(int(n) for n in sizes.split("/")), 0.35) == printed(pin, 3)


@pytest.mark.parametrize(("sizes", "exact"), [("40/30", 0.474), ("400/300", 0.033)])
def test_what_is_printed_counts_some_of_exactly_four_fifths_as_below(sizes, exact):
    """The printed figures divide floating numbers, by which 0.3 is a hair less than four fifths of 0.375."""
    pin = PINS["E.false_flag_rate_equal_true_rate_0.35"][sizes]
    n, size = (int(each) for each in sizes.split("/"))
    binomial = importlib.import_module("scipy.stats").binom
    ours, theirs = binomial.pmf(range(n + 1), n, 0.35), binomial.pmf(range(size + 1), size, 0.35)
    rounded = sum(
        ours[hits] * theirs[few]
        for hits in range(n + 1)
        for few in range(size + 1)
        if (top := max(hits / n, few / size)) and min(hits / n, few / size) / top < 0.8
    )

    assert rounded == printed(pin, 3)
    assert false_alarms(n, size, 0.35) == printed(exact, 3)


def test_a_rate_at_the_ends_fires_nothing_and_is_refused():
    with pytest.raises(ValueError, match="rate"):
        false_alarms(10, 10, 0)
