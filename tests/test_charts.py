"""The geometry of the charts, in exact numbers."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stretchhub import charts
from stretchhub.charts import Mark

numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


def test_a_bullet_runs_from_baseline_to_target():
    drawn = charts.bullet(3, 12, 9, 7, 11)

    assert (drawn.baseline_x, drawn.target_x) == (12, 328)
    assert (drawn.bar_x, drawn.bar_width, drawn.actual_x) == (12, 211, 223)
    assert (drawn.range_x, drawn.range_width) == (152, 141)
    assert round(drawn.progress, 3) == 0.667
    assert not drawn.backward


def test_a_bullet_reads_the_same_when_less_is_better():
    fewer, more = charts.bullet(40, 10, 20), charts.bullet(10, 40, 30)

    assert fewer == more


def test_a_bullet_that_went_the_wrong_way_is_left_of_its_baseline():
    drawn = charts.bullet(48, 8, 52)

    assert drawn.backward
    assert drawn.actual_x < drawn.baseline_x
    assert drawn.progress == -0.1


def test_a_bullet_beyond_its_target_stays_inside_the_drawing():
    drawn = charts.bullet(0, 10, 15)

    assert drawn.actual_x == 328
    assert drawn.target_x == 223


def test_a_bullet_without_a_measurement_draws_no_bar():
    drawn = charts.bullet(0, 10)

    assert (drawn.bar_x, drawn.actual_x, drawn.progress, drawn.range_x) == (None, None, None, None)


def test_a_bullet_with_baseline_equal_to_target_is_not_drawn():
    assert charts.bullet(5, 5, 5) is None


@given(numbers, numbers, numbers, numbers, numbers)
def test_a_bullet_never_leaves_its_drawing(baseline, target, actual, one, other):
    drawn = charts.bullet(baseline, target, actual, min(one, other), max(one, other))
    if drawn is None:
        assert baseline == target
        return
    ends = [drawn.baseline_x, drawn.target_x, drawn.actual_x, drawn.range_x, drawn.bar_x + drawn.bar_width]
    assert all(12 <= x <= 328 for x in ends)


def test_equal_levels_stand_above_each_other_and_self_does_not_count():
    drawn = charts.dot_strip([("Self", 5, True), ("Mentor", 3, False), ("Sponsor", 3, False), ("Ken", None, False)])

    assert [(dot.x, dot.y, dot.label, dot.ring) for dot in drawn.dots] == [
        (328, 30, "Self", True),
        (170, 30, "Mentor", False),
        (170, 14, "Sponsor", False),
    ]
    assert (drawn.median, drawn.median_x) == (3, 170)
    assert drawn.ticks == ((1, 12), (2, 91), (3, 170), (4, 249), (5, 328))


def test_a_strip_without_raters_has_no_median():
    assert charts.dot_strip([("Self", 4, True)]).median is None


def test_a_level_row_knows_its_gap():
    row = charts.level_row("Influence", 2, 4)

    assert (row.now_x, row.wanted_x, row.gap) == (56, 144, 2)


def test_a_level_that_was_not_assessed_has_no_gap():
    row = charts.level_row("Influence", None, 4)

    assert (row.now_x, row.gap) == (None, None)


def test_the_parts_of_a_strip_fill_it_exactly():
    strip = charts.stacked_strip([("Safe", 1, "info"), ("Core", 1, "growth"), ("Bold", 1, "caution")])

    assert [part.width for part in strip.segments] == [113, 114, 113]
    assert sum(part.width for part in strip.segments) == strip.width
    assert [part.percent for part in strip.segments] == [33, 33, 33]


def test_a_strip_of_nothing_has_no_widths():
    strip = charts.stacked_strip([("Safe", 0, "info")])

    assert (strip.total, strip.segments[0].width, strip.segments[0].percent) == (0, 0, 0)


def test_marks_too_near_each_other_stand_above_one_another():
    start = date(2026, 9, 1)
    marks = [Mark(start + timedelta(days=d), str(d), "flag") for d in (30, 31, 32, 60)]

    drawn = charts.timeline(start, start + timedelta(days=100), marks)

    assert [(at.mark.label, at.y) for at in drawn.placed] == [("30", 70), ("31", 44), ("32", 18), ("60", 70)]
    assert drawn.axis_y == 70


def test_a_timeline_stretches_to_marks_outside_its_dates():
    drawn = charts.timeline(date(2026, 3, 1), date(2026, 4, 1), [Mark(date(2026, 5, 1), "Late", "flag")])

    assert drawn.end == date(2026, 5, 1)
    assert drawn.placed[0].x == 704


def test_today_is_drawn_only_within_the_timeline():
    within = charts.timeline(date(2026, 3, 1), date(2026, 4, 1), [], today=date(2026, 3, 1))
    outside = charts.timeline(date(2026, 3, 1), date(2026, 4, 1), [], today=date(2026, 5, 1))

    assert (within.today_x, outside.today_x) == (16, None)


def test_a_long_timeline_names_about_a_dozen_months():
    drawn = charts.timeline(date(2024, 1, 1), date(2026, 12, 31), [])

    assert len(drawn.months) == 12
    assert drawn.months[0] == (16, date(2024, 1, 1))


def test_a_timeline_of_one_day_is_still_drawn():
    drawn = charts.timeline(date(2026, 3, 1), date(2026, 3, 1), [Mark(date(2026, 3, 1), "Now", "flag")])

    assert drawn.placed[0].x == 16


def test_a_dumbbell_shades_what_lies_between_shown_and_demanded():
    drawn = charts.dumbbell("Influence", 2, 5, "2 → 5")

    assert (drawn.shown_x, drawn.demanded_x) == (66, 228)
    assert (drawn.gap, drawn.gap_x, drawn.gap_width, drawn.tone) == (3, 66, 162, "leap")


def test_a_dumbbell_without_a_step_up_is_no_reach():
    tones = [charts.dumbbell("", shown, demanded).tone for shown, demanded in ((2, 3), (3, 3), (4, 2), (1, 4))]

    assert tones == ["step", "none", "none", "leap"]
    assert charts.dumbbell("", 4, 2).gap_width == 108


def test_a_dumbbell_shades_nothing_that_nobody_knows():
    unshown, undemanded = charts.dumbbell("", None, 4), charts.dumbbell("", 2, None)

    assert (unshown.shown_x, unshown.gap, unshown.gap_width) == (None, None, None)
    assert (undemanded.demanded_x, undemanded.gap_x, undemanded.tone) == (None, None, "none")


@given(st.sampled_from([None, 1, 2, 3, 4, 5]), st.sampled_from([None, 1, 2, 3, 4, 5]))
def test_a_dumbbell_never_leaves_its_drawing(shown, demanded):
    drawn = charts.dumbbell("", shown, demanded)

    placed = [x for x in (drawn.shown_x, drawn.demanded_x) if x is not None]
    assert all(12 <= x <= drawn.width - 12 for x in placed)
    assert (drawn.gap_width is None) == (shown is None or demanded is None)
