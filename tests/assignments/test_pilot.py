import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from assignments.pilot import means, newcombe, proportions, run_shift, t975, wilson

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("df", PINS["X.t975"])
def test_students_t_is_the_printed_one(df):
    assert t975(int(df)) == pytest.approx(PINS["X.t975"][df], abs=0.00005)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (1, 1, 0.2065, 1), (18, 40, 0.3071, 0.6017), (9, 30, 0.1666, 0.4788)],
)
def test_shares_carry_the_printed_interval(hits, n, low, high):
    found = wilson(hits, n)

    assert (found.value, found.parts) == (hits / n, (hits, n))
    assert (found.low, found.high) == (pytest.approx(low, abs=0.00005), pytest.approx(high, abs=0.00005))


def test_a_share_of_nobody_is_none_and_more_than_all_is_refused():
    assert wilson(0, 0).reason == Reason("nobody")
    assert wilson(0, 0).value is None
    for wrong in [(3, 2), (-1, 2)]:
        with pytest.raises(ValueError, match="hits"):
            wilson(*wrong)


@given(counts)
def test_a_share_lies_within_its_interval_and_that_within_0_and_1(count):
    found = wilson(*count)

    assert 0 <= found.low <= found.value <= found.high <= 1


def test_two_shares_differ_as_printed():
    found = proportions(12, 40, 22, 38)

    assert found.value == pytest.approx(0.2789, abs=0.00005)
    assert (found.low, found.high) == (pytest.approx(0.0588, abs=0.00005), pytest.approx(0.4648, abs=0.00005))
    assert (found.clear, found.reason) == (True, Reason("clear"))
    assert [side.parts for side in found.parts] == [(12, 40), (22, 38)]


def test_two_means_differ_as_printed():
    found = means(21, 6, 30, 16, 5, 28)

    assert found.value == -5
    assert found.se == pytest.approx(1.4467, abs=0.00005)
    assert found.df == pytest.approx(55.32, abs=0.005)
    assert (found.low, found.high) == (pytest.approx(-7.899, abs=0.0005), pytest.approx(-2.101, abs=0.0005))
    assert (found.clear, found.reason) == (True, Reason("clear"))


def test_an_interval_that_holds_nought_is_not_clear():
    assert proportions(12, 40, 14, 38).reason == Reason("not_clear")
    assert means(21, 6, 30, 20, 5, 28).reason == Reason("not_clear")


@pytest.mark.parametrize("sides", [(9, 10), (10, 9), (0, 40)])
def test_under_ten_a_side_there_is_no_interval(sides):
    few = Reason("few", {"before": sides[0], "after": sides[1], "needs": 10})

    for found in (proportions(0, sides[0], 5, sides[1]), means(21, 6, sides[0], 16, 5, sides[1])):
        assert (found.value, found.low, found.high, found.clear, found.reason) == (None, None, None, False, few)
    assert proportions(3, 10, 5, 10).value == pytest.approx(0.2)


def test_the_mathematics_holds_for_few_cases_too():
    assert newcombe(wilson(4, 8), wilson(2, 7)).value == pytest.approx(2 / 7 - 0.5)
    with pytest.raises(ValueError, match="nobody"):
        newcombe(wilson(0, 0), wilson(2, 7))


def test_means_without_any_spread_cannot_be_compared():
    assert means(21, 0, 30, 16, 0, 28).reason == Reason("no_spread")
    with pytest.raises(ValueError, match="sd"):
        means(21, -1, 30, 16, 5, 28)


def test_a_mean_carries_its_interval_from_two_cases_on():
    many, one, none = (*means(21, 6, 30, 16, 5, 1).parts, means(21, 6, 0, 16, 5, 9).parts[0])

    assert many.low == pytest.approx(21 - 2.0452 * 6 / 30**0.5, abs=0.0005)
    assert (one.value, one.low, one.reason) == (16, None, Reason("mean_of_one"))
    assert (none.value, none.reason) == (None, Reason("nobody"))


def test_six_in_a_row_on_one_side_of_the_median_are_a_shift():
    found = run_shift([21, 22, 20, 21, 23, 22, 16, 15, 17, 16, 14, 15])

    assert (found.value, found.median, found.length, found.side, found.parts) == (True, 18.5, 6, "above", (0, 5))
    assert found.reason == Reason("shifted", {"length": 6, "side": "above"})


def test_values_on_the_median_neither_break_nor_lengthen_a_run():
    found = run_shift([9, 1, 1, 1, 5, 1, 1, 1, 9, 8, 9, 7, 5])

    assert (found.value, found.length, found.side, found.parts) == (True, 6, "below", (1, 7))


def test_a_row_that_comes_and_goes_has_not_shifted():
    assert run_shift([1, 9] * 6).reason == Reason("no_shift", {"length": 1, "side": "below"})
    assert run_shift([1, 9] * 6).value is False


@pytest.mark.parametrize("values", [[], [5], [5] * 20, [1, 2, 3, 4, 5, 6]])
def test_a_short_or_level_row_tells_nothing(values):
    found = run_shift(values)

    assert (found.value, found.reason) == (None, Reason("too_few", {"n": len(values), "needs": 12}))
