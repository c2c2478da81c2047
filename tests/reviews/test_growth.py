import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import Reason
from reviews.growth import change, slope
from reviews.panels import components, sem
from tests.reviews.method import COHORT, PINS, printed

ERROR = sem(3, components(COHORT), least_units=8)
SAME = sem(3, components(COHORT), same_raters=True, least_units=8)
BEFORE, AFTER = 7 / 3, 11 / 3
LEVELS = [(0, 2.33), (6, 2.67), (12, 3.33), (18, 3.67)]


def test_the_worked_change_comes_out_as_printed():
    pin, found = PINS["G.rci"], change(BEFORE, AFTER, ERROR, ERROR)

    assert (found.error, found.rci) == (printed(pin["Sdiff"], 4), printed(pin["RCI"], 4))
    assert found.detectable == printed(pin["MDC95"], 3)
    assert found.parts == (printed(pin["pre"], 4), printed(pin["post"], 4))
    assert (found.value, found.reliable) == (pytest.approx(4 / 3), True)
    assert found.reason == Reason("grown", {"basis": "programme"})


def test_the_same_raters_on_both_sides_see_a_smaller_change():
    found = change(BEFORE, AFTER, SAME, SAME)

    assert found.rci == printed(PINS["G.rci_same_raters"]["RCI"], 4)
    assert found.reason == Reason("grown", {"basis": "same_raters"})
    assert found.detectable < change(BEFORE, AFTER, ERROR, ERROR).detectable


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [(2, 3, "grown"), (3, 2, "fallen"), (3, 3.92, "within_noise"), (3, 2.08, "within_noise"), (3, 3, "within_noise")],
)
def test_a_change_is_told_from_noise_or_not(before, after, code):
    found = change(before, after, ERROR, ERROR)

    assert (found.reason.code, found.reliable) == (code, code != "within_noise")


def test_reviews_by_fewer_raters_and_the_usual_spread_ask_for_more():
    found = change(2, 3, sem(2), ERROR)

    assert found.error == pytest.approx((0.75**2 / 2 + 1 / 9) ** 0.5)
    assert (found.reason, found.reliable) == (Reason("within_noise", {"basis": "fallback"}), False)


@pytest.mark.parametrize(
    ("before", "after", "raters", "code"),
    [(None, 3, 3, "not_reviewed"), (3, None, 3, "not_reviewed"), (3, 4, 0, "nobody")],
)
def test_a_change_without_both_reviews_is_no_change_of_nothing(before, after, raters, code):
    found = change(before, after, ERROR, sem(raters))

    assert (found.value, found.rci, found.detectable, found.reason.code) == (None, None, None, code)
    assert not found.reliable


def test_raters_who_never_differ_leave_no_index_but_the_change_stands():
    exact = sem(3, components([[level] * 3 for level in (1, 2, 3, 4, 5) * 2]))

    assert (change(2, 3, exact, exact).rci, change(2, 3, exact, exact).reason.code) == (None, "grown")
    assert change(2, 2, exact, exact).reason.code == "within_noise"


def test_the_worked_slope_comes_out_as_printed():
    pin, found = PINS["G.slope"], slope(LEVELS)

    assert (found.value, found.per_year) == (printed(pin["per_month"], 3), printed(pin["per_year"], 3))
    assert found.interval_per_year == tuple(printed(end, 4) for end in pin["ci_year"])
    assert (found.se, found.r2) == (printed(pin["se"], 5), printed(pin["r2"], 4))
    assert (found.reason, found.parts) == (Reason("rising", {"reviews": 4}), tuple(LEVELS))


@pytest.mark.parametrize(
    ("reviews", "code"),
    [
        ([(month, 6 - level) for month, level in LEVELS], "falling"),
        ([(0, 3), (6, 4), (12, 2), (18, 3.5)], "not_clear"),
    ],
)
def test_a_slope_has_a_direction_only_where_its_interval_has_one(reviews, code):
    found = slope(reviews)

    assert found.reason.code == code
    assert found.low < found.value < found.high


@pytest.mark.parametrize("reviews", [[], LEVELS[:1], LEVELS[:3]])
def test_fewer_than_four_reviews_have_no_slope(reviews):
    found = slope(reviews)

    assert (found.value, found.per_year, found.interval_per_year) == (None, None, None)
    assert found.reason == Reason("too_few_reviews", {"reviews": len(reviews), "least": 4})


def test_reviews_of_one_day_have_no_slope():
    assert (slope([(3, 1), (3, 2), (3, 3), (3, 4)]).value, slope([(3, 2)] * 4).reason) == (None, Reason("one_day"))


@pytest.mark.parametrize(("rise", "r2"), [(0.1, 1), (0, None)])
def test_reviews_on_a_line_leave_no_interval_to_be_sure_by(rise, r2):
    found = slope([(month, 2 + rise * month) for month in (0, 3, 6, 9, 12)])

    assert (found.value, found.low, found.r2, found.reason.code) == (pytest.approx(rise), None, r2, "on_a_line")


@given(st.lists(st.tuples(st.integers(0, 36), st.integers(1, 5)), min_size=4, max_size=8))
def test_the_slope_is_what_another_package_makes_of_it(reviews):
    found = slope(reviews)

    if found.value is None:
        assert len({month for month, _ in reviews}) == 1
    else:
        (theirs, _start), spread = np.polyfit(*zip(*reviews, strict=True), 1, cov=True)
        assert found.value == pytest.approx(theirs, abs=1e-9)
        assert found.se is None or found.se == pytest.approx(spread[0, 0] ** 0.5, abs=1e-9)


@given(st.floats(1, 5), st.floats(1, 5), st.integers(1, 6), st.integers(1, 6))
def test_a_change_is_reliable_exactly_where_it_reaches_what_can_be_detected(before, after, first, second):
    found = change(before, after, sem(first), sem(second))

    assert found.reliable is (abs(after - before) >= found.detectable)
