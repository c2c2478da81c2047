"""A run chart: values by their days, start and target as lines, and nothing outside the drawing."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stretchhub.run_chart import BOTTOM, HEIGHT, WIDTH, Value, run_chart

DAY = date(2026, 11, 2)


def on(days, value, low=None, high=None):
    return Value(DAY + timedelta(days=days), value, low, high)


def test_one_value_is_no_run():
    assert run_chart([on(0, 5)], 10, 0) is None


def test_points_lie_by_their_days_and_more_is_higher():
    chart = run_chart([on(10, 0), on(0, 10), on(5, 5, 4, 6)], baseline=10, target=0, median=5)

    assert [(point.x, point.y) for point in chart.points] == [(50, 14), (185, 65), (320, 116)]
    assert (chart.points[1].low_y, chart.points[1].high_y) == (75, 55)
    assert (chart.points[0].low_y, chart.points[0].high_y) == (None, None)
    assert (chart.baseline_y, chart.target_y, chart.median_y) == (14, 116, 65)
    assert chart.line == "50,14 185,65 320,116"


def test_the_start_is_named_only_where_its_name_has_room():
    values = [on(0, 0), on(1, 100)]

    assert run_chart(values, baseline=10, target=90).names_baseline is True
    assert run_chart(values, baseline=80, target=90).names_baseline is False


def test_values_that_are_all_alike_and_of_one_day_stand_in_the_middle():
    chart = run_chart([on(0, 5), on(0, 5)], baseline=5, target=5)

    assert chart.line == "185,65 185,65"


numbers = st.floats(-1e9, 1e9)


@given(st.lists(st.tuples(st.integers(0, 900), numbers), min_size=2), numbers, numbers, st.integers(20, 110))
def test_nothing_leaves_the_drawing(rows, baseline, target, left):
    chart = run_chart([on(days, value) for days, value in rows], baseline, target, left=left)

    assert all(left < point.x < WIDTH and 0 < point.y < BOTTOM for point in chart.points)
    assert all(0 < y < BOTTOM < HEIGHT for y in (chart.baseline_y, chart.target_y))
    assert [point.x for point in chart.points] == sorted(point.x for point in chart.points)
