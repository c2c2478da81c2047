"""The geometry of a map with zones."""

from stretchhub.scatter import LEFT, RIGHT, Spot, scatter

ZONES = ((0.4, "Light", "light"), (0.8, "Productive", "productive"), (1.0, "Edge", "edge"), (0.0, "Over", "over"))


def drawn(*spots):
    marks = [Spot(n, f"No. {n}", low, high, step, "core") for n, (low, high, step) in enumerate(spots, 1)]
    return scatter(marks, ZONES, 0.75, 4)


def test_the_zones_fill_the_map_from_edge_to_edge():
    chart = drawn()

    assert chart.bands[0].x == LEFT
    assert chart.bands[-1].x + chart.bands[-1].width == RIGHT
    assert all(one.x + one.width == two.x for one, two in zip(chart.bands, chart.bands[1:], strict=False))
    assert [label for label, _x in chart.ticks] == ["0", "0.4", "0.8", "1"]


def test_more_stakes_stand_higher_and_more_stretch_further_right():
    low, high = drawn((0.2, 0.2, 1), (0.9, 0.9, 5)).placed[::-1]

    assert low.y > high.y
    assert low.x < high.x
    assert not low.is_range


def test_a_range_begins_where_its_low_end_is():
    (mark,) = drawn((0.2, 0.6, 3)).placed

    assert mark.is_range
    assert mark.from_x < mark.x


def test_what_lies_far_beyond_stays_on_the_map():
    chart = drawn((0.2, 9.0, 3), (0.5, 0.5, 3))

    assert max(mark.x for mark in chart.placed) == RIGHT


def test_marks_on_one_another_are_moved_apart():
    chart = drawn((0.5, 0.5, 2), (0.5, 0.5, 2), (0.5, 0.5, 2), (0.5, 0.5, 4))

    assert len({(mark.x, mark.y) for mark in chart.placed}) == 4


def test_the_line_leaves_what_is_bold_above_it_and_right_of_it():
    chart = drawn((0.7, 0.7, 3), (0.8, 0.8, 3), (0.1, 0.1, 4))
    left, right, above = sorted(chart.placed, key=lambda mark: {0.7: 0, 0.8: 1, 0.1: 2}[mark.spot.high])

    assert left.x < chart.line_x < right.x
    assert above.y < chart.line_y < left.y
