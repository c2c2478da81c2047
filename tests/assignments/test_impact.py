import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.impact import Costs, Worth, percentiles, pert, progress, return_on, total, two_figures
from assignments.method import Reason

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
HOURS_SAVED = pert(40, 130, 70)
WORTH = Worth(value_per_unit=55, times_a_year=12, share=0.6, confidence=0.7)
COSTS = Costs(mentee_hours=160, mentee_rate=55, support_hours=20, support_rate=80, cash=1500)

amounts = st.floats(-1000, 1000, allow_nan=False).map(lambda number: round(number, 2))
ranges = st.lists(amounts, min_size=3, max_size=3, unique=True).map(sorted)


def near(pin, half):
    return pytest.approx(pin, abs=half)


@pytest.mark.parametrize(("name", "way"), [("cycle", (21, 14, 16)), ("nps", (32, 40, 43)), ("wrong_way", (21, 14, 23))])
def test_progress_comes_out_as_printed_in_both_directions(name, way):
    assert progress(*way).value == near(PINS["I.progress"][name], 0.00005)


@pytest.mark.parametrize(
    ("way", "code", "shown"),
    [
        ((21, 14, 23), "moved_away", 0.0),
        ((21, 14, 21), "not_moved", 0.0),
        ((21, 14, 17.5), "on_the_way", 0.5),
        ((21, 14, 14), "reached", 1.0),
        ((21, 14, 0), "reached", 1.5),
    ],
)
def test_progress_says_where_it_stands_and_is_drawn_within_its_frame(way, code, shown):
    found = progress(*way)

    assert (found.reason, found.shown) == (Reason(code), shown)
    assert found.parts == (way[2], way[0], way[1])


def test_progress_is_undefined_without_a_way_or_without_an_actual_value():
    for found, code in [(progress(21, 21, 16), "no_way"), (progress(21, 14, None), "not_measured")]:
        assert (found.value, found.shown, found.reason) == (None, None, Reason(code))


@pytest.mark.parametrize(("actual", "code"), [(95, "kept"), (105, "kept"), (105.5, "not_kept"), (94.9, "not_kept")])
def test_what_is_to_be_kept_is_held_within_its_tolerance(actual, code):
    found = progress(100, 100, actual, keep=True, tolerance=5)

    assert (found.value, found.reason.code) == (None, code)
    assert found.reason.params["off"] == pytest.approx(actual - 100)


def test_the_three_point_estimate_comes_out_as_printed():
    pin = PINS["I.pert"]

    assert (HOURS_SAVED.value, HOURS_SAVED.sd) == (pin["mean"], pin["sd_classic"])
    assert HOURS_SAVED.sd_beta == near(pin["sd_beta"], 0.00005)
    assert HOURS_SAVED.alpha == near(pin["alpha"], 0.00005)
    assert HOURS_SAVED.beta == near(pin["beta"], 0.00005)
    assert dict(HOURS_SAVED.quantiles) == {percent: near(pin[f"p{percent}"], 0.005) for percent in (10, 50, 90)}
    assert (HOURS_SAVED.low, HOURS_SAVED.high) == (HOURS_SAVED.quantiles[0][1], HOURS_SAVED.quantiles[2][1])
    assert HOURS_SAVED.parts == (40, 70, 130)
    assert HOURS_SAVED.reason == Reason("pert", {"low": 40, "likely": 70, "high": 130})


def test_the_quantiles_agree_with_a_simulation():
    for found, simulated in zip(HOURS_SAVED.quantiles, PINS["I.pert_mc_check"], strict=True):
        assert found[1] == near(simulated, 0.15)


def test_percentiles_come_out_as_printed():
    found = percentiles(45, 115, 70)

    assert found.value == near(PINS["I.ept"]["mean"], 0.005)
    assert found.sd == near(PINS["I.ept"]["sd"], 0.00005)
    assert found.quantiles == ((5, 45), (50, 70), (95, 115))
    assert (found.low, found.high, found.reason.code) == (45, 115, "percentiles")


@pytest.mark.parametrize("way", [pert, percentiles])
@pytest.mark.parametrize(("numbers", "code"), [((70, 70, 70), "no_width"), ((70, 40, 50), "out_of_order")])
def test_what_is_no_range_has_no_estimate(way, numbers, code):
    found = way(*numbers)

    assert (found.value, found.sd, found.quantiles, found.low, found.high) == (None, None, (), None, None)
    assert found.reason.code == code


@given(ranges)
def test_an_estimate_lies_within_its_range_and_its_quantiles_ascend(numbers):
    low, likely, high = numbers

    for found in (pert(low, high, likely), percentiles(low, high, likely)):
        points = [value for _, value in found.quantiles]
        assert low <= found.value <= high
        assert points == sorted(points)
        assert low - 1e-9 <= points[0] <= points[-1] <= high + 1e-9


def test_sums_report_both_spreads_and_take_the_wider():
    pin = PINS["I.sum_two"]

    found = total([HOURS_SAVED, pert(2, 38, 20)])

    assert (found.value, found.parts) == (pin["mean"], ((75, 15), (20, 6)))
    assert found.sd_independent == near(pin["sd_indep"], 0.00005)
    assert found.sd == found.sd_dependent == pin["sd_corr"]
    assert found.reason == Reason("added", {"count": 2})


def test_a_sum_with_a_piece_missing_is_no_sum():
    assert total([]).reason == Reason("nothing_to_add")

    found = total([HOURS_SAVED, pert(5, 5, 5)])

    assert (found.value, found.sd, found.reason) == (None, None, Reason("range_missing", {"missing": 1}))


@given(st.lists(ranges, min_size=1, max_size=5))
def test_the_wider_spread_is_never_the_narrower(several):
    found = total([pert(low, high, likely) for low, likely, high in several])

    assert found.sd_dependent >= found.sd_independent - 1e-9


def test_the_return_comes_out_as_printed():
    pin = PINS["I.roi"]

    found = return_on(HOURS_SAVED, WORTH, COSTS)

    assert (found.gross, found.adjusted, found.cost) == (pin["gross"], near(pin["adjusted"], 0.05), pin["cost"])
    assert found.net == near(pin["net"], 0.05)
    assert found.value == near(pin["ROI_pct"], 0.005)
    assert found.bcr == near(pin["BCR"], 0.00005)
    assert found.payback_months == near(pin["payback_months"], 0.005)
    assert dict(found.quantiles) == {
        percent: near(PINS["I.roi_range"][f"p{percent}"], 0.05) for percent in (10, 50, 90)
    }
    assert found.parts == (("mentee", 8800), ("support", 1600), ("cash", 1500), ("backfill", 0))
    assert found.reason == Reason("gains")


def test_the_return_is_undefined_without_cost_or_without_a_range():
    free = return_on(HOURS_SAVED, WORTH, Costs())
    unknown = return_on(pert(5, 5, 5), WORTH, COSTS)

    assert (free.value, free.bcr, free.payback_months, free.reason) == (None, None, None, Reason("no_cost"))
    assert free.gross == 49500
    assert (unknown.value, unknown.gross, unknown.reason) == (None, None, Reason("range_missing"))


def test_a_cost_that_never_comes_back_has_no_payback():
    worse = return_on(pert(-30, -10, -20), WORTH, COSTS)
    even = return_on(percentiles(-1, 1, 0), Worth(1, 1, 1, 1), Costs(cash=0.5, backfill=0.5))

    assert (worse.payback_months, worse.reason) == (None, Reason("loses"))
    assert worse.value < -100
    assert (even.value, even.payback_months) == (-100, None)
    assert return_on(pert(0, 2, 1), Worth(1, 1, 1, 1), Costs(cash=1)).reason == Reason("even")


@pytest.mark.parametrize("wrong", [{"share": 1.1}, {"share": -0.1}, {"confidence": 2}])
def test_a_share_lies_between_nothing_and_all(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Worth(**{"value_per_unit": 1, "times_a_year": 1, "share": 0.5, "confidence": 0.5} | wrong)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (20790, 21000),
        (8890, 8900),
        (8850, 8900),
        (99.6, 100),
        (-8890, -8900),
        (6.868, 6.9),
        (0.04567, 0.046),
        (0, 0),
        (7, 7),
    ],
)
def test_letters_say_two_figures(value, said):
    assert two_figures(value) == said
