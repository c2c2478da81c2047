import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assignments.method import DEFAULT, Method, Reason
from assignments.stretch import (
    COMPONENTS,
    SUPPORTS,
    Gate,
    Profile,
    Workload,
    assess,
    demonstrated_after,
    what_if,
    workload,
)

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
DEMAND = tuple(PINS["inputs"]["stretch_demand"])
SHOWN = tuple(PINS["inputs"]["stretch_demonstrated"])
BASE = Profile(DEMAND, SHOWN, (4, 4, 3, 3, 3))
NARROW = replace(BASE, demand=(*DEMAND[:7], 4, *DEMAND[8:]))
EXAMPLES = {
    "S.base": BASE,
    "S.narrow_influence_5to4": NARROW,
    "S.more_support": replace(BASE, support=(4, 4, 5, 5, 3)),
    "S.low_support_same_option": replace(NARROW, support=(1, 2, 2, 2, 2)),
    "S.familiar": replace(BASE, demand=(2, 2, 2, 1, 2, 2, 1, 3, 1, 2), support=(3,) * 5),
}

levels = st.integers(1, 5)
maybe = st.none() | levels
profiles = st.builds(
    Profile,
    st.tuples(*[levels] * 10),
    st.tuples(*[levels] * 10),
    st.tuples(*[levels] * 5),
)
partly_known = st.builds(
    Profile,
    st.tuples(*[levels] * 10),
    st.tuples(*[st.integers(0, 5).map(lambda level: level or None)] * 10),
    st.tuples(*[levels] * 5),
)


def even(demand, shown, support=3):
    """A profile with these few components, the rest asking nothing."""
    rest = 10 - len(demand)
    return Profile((*demand, *[1] * rest), (*shown, *[1] * rest), (support,) * 5)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_come_out_as_printed(name):
    pin = PINS[name]

    found = assess(EXAMPLES[name])

    assert list(found.gaps) == pin["gaps"]
    assert (found.load, found.value, len(found.leaps)) == (pin["load"], pin["zone"], pin["leaps"])
    assert found.support == pytest.approx(pin["support"], abs=0.05)
    assert found.ceiling == pytest.approx(pin["ceiling"], abs=0.05)
    assert found.q == pytest.approx(pin["q"], abs=0.00005)


def test_the_arithmetic_stands_beside_the_zone():
    found = assess(BASE)

    assert found.parts == ((1, 2), (2, 1), (5, 1), (6, 1), (7, 1), (8, 4))
    assert found.reason == Reason("load_over_ceiling", {"load_low": 10, "load_high": 10, "ceiling": 8.8})
    assert (found.zone_low, found.band, found.provisional) == ("overstretch", "", False)
    assert assess(NARROW).reason.code == "load_within_ceiling"
    assert assess(EXAMPLES["S.familiar"]).reason.code == "hardly_new"


def test_a_load_exactly_at_the_ceiling_is_still_stretch():
    found = assess(even((3, 3, 3, 3), (1, 1, 1, 1)))

    assert (found.load, found.ceiling, found.q, found.value, found.band) == (8, 8, 1, "stretch", "upper_edge")


@pytest.mark.parametrize(
    ("demand", "support", "band"),
    [
        ((2, 2), 3, "light"),
        ((3, 3), 4, "productive"),
        ((3, 3, 3, 3), 4, "productive"),
        ((3, 3, 3, 3, 2), 4, "upper_edge"),
    ],
)
def test_bands_inside_stretch_take_their_lines_as_productive(demand, support, band):
    assert assess(even(demand, (1,) * len(demand), support)).band == band


def test_familiar_ends_where_two_points_begin():
    assert assess(even((2,), (1,))).value == "familiar"
    assert assess(even((3,), (1,))).value == "stretch"


def test_a_leap_asks_for_a_named_person_and_only_that_closes_it():
    gate = Gate("leap_needs_support", 8)

    assert assess(BASE).gates == (gate,)
    assert assess(EXAMPLES["S.more_support"]).gates == (gate,)
    assert assess(replace(BASE, named_support=frozenset({8}))).gates == ()
    assert assess(replace(BASE, named_support=frozenset({1}))).gates == (gate,)


@pytest.mark.parametrize(("demand", "named", "gates"), [
    (3, (), ()),
    (4, (), (Gate("leap_needs_support", 2, sure=False),)),
    (5, (), (Gate("leap_needs_support", 2, sure=False),)),
    (5, (2,), ()),
])  # fmt: skip
def test_what_may_be_a_leap_needs_support_too(demand, named, gates):
    profile = even((2, demand), (2, None))

    assert assess(replace(profile, named_support=frozenset(named))).gates == gates


def test_a_heavy_load_without_feedback_asks_for_it_first():
    assert assess(EXAMPLES["S.low_support_same_option"]).gates == (Gate("add_feedback"),)
    light = even((3, 3), (1, 1))
    assert assess(replace(light, support=(2, 3, 3, 3, 3))).gates == ()
    assert assess(replace(light, demand=(3, 3, 2, *[1] * 7), support=(2, 3, 3, 3, 3))).gates == (Gate("add_feedback"),)


def test_feedback_to_be_added_is_not_sure_while_the_load_is_not():
    found = assess(replace(even((3, 3, 3), (1, 1, None)), support=(2, 4, 4, 4, 4)))

    assert (found.load_low, found.load_high) == (4, 6)
    assert found.gates == (Gate("add_feedback", sure=False),)


def test_little_confidence_prompts_and_changes_nothing():
    found = assess(replace(NARROW, confidence=2))

    assert found.gates == (Gate("low_confidence"),)
    assert replace(found, gates=()) == assess(NARROW) == assess(replace(NARROW, confidence=3))


def test_an_unknown_level_gives_a_range_and_a_provisional_zone():
    found = assess(even((3, 4), (1, None)))

    assert (found.value, found.zone_low, found.provisional, found.unknown) == ("stretch", "stretch", True, (2,))
    assert (found.load_low, found.load_high, found.load) == (2, 6, None)
    assert (found.q_low, found.q_high, found.q) == (0.25, 0.75, None)
    assert found.points[1] == (0, 4)
    assert found.gaps[1] is None
    assert found.parts == ((1, 2), (2, 4))


def test_a_range_over_two_zones_says_on_what_it_depends():
    found = assess(even((3, 3, 3, 5), (1, 1, 1, None)))

    assert (found.zone_low, found.value, found.provisional, found.band) == ("stretch", "overstretch", True, "")
    assert found.reason.code == "zone_depends"
    assert found.reason.params["components"] == (4,)


def test_an_unknown_level_where_little_is_asked_widens_the_range_only():
    found = assess(even((3, 2), (1, None)))

    assert (found.load_low, found.load_high, found.unknown, found.provisional) == (2, 3, (), False)


def test_an_unknown_level_where_little_is_asked_is_provisional_across_zones():
    found = assess(even((2, 2), (1, None)))

    assert (found.zone_low, found.value, found.unknown, found.provisional) == ("familiar", "stretch", (), True)


def test_an_unknown_level_where_nothing_is_asked_changes_nothing():
    found = assess(even((3, 1), (1, None)))

    assert (found.load, found.provisional) == (2, False)


def test_more_than_three_unknown_levels_are_not_assessed():
    three = assess(even((3, 3, 3, 3), (None, None, None, 1)))
    four = assess(even((3, 3, 3, 3), (None,) * 4))

    assert three.provisional
    assert (four.value, four.band, four.q_low, four.q_high, four.provisional) == (None, "", None, None, False)
    assert four.reason == Reason("too_many_unknown", {"components": (1, 2, 3, 4), "most": 3})
    assert (four.load_low, four.load_high) == (0, 8)


def test_a_missing_demand_is_named_and_nothing_added_up():
    found = assess(replace(BASE, demand=(None, *DEMAND[1:9], None), support=(4, None, 3, 3, 3)))

    assert (found.value, found.load_low, found.load_high, found.parts) == (None, None, None, ())
    assert found.reason == Reason("demand_missing", {"components": (1, 10), "supports": ("access",)})
    assert found.ceiling is None
    assert found.gates == (Gate("leap_needs_support", 8),)


def test_missing_support_leaves_the_load_without_a_ceiling():
    found = assess(replace(BASE, support=(None, 4, 3, 3, None)))

    assert (found.value, found.load, found.ceiling, found.q) == (None, 10, None, None)
    assert found.reason == Reason("support_missing", {"supports": ("feedback", "safety")})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"demand": (1,) * 9}, "demand"),
        ({"demonstrated": (0, *[1] * 9)}, "demonstrated"),
        ({"support": (6, 1, 1, 1, 1)}, "support"),
        ({"confidence": 9}, "confidence"),
        ({"named_support": frozenset({11})}, "named_support"),
    ],
)
def test_a_level_off_the_scale_is_refused(changes, name):
    with pytest.raises(ValueError, match=name):
        replace(BASE, **changes)


def test_the_cheapest_lever_of_the_example_is_to_narrow_the_influence():
    (lever,) = what_if(BASE)

    assert (lever.kind, lever.target, lever.from_level, lever.to_level) == ("lower_demand", 8, 5, 4)
    assert lever.result == assess(NARROW)


def test_support_is_raised_before_demand_is_given_up():
    levers = what_if(even((3, 3, 3, 3, 2), (1,) * 5, 3))
    nearly = what_if(replace(even((3, 3, 3, 3), (1,) * 4), support=(3, 3, 3, 3, 2)))

    assert {lever.kind for lever in levers} == {"lower_demand"}
    assert [lever.target for lever in nearly] == [*SUPPORTS, 1, 2, 3, 4]
    assert [lever.kind for lever in nearly[:6]] == ["raise_support"] * 5 + ["lower_demand"]


def test_levers_that_land_nearer_the_productive_band_come_first():
    levers = what_if(replace(even((4, 3, 3, 2), (1,) * 4), support=(3,) * 5))

    assert [(lever.target, lever.result.load) for lever in levers] == [(1, 7), (2, 8), (3, 8), (4, 8)]


def test_what_is_familiar_lists_what_would_make_it_stretch():
    levers = what_if(even((2, 2), (1, 2), 3))

    assert {lever.kind for lever in levers} == {"raise_demand"}
    assert [lever.target for lever in levers] == list(COMPONENTS)
    assert {lever.result.value for lever in levers} == {"stretch"}


def test_no_lever_where_nothing_is_assessed_or_nothing_moves():
    assert what_if(replace(BASE, support=(None,) * 5)) == ()
    assert what_if(replace(BASE, demand=(5,) * 10, demonstrated=(1,) * 10)) == ()


def test_levers_leave_out_what_has_no_room_on_the_scale():
    levers = what_if(Profile((5,) * 10, (5,) * 10, (5,) * 5))

    assert levers == ()


@given(profiles, st.sampled_from(range(5)))
def test_more_support_never_lowers_the_ceiling(profile, place):
    level = profile.support[place]
    assume(level < 5)
    more = replace(profile, support=(*profile.support[:place], level + 1, *profile.support[place + 1 :]))

    assert assess(more).ceiling > assess(profile).ceiling


@given(partly_known, st.sampled_from(range(10)))
def test_more_demand_never_lowers_the_load(profile, place):
    level = profile.demand[place]
    assume(level < 5)
    more = replace(profile, demand=(*profile.demand[:place], level + 1, *profile.demand[place + 1 :]))

    assert assess(more).load_low >= assess(profile).load_low
    assert assess(more).load_high >= assess(profile).load_high


@given(partly_known)
def test_parts_add_up_to_the_load(profile):
    found = assess(profile)

    assert sum(points for _, points in found.parts) == found.load_high == sum(high for _, high in found.points)
    assert sum(low for low, _ in found.points) == found.load_low


@given(partly_known, st.data())
def test_whatever_the_unknown_level_turns_out_to_be_lies_within_the_range(profile, data):
    shown = tuple(data.draw(levels) if level is None else level for level in profile.demonstrated)

    told, before = assess(replace(profile, demonstrated=shown)), assess(profile)

    assert before.load_low <= told.load <= before.load_high
    if before.value and not before.provisional:
        assert told.value == before.value


@given(partly_known)
def test_levers_really_move_the_zone(profile):
    now = assess(profile)
    for lever in what_if(profile):
        row, names = ("support", SUPPORTS) if lever.kind == "raise_support" else ("demand", COMPONENTS)
        place = names.index(lever.target)
        moved = list(getattr(profile, row))
        assert moved[place] == lever.from_level
        assert abs(lever.to_level - lever.from_level) == 1
        moved[place] = lever.to_level
        assert assess(replace(profile, **{row: tuple(moved)})) == lever.result
        assert lever.result.value != now.value


@pytest.mark.parametrize(
    ("hours", "util", "light", "code"),
    [
        ((36, 4, 0, 40), 1, "green", "fits"),
        ((38, 4, 0, 40), 1.05, "green", "fits"),
        ((38, 5, 0, 40), 1.075, "amber", "over_contract"),
        ((41, 5, 0, 44), 1.045454545, "amber", "many_hours"),
        ((42, 4, 0, 40), 1.15, "amber", "many_hours"),
        ((22, 4, 0, 20), 1.3, "red", "over_contract"),
        ((44, 5, 0, 48), 1.020833333, "red", "many_hours"),
        ((50, 5, 0, 60), 0.916666667, "stop", "many_hours"),
        ((50, 5, 6, 60), 0.816666667, "red", "many_hours"),
    ],
)
def test_the_week_turns_with_hours_and_contract(hours, util, light, code):
    found = workload(*hours)

    assert (found.value, found.light, found.reason.code) == (util, light, code)
    assert sum(part for _, part in found.parts) == found.hours


def test_a_line_is_not_crossed_by_the_last_bit():
    assert workload(37.1, 4.9, None, 40).light == "green"


def test_more_than_a_fifth_of_the_week_needs_backfill():
    assert workload(30, 9, None, 40).needs_backfill
    assert workload(30, 9, 0, 40).needs_backfill
    assert not workload(30, 9, 5, 40).needs_backfill
    assert not workload(30, 8, None, 40).needs_backfill
    assert workload(30, 8, None, 40).share == 0.2


def test_hours_nobody_gave_are_named():
    assert workload(None, 4, 0, 0) == Workload(None, Reason("hours_missing", {"missing": ("base", "contracted")}))
    assert workload(40, None, 0, 40).reason.params["missing"] == ("stretch",)


@pytest.mark.parametrize(("hours", "running"), [((40, 4, -1, 40), 0), ((40, 4, 0, 40), -1)])
def test_hours_below_nothing_are_refused(hours, running):
    with pytest.raises(ValueError, match="hours"):
        workload(*hours, running=running)


def test_what_runs_already_fills_the_week_and_is_no_part_of_the_share():
    found = workload(36, 7, 0, 40, running=12)

    assert (found.hours, found.light, found.share, found.needs_backfill) == (55, "stop", 0.175, False)
    assert sum(part for _, part in found.parts) == found.hours


def test_a_review_raises_what_was_asked_seen_and_shown_by_one_step():
    profile = even((4, 2, 3, 4, 3), (2, 2, None, 1, 2))

    assert demonstrated_after(profile, observer_median=3, tagged=frozenset({1, 2, 3, 5})) == {1: 3, 5: 3}
    assert demonstrated_after(profile, observer_median=2.5, tagged=frozenset({1})) == {}
    assert demonstrated_after(profile, observer_median=None, tagged=frozenset({1})) == {}
    unasked = replace(profile, demand=(None, *profile.demand[1:]))
    assert demonstrated_after(unasked, observer_median=5, tagged=frozenset({1})) == {}


def test_the_method_can_be_changed_and_keeps_its_version():
    method = Method.from_values(2, {"ceiling_base": 6})

    assert (method.version, assess(BASE, method).ceiling, assess(BASE, method).value) == (2, 10.8, "stretch")
    assert Method.from_values(1, DEFAULT.values()) == DEFAULT
    assert Method.from_values(2, {"share_low": 0.5, "ceiling_base": 6}) == method


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mood": 1}, "mood is unknown"),
        ({"version": 3}, "version is unknown"),
        ({"gap_one": 1.5}, "gap_one is not a whole number"),
        ({"gap_one": True}, "gap_one"),
        ({"band_light": "0.4"}, "band_light is not a number"),
        ({"band_light": float("nan")}, "band_light is not between 0 and 1"),
        ({"stale_months": 0}, "stale_months is not between 1 and 120"),
        ({"gap_two": 9}, "gap_two is above gap_leap"),
        ({"band_light": 0.9}, "band_light is above band_upper"),
        ({"target_safe": 0.5}, "target_safe, target_core and target_bold"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(values, message):
    with pytest.raises(ValueError, match=message):
        Method.from_values(2, values)


@pytest.mark.parametrize("version", [0, True, "2"])
def test_a_version_counts_from_one(version):
    with pytest.raises(ValueError, match="version"):
        Method(version)
