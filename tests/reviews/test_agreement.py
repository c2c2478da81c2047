import importlib
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.agreement import (
    Alpha,
    alpha,
    alpha_of_patterns,
    band,
    bootstrap,
    bootstrap_of_patterns,
    icc,
    reading,
)
from tests.reviews.method import COHORT, PINS, WITH_GAPS, printed

# Krippendorff 2011, “Computing Krippendorff's Alpha-Reliability”, example C: four observers by twelve units.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
METRICS = ("nominal", "ordinal", "interval")

levels = st.one_of(st.none(), st.integers(1, 5))
tables = st.lists(st.lists(levels, min_size=4, max_size=4), min_size=1, max_size=8)


@pytest.mark.parametrize("metric", METRICS)
def test_the_worked_cohort_comes_out_as_printed(metric):
    assert alpha(COHORT, metric).value == printed(PINS["A.alpha_own"][metric], 4)


def test_the_worked_cohort_with_gaps_comes_out_as_printed():
    found = alpha(WITH_GAPS)

    assert found.value == printed(0.6612, 4)
    assert (found.units, found.pairable, found.metric) == (8, 22, "ordinal")


@pytest.mark.parametrize(("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_own_example_comes_out_as_published(metric, published):
    found = alpha(list(zip(*OBSERVERS, strict=True)), metric)

    assert found.value == printed(published, 3)
    # The last unit has one value, which pairs with nothing.
    assert (found.units, found.pairable) == (11, 40)


@pytest.mark.parametrize(
    ("raters", "value"), [([[1, 2, 3], [2, 3, 4]], 0.5707), ([[1, 2, 3, 4], [4, 3, 2, 1]], -0.75), ([[1, 2]] * 2, 1)]
)
def test_the_edges_come_out_as_printed(raters, value):
    assert alpha(list(zip(*raters, strict=True))).value == printed(value, 4)


def test_the_parts_are_the_two_disagreements():
    found = alpha(COHORT, "interval")
    observed, expected = found.parts

    assert found.value == 1 - observed / expected
    # Half the squared difference of the pairs of a unit is its variance.
    assert observed == pytest.approx(2 * PINS["A.MS"]["MSW"], abs=0.0001)
    assert found.reason == Reason("counted", {"units": 8, "ratings": 24})


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("units", "reason"),
    [
        ([], Reason("nothing_pairable")),
        ([[], [None, None]], Reason("nothing_pairable")),
        ([[1], [2, None], [None, 3]], Reason("nothing_pairable")),
        ([[3, 3], [3, 3, 3], [4, None]], Reason("no_variation", {"level": 3})),
    ],
)
def test_alpha_is_undefined_where_there_is_nothing_to_compare(units, reason, metric):
    found = alpha(units, metric)

    assert (found.value, found.parts, found.reason) == (None, None, reason)


def test_there_is_no_fourth_metric():
    with pytest.raises(ValueError, match="metric"):
        alpha(COHORT, "ratio")


@given(tables, st.sampled_from(METRICS), st.randoms(use_true_random=False))
def test_neither_the_order_of_raters_nor_that_of_units_matters(units, metric, chance):
    found = alpha(units, metric).value
    mixed = [chance.sample(unit, len(unit)) for unit in units]
    chance.shuffle(mixed)

    again = alpha(mixed, metric).value

    assert again == (None if found is None else pytest.approx(found, abs=1e-12))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(2, 5)), min_size=1, max_size=8), st.sampled_from(METRICS))
def test_alpha_is_one_for_perfect_agreement_and_undefined_for_one_level(rows, metric):
    found = alpha([[level] * raters for level, raters in rows], metric)

    assert found.value == (1 if len({level for level, _ in rows}) > 1 else None)


@given(tables, st.sampled_from(METRICS))
def test_alpha_is_never_above_one_and_is_one_only_without_a_disagreement(units, metric):
    found = alpha(units, metric).value
    same = all(len({level for level in unit if level is not None}) < 2 for unit in units)

    assert found is None or found <= 1
    assert found is None or (found == 1) is same


@given(tables, st.sampled_from(METRICS))
def test_a_unit_that_only_one_has_rated_changes_nothing(units, metric):
    assert alpha([*units, [5, None], [None, None, 2], []], metric) == alpha(units, metric)


def test_alpha_is_what_another_package_makes_of_tables_with_gaps():
    package = importlib.import_module("krippendorff")
    chance = random.Random(7)
    compared = 0
    for _ in range(100):
        size, raters = chance.randint(2, 12), chance.randint(2, 5)
        units = [[chance.choice([1, 2, 3, 4, 5, None]) for _ in range(raters)] for _ in range(size)]
        rows = [[float("nan") if level is None else level for level in row] for row in zip(*units, strict=True)]
        for metric in METRICS:
            found = alpha(units, metric).value
            if found is not None:
                theirs = package.alpha(reliability_data=rows, level_of_measurement=metric, value_domain=[1, 2, 3, 4, 5])
                assert found == pytest.approx(theirs, abs=1e-9)
                compared += 1

    assert compared > 250


def test_the_interval_of_the_worked_cohort_comes_out_as_printed():
    found = bootstrap(COHORT, seed=20240601)

    assert (found.low, found.high) == (printed(0.188, 3), printed(0.796, 3))
    assert (found.value, found.parts, found.reason) == (
        alpha(COHORT).value,
        (2000, 2000),
        Reason("drawn", {"draws": 2000}),
    )
    assert found == bootstrap(COHORT)


def test_an_interval_is_not_made_from_what_is_undefined():
    found = bootstrap([[3, 3], [3, 3]])

    assert (found.value, found.low, found.high, found.reason.code) == (None, None, None, "no_variation")


def test_there_is_no_interval_where_too_many_draws_meet_one_level_only():
    found = bootstrap([[3, 3], [3, 3], [3, 4]], draws=200)
    kept, drawn = found.parts

    assert (found.value, found.low, found.high) == (0, None, None)
    assert (drawn, found.reason) == (200, Reason("too_even", {"draws": 200, "lost": 200 - kept}))
    # Two thirds to the power of three: the share of draws without the third unit.
    assert 0.2 < (200 - kept) / 200 < 0.4


def counted(value, units):
    return Alpha(value, Reason("counted"), (0.0, 1.0), "ordinal", units, 3 * units)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0.8, "reliable"),
        (1.0, "reliable"),
        (0.7999, "tentative"),
        (0.667, "tentative"),
        (0.6669, "not_for_decisions"),
        (-0.5, "not_for_decisions"),
    ],
)
def test_the_words_for_alpha(value, word):
    assert reading(counted(value, 30)).value == word


@pytest.mark.parametrize(
    ("units", "word", "reason"),
    [
        (9, None, "too_few_units"),
        (10, "reliable", "below_aim"),
        (29, "reliable", "below_aim"),
        (30, "reliable", "enough"),
    ],
)
def test_no_word_below_ten_units_and_a_hint_below_thirty(units, word, reason):
    found = reading(counted(0.9, units))

    assert (found.value, found.reason) == (word, Reason(reason, {"units": units, "least": 10, "aim": 30}))
    assert found.parts == (0.9, units)


def test_the_worked_cohort_is_too_small_to_read():
    assert reading(alpha(COHORT)).reason.code == "too_few_units"


def test_what_is_undefined_has_no_word_but_its_reason():
    found = reading(alpha([[3, 3]] * 40))

    assert (found.value, found.reason) == (None, Reason("no_variation", {"level": 3}))


def test_the_figures_of_complete_tables_are_asked_for_in_the_same_place():
    assert band(icc(COHORT)["icc_2_1"]).value == "poor"


def patterns(units):
    return Counter(tuple(sorted(level for level in unit if level is not None)) for unit in units)


@given(tables, st.sampled_from(METRICS))
def test_units_given_by_their_patterns_have_the_same_alpha(units, metric):
    assert alpha_of_patterns(patterns(units), metric) == alpha(units, metric)


def test_drawing_how_many_of_each_pattern_gives_the_interval_of_drawing_units():
    many = COHORT * 20

    one_by_one, at_once = bootstrap(many), bootstrap_of_patterns(patterns(many))

    assert at_once.value == one_by_one.value
    assert (at_once.low, at_once.high) == pytest.approx((one_by_one.low, one_by_one.high), abs=0.01)
    assert bootstrap_of_patterns(patterns([[3, 3]] * 9)).reason.code == "no_variation"
    assert at_once == bootstrap_of_patterns(patterns(many))


@given(st.lists(st.tuples(st.lists(st.integers(1, 5), min_size=3, max_size=3), st.integers(1, 4)), min_size=1))
def test_a_row_that_stands_for_several_is_as_several_rows(rows):
    once, times = [row for row, _times in rows], [count for _row, count in rows]
    written_out = [row for row, count in rows for _each in range(count)]

    for name, found in icc(once, times).items():
        wanted = icc(written_out)[name]
        assert (found.parts, found.value is None) == (wanted.parts, wanted.value is None)
        if wanted.value is not None:
            assert found.value == pytest.approx(wanted.value, abs=1e-9)
