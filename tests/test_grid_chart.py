"""The geometry of a grid of five by five."""

from stretchhub.grid_chart import LEFT, SIZE, TOP, Mark, grid


def marks(*places):
    return [Mark(n, f"No. {n}", across, upwards) for n, (across, upwards) in enumerate(places, 1)]


def test_more_power_stands_higher_and_more_interest_further_right():
    low, high = grid(marks((1, 1), (5, 5)), 4).placed

    assert (low.x < high.x, low.y > high.y) == (True, True)


def test_the_four_fields_fill_the_grid_and_meet_where_high_begins():
    fields = {field.corner: field for field in grid([], 4).fields}

    assert sum(field.width * field.height for field in fields.values()) == SIZE * SIZE
    assert fields["work_closely"].x == LEFT + 3 * SIZE // 5
    assert fields["work_closely"].y == TOP
    assert fields["monitor"].y == TOP + 2 * SIZE // 5


def test_a_mark_lies_in_the_field_of_its_place():
    corner = {(5, 4): "work_closely", (3, 4): "keep_satisfied", (4, 3): "keep_informed", (3, 3): "monitor"}
    chart = grid(marks(*corner), 4)
    fields = {field.corner: field for field in chart.fields}

    for one in chart.placed:
        field = fields[corner[(one.mark.across, one.mark.upwards)]]
        assert field.x < one.x < field.x + field.width
        assert field.y < one.y < field.y + field.height


def test_marks_of_one_cell_do_not_cover_each_other():
    chart = grid(marks(*[(2, 2)] * 9), 4)

    assert len({(one.x, one.y) for one in chart.placed}) == 9


def test_a_tenth_mark_of_one_cell_still_has_a_place():
    assert len(grid(marks(*[(2, 2)] * 10), 4).placed) == 10
