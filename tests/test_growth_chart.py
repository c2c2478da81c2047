"""Means and their bands by day, loads beneath, and nothing outside the drawing."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stretchhub.growth_chart import FLOOR, LEFT, RIGHT, WIDTH, Load, Mean, growth_chart, level_y

DAY = date(2026, 3, 2)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def test_where_nothing_was_reviewed_nothing_is_drawn():
    assert growth_chart([], [Load(DAY, after(9), 3, 3)]) is None


def test_levels_lie_thirty_apart_and_days_by_their_distance():
    chart = growth_chart([Mean(after(100), 4, 3, 5, own=5), Mean(DAY, 2, 1, 3), Mean(after(50), 3, 2.5, 3.5, own=2)])

    assert [y for _level, y in chart.levels] == [132, 102, 72, 42, 12]
    assert [(point.x, point.y, point.own_y) for point in chart.points] == [
        (36, 102, None),
        (187, 72, 102),
        (338, 42, 12),
    ]
    assert chart.line == "36,102 187,72 338,42"
    assert chart.area == "36,72 187,57 338,12 338,72 187,87 36,132"


def test_one_review_is_a_point_with_its_reach_and_neither_line_nor_area():
    chart = growth_chart([Mean(DAY, 3, 2, 4)])

    assert (chart.line, chart.area) == ("", "")
    assert [(point.x, point.low_y, point.high_y) for point in chart.points] == [(187, 102, 42)]
    assert chart.dates == ((187, DAY, "mid"),)


def test_a_review_without_a_mean_shows_the_own_level_alone():
    chart = growth_chart([Mean(DAY, 3, 2, 4), Mean(after(10), own=4), Mean(after(20), 4, 3, 5)])

    assert [(point.y, point.own_y) for point in chart.points] == [(72, None), (None, 42), (42, None)]
    assert chart.line == "36,72 338,42"


def test_loads_stand_beneath_as_high_as_they_are_and_open_where_nobody_knows():
    loads = [
        Load(DAY, after(40), 4, 4, "4"),
        Load(after(50), after(100), 8, 16, "8–16"),
        Load(after(60), after(70), None, None, "?"),
    ]

    chart = growth_chart([Mean(after(100), 3, 2, 4)], loads)

    assert (chart.base, chart.height) == (FLOOR + 2 * 44, FLOOR + 2 * 44 + 22)
    assert [(bar.known, bar.height, bar.sure_height, bar.y + bar.height) for bar in chart.bars] == [
        (True, 6, 6, 176),
        (True, 26, 13, 176),
        (False, 26, 0, 220),
    ]
    assert [(bar.x, bar.width, bar.words) for bar in chart.bars] == [(36, 121, "4"), (187, 151, "8–16"), (217, 30, "?")]


def test_at_most_four_half_years_are_named():
    chart = growth_chart([Mean(date(2022, 1, 5), 3), Mean(date(2026, 11, 5), 3)])

    assert [day for _x, day, _laid in chart.dates] == [
        date(2022, 7, 1),
        date(2024, 1, 1),
        date(2025, 7, 1),
    ]
    short = growth_chart([Mean(date(2026, 8, 1), 3), Mean(date(2026, 9, 1), 3)])
    assert short.dates == ((36, date(2026, 8, 1), "mid"), (338, date(2026, 9, 1), "end"))


levels = st.none() | st.floats(1, 5)
spans = st.tuples(st.integers(0, 1500), st.integers(0, 400), st.none() | st.integers(0, 40), st.integers(0, 20))


@given(
    st.lists(st.tuples(st.integers(0, 1500), levels, st.none() | st.integers(1, 5)), min_size=1),
    st.lists(spans, max_size=8),
)
def test_nothing_leaves_the_drawing(reviews, works):
    means = [Mean(after(at), level, level, level, own) for at, level, own in reviews]
    loads = [Load(after(at), after(at + on), low, None if low is None else low + more) for at, on, low, more in works]

    chart = growth_chart(means, loads)

    assert all(LEFT < point.x < RIGHT for point in chart.points)
    drawn = [y for point in chart.points for y in (point.y, point.own_y) if y is not None]
    assert all(level_y(5) <= y <= FLOOR for y in drawn)
    assert all(bar.x > LEFT and bar.x + bar.width <= WIDTH and FLOOR < bar.y <= bar.sure_y for bar in chart.bars)
    assert all(bar.y + bar.height <= chart.base < chart.height for bar in chart.bars)
