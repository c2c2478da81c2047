import importlib
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.panels import ICCS, Icc, band, components, icc, mean_band, sem, squares
from tests.reviews.method import COHORT, PINS, SHROUT_FLEISS, printed

# As another package names them.
NAMES = dict(zip(ICCS, ["ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)"], strict=True))
OWN = dict(zip(ICCS, ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"], strict=True))

tables = st.integers(2, 5).flatmap(
    lambda raters: st.lists(st.lists(st.integers(1, 5), min_size=raters, max_size=raters), min_size=2, max_size=7)
)


def test_the_mean_squares_of_the_worked_cohort_come_out_as_printed():
    found = squares(COHORT)

    assert {
        "MSR": found.rows,
        "MSC": found.columns,
        "MSE": found.error,
        "MSW": found.within,
    } == {name: printed(value, 4) for name, value in PINS["A.MS"].items()}
    assert (found.units, found.raters, found.left_out) == (8, 3, 0)


@pytest.mark.parametrize("name", ICCS)
def test_the_worked_cohort_comes_out_as_printed_with_its_intervals(name):
    found = icc(COHORT)[name]
    value, low, high = PINS["A.icc_pingouin"][NAMES[name]]

    assert found.value == printed(PINS["A.icc_own"][OWN[name]], 4) == printed(value, 4)
    assert (found.low, found.high) == (printed(low, 2), printed(high, 2))
    assert (found.reason, found.parts) == (Reason("counted", {"units": 8, "raters": 3}), (8, 3, 0))


@pytest.mark.parametrize(("name", "published"), list(zip(ICCS, [0.17, 0.29, 0.71, 0.44, 0.62, 0.91], strict=True)))
def test_the_example_of_shrout_and_fleiss_comes_out_as_published(name, published):
    assert icc(SHROUT_FLEISS)[name].value == printed(published, 2)


def test_the_mean_squares_of_shrout_and_fleiss_come_out_as_published():
    found = squares(SHROUT_FLEISS)

    assert (found.rows, found.within, found.columns, found.error) == (
        printed(11.24, 2),
        printed(6.26, 2),
        printed(32.49, 2),
        printed(1.02, 2),
    )


@pytest.mark.filterwarnings("ignore")
def test_the_six_figures_are_what_another_package_makes_of_tables_with_gaps():
    package, pandas = importlib.import_module("pingouin"), importlib.import_module("pandas")
    package.options["round.column.CI95"] = None
    chance = random.Random(11)
    compared = 0
    for _ in range(15):
        size, raters = chance.randint(6, 14), chance.randint(2, 5)
        skill = [chance.gauss(3, 1.2) for _ in range(size)]
        table = [
            [None if chance.random() < 0.06 else round(level + chance.gauss(0, 0.8)) for _ in range(raters)]
            for level in skill
        ]
        long = [(at, rater, level) for at, row in enumerate(table) for rater, level in enumerate(row)]
        frame = pandas.DataFrame(long, columns=["unit", "rater", "level"]).astype({"level": float})
        theirs = package.intraclass_corr(frame, "unit", "rater", "level", nan_policy="omit").set_index("Type")
        for name, found in icc(table).items():
            row = theirs.loc[NAMES[name]]
            assert found.value == pytest.approx(row["ICC"], abs=1e-4)
            assert (found.low, found.high) == pytest.approx(tuple(row["CI95"]), abs=1e-4)
            assert found.parts[2] == sum(None in row for row in table)
            compared += 1

    assert compared == 90


@pytest.mark.parametrize(
    ("table", "parts"),
    [([], (0, 0, 0)), ([[1, 2]], (1, 2, 0)), ([[1], [2]], (2, 1, 0)), ([[1, 2], [3, None]], (1, 2, 1))],
)
def test_two_units_by_two_raters_are_the_least(table, parts):
    found = icc(table)

    assert tuple(found) == ICCS
    assert {(each.value, each.reason.code, each.parts) for each in found.values()} == {(None, "too_few", parts)}
    assert components(table).value is None


def test_rows_of_different_length_are_no_table():
    with pytest.raises(ValueError, match="equally long"):
        icc([[1, 2], [3]])


def test_one_level_throughout_is_neither_agreement_nor_its_lack():
    assert {(each.value, each.reason.code) for each in icc([[3, 3], [3, 3]]).values()} == {(None, "no_variation")}


def test_perfect_agreement_is_one_without_an_interval():
    found = icc([[1, 1, 1], [3, 3, 3], [4, 4, 4]])

    assert {each.value for each in found.values()} == {1}
    assert {(each.low, each.high, each.reason.code) for each in found.values()} == {(None, None, "no_interval")}


def test_raters_who_differ_by_a_constant_are_consistent_but_do_not_agree():
    found = icc([[1, 2], [2, 3], [4, 5]])

    assert (found["icc_3_1"].value, found["icc_3_1"].low) == (pytest.approx(1), None)
    assert found["icc_2_1"].value == pytest.approx(0.8235, abs=0.0001)
    assert found["icc_2_1"].low < found["icc_2_1"].value < found["icc_2_1"].high


@pytest.mark.parametrize(
    ("table", "undefined"),
    [
        # The units do not differ at all: nothing is reliable about the mean of their ratings.
        ([[1, 2], [2, 1]], {"icc_2_1", "icc_1_k", "icc_2_k", "icc_3_k"}),
        # They differ in nothing but who rated.
        ([[1, 2], [1, 2]], {"icc_3_1", "icc_1_k", "icc_3_k"}),
    ],
)
def test_what_cannot_be_estimated_is_said_to_be_so(table, undefined):
    found = icc(table)

    assert {name for name in ICCS if found[name].value is None} == undefined
    assert {found[name].reason.code for name in undefined} == {"not_estimable"}


@given(tables)
def test_every_figure_lies_within_its_interval_and_below_one(table):
    for found in icc(table).values():
        if found.low is not None:
            assert found.low <= found.value + 1e-9
            assert found.value <= found.high + 1e-9
            assert found.high <= 1 + 1e-9


@given(tables, st.randoms(use_true_random=False))
def test_neither_the_order_of_raters_nor_that_of_units_matters_to_a_table(table, chance):
    order = chance.sample(range(len(table[0])), len(table[0]))
    mixed = [[row[at] for at in order] for row in chance.sample(table, len(table))]

    for found, again in zip(icc(table).values(), icc(mixed).values(), strict=True):
        assert (found.value is None) is (again.value is None)
        assert found.value is None or again.value == pytest.approx(found.value, abs=1e-9)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.24, 0.93, ("poor", "excellent")),
        (0.5, 0.7499, ("moderate", "moderate")),
        (0.75, 0.8999, ("good", "good")),
        (0.9, 0.99, ("excellent", "excellent")),
        (0.4999, 0.75, ("poor", "good")),
    ],
)
def test_the_word_is_judged_on_the_interval_and_never_on_the_middle(low, high, words):
    found = band(Icc(0.7, Reason("counted"), low, high))

    code = "one_band" if words[0] == words[1] else "between_bands"
    assert (found.value, found.parts) == (words[0], words)
    assert found.reason == Reason(code, {"low": words[0], "high": words[1]})


def test_without_an_interval_there_is_no_word():
    assert (band(icc([[1, 1], [3, 3]])["icc_1_1"]).value, band(Icc(None, Reason("too_few"))).reason.code) == (
        None,
        "too_few",
    )


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(("table", "value"), [([[1, 2], [1, 2], [2, 1]], -2), ([[1, 3], [2, 2]], -1)])
def test_where_f_has_no_end_there_is_no_interval_and_nothing_that_is_not_a_number(table, value):
    found = icc(table)["icc_2_1"]

    assert found.value == pytest.approx(value)
    assert (found.reason, found.low, found.high) == (Reason("no_interval"), None, None)


def test_the_components_and_errors_of_the_worked_cohort_come_out_as_printed():
    pin, found = PINS["A.varcomp"], components(COHORT)

    assert (found.unit, found.rater, found.residual) == tuple(
        printed(pin[name], 4) for name in ("unit", "rater", "resid")
    )
    for raters in (1, 2, 3):
        assert sem(raters, found, least_units=8).value == printed(pin[f"SEM{raters}"], 4)
    assert found.reason == Reason("counted", {"units": 8, "raters": 3})


def test_the_bands_of_the_worked_cohort_come_out_as_printed():
    pin, found = PINS["A.varcomp"], components(COHORT)
    wide = mean_band(13 / 3, sem(3, found, least_units=8))

    assert (wide.low, wide.high) == tuple(printed(end, 4) for end in PINS["A.unit4_bands95"])
    assert wide.parts == (13 / 3, printed(pin["band95_k3"], 4))
    assert mean_band(3, sem(2, found, least_units=8)).parts[1] == printed(pin["band95_k2"], 4)
    assert wide.reason == Reason("programme", {"units": 8})


def test_too_few_units_of_the_own_programme_give_the_usual_spread_and_say_so():
    told = {"least": 10, "sd": 0.75}

    for of, units in ((None, 0), (components(COHORT), 8), (components([]), 0)):
        found = sem(3, of)
        assert found.value == pytest.approx(0.75 / math.sqrt(3))
        assert (found.reason, found.parts) == (Reason("fallback", {"units": units, **told}), (0.75, 3))
    assert mean_band(3, sem(3)).parts[1] == printed(0.85, 2)


def test_ten_units_are_enough_for_the_programmes_own_spread():
    found = components([*COHORT, *COHORT[:2]])

    assert sem(1, found).parts == (found.value, 1)
    assert sem(1, found).reason == Reason("programme", {"units": 10})


def test_the_same_raters_leave_out_how_strict_they_are():
    found = sem(3, components(COHORT), same_raters=True, least_units=8)

    assert found.value == printed(PINS["G.rci_same_raters"]["SEM_rel"], 4)
    assert found.reason.code == "same_raters"
    # What is not known of the own raters cannot be taken off either.
    assert sem(3, None, same_raters=True).value == sem(3).value


def test_a_component_below_nothing_counts_as_nothing_and_says_so():
    found = components([[1, 3], [3, 1], [2, 2]])

    assert (found.unit, found.rater, found.reason.code) == (0, 0, "none_negative")
    assert found.value == math.sqrt(found.residual)


def test_a_band_ends_where_the_scale_does():
    error = sem(1)

    assert (mean_band(4.5, error).high, mean_band(1.2, error).low) == (5, 1)


@pytest.mark.parametrize(("mean", "raters"), [(None, 3), (3.0, 0)])
def test_nobody_who_rated_has_no_band(mean, raters):
    found = mean_band(mean, sem(raters))

    assert (found.value, found.low, found.high, found.reason) == (None, None, None, Reason("nobody"))


def test_two_halves_that_rate_the_other_way_round_have_figures_and_no_interval_for_drawn_raters():
    found = icc([[1, 2], [1, 2], [2, 1], [2, 1]])

    assert (found["icc_2_1"].value, found["icc_2_1"].reason.code) == (-2.0, "no_interval")
    assert (found["icc_2_1"].low, found["icc_2_1"].high) == (None, None)
