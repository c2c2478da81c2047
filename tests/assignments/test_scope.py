import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.method import Method, Reason
from assignments.scope import Baseline, Drift, Edit, Measure, Step, drift, silent

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
START = date(2026, 6, 1)
AGREED = Baseline(160, START, START + timedelta(days=120))


def of(growth, churn, slip, lights, reason, share=None):
    parts = tuple(
        (name, Measure(value, light))
        for name, value, light in zip(("growth", "churn", "slip"), (growth, churn, slip), lights, strict=True)
    )
    params = {"share": growth if share is None else share}
    return Drift(growth, parts, Reason(reason, params if reason == "steady" else params | {"light": lights[0]}))


def test_the_worked_example_comes_out_as_printed():
    steps = [Step(added=24), Step(removed=8), Step(changed=6)]

    found = drift(AGREED, steps, AGREED.ends_on + timedelta(days=21))

    assert found == of(0.1375, 0.2375, 0.175, ("amber", "amber", "amber"), "growth")
    assert PINS["D.scope"] == {"growth": 0.1375, "churn": 0.2375, "slip": 0.175}


def test_nothing_changed_is_steady():
    assert drift(AGREED, [], AGREED.ends_on) == of(0, 0, 0, ("green", "green", "green"), "steady")


@pytest.mark.parametrize(
    ("hours", "light"), [(16, "green"), (16.1, "amber"), (40, "amber"), (40.1, "red"), (-160, "green")]
)
def test_growth_is_worth_a_look_above_a_tenth_and_asks_for_a_decision_above_a_quarter(hours, light):
    assert drift(AGREED, [Step(changed=hours)], AGREED.ends_on).part("growth") == Measure(hours / 160, light)


@pytest.mark.parametrize(("hours", "light"), [(16, "green"), (17, "amber"), (32, "amber"), (33, "red")])
def test_what_comes_and_goes_is_counted_twice_although_nothing_has_grown(hours, light):
    found = drift(AGREED, [Step(added=hours), Step(removed=hours)], AGREED.ends_on)

    assert found.part("growth") == Measure(0, "green")
    assert found.part("churn") == Measure(2 * hours / 160, light)


@pytest.mark.parametrize(("days", "light"), [(-10, "green"), (12, "green"), (13, "amber"), (30, "amber"), (31, "red")])
def test_slip_is_a_share_of_the_days_agreed(days, light):
    found = drift(AGREED, [], AGREED.ends_on + timedelta(days=days))

    assert found.part("slip") == Measure(days / 120, light)


def test_days_on_which_the_clocks_stood_are_no_slip():
    found = drift(AGREED, [], AGREED.ends_on + timedelta(days=21), paused_days=21)

    assert found.part("slip") == Measure(0, "green")


def test_the_sentence_is_about_growth_then_the_end_then_the_coming_and_going():
    late = AGREED.ends_on + timedelta(days=48)

    assert drift(AGREED, [Step(added=32)], late).reason == Reason("growth", {"share": 0.2, "light": "amber"})
    assert drift(AGREED, [], late).reason == Reason("slip", {"share": 0.4, "light": "red"})
    assert drift(AGREED, [Step(added=48), Step(removed=48)], AGREED.ends_on).reason.code == "churn"


def test_the_worst_light_is_the_light_of_the_whole():
    assert drift(AGREED, [], AGREED.ends_on).light == "green"
    assert drift(AGREED, [Step(added=20)], AGREED.ends_on).light == "amber"
    assert drift(AGREED, [Step(added=20)], AGREED.ends_on + timedelta(days=40)).light == "red"


def test_the_thresholds_are_chosen_values():
    wide = Method(scope_growth_amber=0.5, scope_growth_red=0.6)

    assert drift(AGREED, [Step(added=64)], AGREED.ends_on, method=wide).part("growth") == Measure(0.4, "green")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Baseline(0, START, START + timedelta(days=1)),
        lambda: Baseline(10, START, START),
        lambda: Step(added=-1),
        lambda: Step(removed=-1),
    ],
)
def test_what_cannot_be_is_refused(make):
    with pytest.raises(ValueError):
        make()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    added=st.lists(st.integers(0, 200), max_size=5),
    removed=st.lists(st.integers(0, 200), max_size=5),
    changed=st.lists(st.integers(-100, 100), max_size=5),
)
def test_churn_is_never_less_than_growth_either_way(added, removed, changed):
    steps = [Step(added=h) for h in added] + [Step(removed=h) for h in removed] + [Step(changed=h) for h in changed]

    found = drift(AGREED, steps, AGREED.ends_on)

    assert found.part("churn").value >= abs(found.part("growth").value) - 1e-12


DAY = date(2026, 9, 15)


def ago(days):
    return DAY - timedelta(days=days)


def test_an_edit_that_nobody_explained_within_a_week_is_silent():
    assert silent([Edit(ago(8))], [], DAY) == (Edit(ago(8)),)


def test_an_edit_has_its_week():
    assert silent([Edit(ago(7))], [], DAY) == ()


@pytest.mark.parametrize(("change", "is_silent"), [(28, True), (27, False), (20, False), (13, False), (12, True)])
def test_a_change_written_down_within_a_week_before_or_after_explains_it(change, is_silent):
    assert bool(silent([Edit(ago(20))], [ago(change)], DAY)) is is_silent


def test_a_change_that_names_the_edit_explains_it_whenever_it_was_written():
    assert silent([Edit(ago(40), explained=True)], [], DAY) == ()


def test_silent_edits_come_oldest_first():
    assert silent([Edit(ago(9)), Edit(ago(30))], [], DAY) == (Edit(ago(30)), Edit(ago(9)))
