import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.vignettes import practice, weighted_kappa
from tests.reviews.method import PINS, printed

GOLD, GIVEN = PINS["inputs"]["vignette_gold"], PINS["inputs"]["vignette_rater"]

pairs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=9)


def test_the_worked_practice_comes_out_as_printed():
    pin, found = PINS["V.vignette"], practice(GOLD, GIVEN)

    assert (found.bias, found.mae, found.exact) == tuple(printed(pin[name], 4) for name in ("bias", "mae", "exact"))
    assert (found.within_one, found.kappa) == (pin["within1"], printed(pin["qwk_own"], 4))
    assert found.shrunk_bias == printed(pin["shrunk_lambda6"], 4)
    assert (found.value, found.reason) == ("practice", Reason("practice", {"missed": ("bias",)}))
    assert found.parts == tuple(zip(GOLD, GIVEN, strict=True))


def test_who_rates_as_the_experts_do_has_passed():
    found = practice(GOLD, GOLD)

    assert (found.value, found.reason, found.kappa, found.exact) == ("passed", Reason("passed"), 1, 1)


@pytest.mark.parametrize(
    ("given_levels", "missed"),
    [
        # One in six two levels off, in the middle of the scale.
        ([2, 3, 4, 5, 5, 1], ("within_one",)),
        ([1, 2, 3, 2, 4, 1], ("bias",)),
        ([3, 3, 3, 3, 3, 3], ("within_one", "kappa")),
        ([5, 4, 1, 2, 1, 5], ("within_one", "kappa")),
    ],
)
def test_what_was_missed_is_named(given_levels, missed):
    assert practice(GOLD, given_levels).reason == Reason("practice", {"missed": missed})


def test_the_limits_themselves_still_pass():
    gold = [1, 2, 3, 4, 5] * 2
    half_up = [2, 3, 4, 5, 5, 2, 2, 3, 4, 5]
    found = practice(gold, half_up)

    assert (found.bias, found.value) == (0.5, "passed")
    one_far = practice(gold, [3, *gold[1:]])
    assert (one_far.within_one, one_far.value) == (0.9, "passed")


def test_cases_that_were_not_rated_are_left_out():
    found = practice([*GOLD, 3], [*GIVEN, None])

    assert found == practice(GOLD, GIVEN)


def test_too_few_cases_have_figures_but_no_word():
    found = practice([2, 3, 4], [2, None, 4])

    assert (found.value, found.bias, found.kappa) == (None, 0, 1)
    assert found.reason == Reason("too_few", {"cases": 2, "least": 6})
    assert practice([2, 3, 4], [2, 3, 4], least=3).value == "passed"


def test_nothing_rated_has_no_figures():
    found = practice([2, 3], [None, None])

    assert (found.value, found.bias, found.kappa, found.reason.code) == (None, None, None, "too_few")


def test_one_level_on_both_sides_has_no_kappa_and_does_not_pass():
    found = practice([3] * 6, [3] * 6)

    assert (found.kappa, found.value, found.reason.params["missed"]) == (None, "practice", ("kappa",))


def test_every_case_has_its_answer():
    with pytest.raises(ValueError, match="zip"):
        practice([1, 2], [1])


@given(pairs)
def test_kappa_is_what_its_definition_makes_of_the_table_of_levels(cases):
    table = np.zeros((5, 5))
    for expert, own in cases:
        table[expert - 1, own - 1] += 1 / len(cases)
    weights = np.subtract.outer(range(5), range(5)) ** 2 / 16
    by_chance = (weights * np.outer(table.sum(axis=1), table.sum(axis=0))).sum()

    found = weighted_kappa(cases)

    assert found == (pytest.approx(1 - (weights * table).sum() / by_chance, abs=1e-9) if by_chance else None)


@given(pairs)
def test_kappa_is_the_same_seen_from_either_side_and_never_above_one(cases):
    found = weighted_kappa(cases)

    assert weighted_kappa([(own, expert) for expert, own in cases]) == found
    assert found is None or found <= 1
