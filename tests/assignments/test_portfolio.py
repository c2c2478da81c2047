import json
import math
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import DEFAULT, Reason
from assignments.portfolio import (
    Breadth,
    Item,
    Missing,
    Past,
    Share,
    Want,
    breadth,
    covered_by,
    depth,
    diversity,
    gap_coverage,
    missing,
    mix,
    recency_weight,
    risk_class,
)
from tests.services import ROOT

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
NAMES = ("influence", "data_story", "strategy", "delivery")
WANTS = tuple(
    Want(key, name, *PINS["inputs"]["competencies_weight_target_level"][name]) for key, name in enumerate(NAMES, 1)
)
TODAY = date(2026, 11, 22)
END = date(2027, 1, 31)
SAFE = Item("safe", "Familiar work", "familiar", 0.1, 1, 1)
CORE = Item("core", "A stretch", "stretch", 0.6, 6, 3)
BOLD = Item("bold", "Nearly too much", "stretch", 0.9, 8, 3)


def several(*items):
    return [replace(item, key=f"{item.key}{number}") for number, item in enumerate(items)]


@pytest.mark.parametrize(
    ("changes", "value", "code"),
    [
        ({}, "core", "between"),
        ({"q": 0.75}, "core", "between"),
        ({"q": 0.76}, "bold", "near_the_ceiling"),
        ({"stakes": 4}, "bold", "high_stakes"),
        ({"stakes": 4, "zone": "familiar"}, "bold", "high_stakes"),
        ({"stakes": 4, "q": None}, "bold", "high_stakes"),
        ({"q": 0.9, "stakes": None}, "bold", "near_the_ceiling"),
        ({"zone": "familiar", "q": 0.1}, "safe", "familiar"),
        ({"load": 4, "stakes": 2}, "safe", "little_asked"),
        ({"load": 4, "stakes": 3}, "core", "between"),
        ({"load": 5, "stakes": 2}, "core", "between"),
        ({"load": None}, "core", "between"),
    ],
)
def test_bold_is_tested_first_then_safe(changes, value, code):
    found = risk_class(replace(CORE, **changes))

    assert (found.value, found.reason.code) == (value, code)


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"q": None}, ("q",)),
        ({"stakes": None}, ("stakes",)),
        ({"q": None, "stakes": None, "zone": None, "load": None}, ("q", "stakes")),
        ({"zone": None}, ("zone",)),
        ({"load": None, "stakes": 2}, ("load",)),
    ],
)
def test_no_class_is_made_up_where_what_decides_it_is_unknown(changes, lacking):
    found = risk_class(replace(CORE, **changes))

    assert (found.value, found.reason) == (None, Reason("unknown", {"missing": lacking}))


def test_the_figures_of_a_class_stand_beside_it():
    assert risk_class(CORE).parts == (("zone", "stretch"), ("q", 0.6), ("load", 6), ("stakes", 3))


def test_the_worked_mix_comes_out_as_printed():
    found = mix(several(SAFE, CORE, CORE, CORE, BOLD))

    assert found.tvd == pytest.approx(PINS["B.riskmix_TVD"], abs=0.005)
    assert (found.value, found.reason.code, found.absent) == ("ok", "near_target", ())
    assert found.counts == {"safe": 1, "core": 3, "bold": 1}
    assert found.parts == (Share("safe", 1, 0.2, 0.35), Share("core", 3, 0.6, 0.45), Share("bold", 1, 0.2, 0.2))


def test_shares_far_from_the_target_are_amber():
    found = mix(several(CORE, CORE, CORE, CORE))

    assert (found.value, found.tvd, found.absent) == ("amber", 0.55, ("safe", "bold"))
    assert found.reason == Reason("far_from_target", {"tvd": 0.55, "most": 0.25})


def test_few_options_are_counted_and_not_shared_out():
    found = mix([SAFE, CORE, replace(CORE, q=None)])

    assert (found.value, found.tvd, found.absent, found.unknown) == ("ok", None, (), 1)
    assert found.reason.code == "few_enough"
    assert mix([CORE, BOLD]).absent == ("safe",)
    assert mix([SAFE]).value == "few_missing"


def test_one_bold_option_at_a_time_while_there_are_few():
    live = replace(BOLD, running=True)

    assert mix([SAFE, CORE, live]).value == "ok"
    found = mix([SAFE, live, live])
    assert (found.value, found.bold_running, found.too_many_bold, found.absent) == ("few_missing", 2, True, ("core",))


def test_nothing_classified_is_not_judged():
    assert mix([]).reason.code == "no_options"
    assert mix([replace(CORE, q=None)]).reason.code == "not_classified"
    assert mix([replace(CORE, q=None)]).value is None


def test_the_worked_diversity_comes_out_as_printed():
    pin = PINS["B.diversity_audiences"]

    found = diversity({"customers": 1, "peers": 3, "executives": 1}, 5)

    assert (found.h, found.j, found.value) == pytest.approx((pin["H"], pin["J"], pin["eff"]), abs=0.00005)
    assert found.h == pytest.approx(PINS["B.scipy_entropy_oracle"], abs=0.00005)
    assert (found.simpson, found.coverage) == pytest.approx((pin["simpson"], pin["coverage"]), abs=0.005)
    assert (found.n, found.amber, found.indicative, found.reason.code) == (5, False, False, "varied")
    assert found.parts == (("customers", 0.2), ("executives", 0.2), ("peers", 0.6))


def test_diversity_needs_three_and_is_indicative_below_five():
    assert diversity({"peers": 1, "customers": 1}, 5).reason == Reason("too_few", {"n": 2, "needs": 3})
    assert diversity({"peers": 1, "customers": 1}, 5).value is None
    assert diversity({"peers": 2, "customers": 2}, 2).indicative
    assert not diversity({"peers": 2, "customers": 3}, 2).indicative


def test_everything_in_one_place_is_narrow():
    found = diversity({"peers": 5, "customers": 0}, 4)

    assert (found.value, found.h, found.j, found.amber, found.reason.code) == (1, 0, 0, True, "narrow")


def test_evenness_means_nothing_where_there_is_one_category():
    found = diversity({"peers": 5}, 1)

    assert (found.value, found.j, found.amber) == (1, None, False)


def test_more_categories_than_in_scope_widen_the_scope():
    assert diversity({"a": 2, "b": 2}, 0).coverage == 1


def test_weighted_counts_say_how_many_items_they_stand_for():
    faded = {"peers": 0.5, "customers": 0.25}

    assert diversity(faded, 5).value is None
    assert diversity(faded, 5, items=3).n == 3
    assert diversity({}, 5, items=3).value is None
    with pytest.raises(ValueError, match="counts"):
        diversity({"peers": -1}, 5)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8), st.integers(1, 10))
def test_diversity_lies_between_one_and_the_scope_and_is_the_same_at_any_scale(counts, in_scope):
    found = diversity(counts, in_scope)
    if found.value is None:
        return
    assert 1 <= found.value <= max(in_scope, len(counts)) + 1e-9
    assert 0 < found.coverage <= 1
    assert sum(share for _, share in found.parts) == pytest.approx(1)
    assert diversity(dict(reversed(counts.items())), in_scope) == found
    tenfold = diversity({name: count * 10 for name, count in counts.items()}, in_scope)
    assert (tenfold.value, tenfold.simpson) == pytest.approx((found.value, found.simpson))


def test_breadth_is_what_is_wanted_and_covered():
    found = breadth({1, 2, 9}, [1, 2, 3, 3])

    assert found.value == pytest.approx(2 / 3)
    assert (found.covered, found.lacking, found.amber) == ((1, 2), (3,), False)
    assert found.parts == ((1, True), (2, True), (3, False))
    assert breadth({1}, {1, 2}).amber
    assert not breadth({1, 2, 3}, {1, 2, 3, 4, 5}).amber
    assert breadth({1}, ()) == Breadth(None, Reason("nothing_wanted"))


def test_depth_needs_a_rise_over_time_and_a_verified_level():
    rising = [Past(1, date(2025, 1, 1), 3), Past(1, date(2026, 1, 1), 5)]

    assert depth(rising, {1: 4}).deep == (1,)
    assert depth(rising, {1: 4}).value == 1
    assert depth(rising, {1: 4}).parts == ((1, (3, 5)),)
    assert depth(rising, {1: 3}).deep == ()
    assert depth(rising, {}).reason.code == "not_deep"
    assert depth(rising[:1], {1: 5}).deep == ()
    assert depth([rising[0], replace(rising[1], competency=2)], {1: 5, 2: 5}).deep == ()


def test_depth_sees_no_rise_in_what_falls_or_stays_or_is_unknown():
    first, later = Past(1, date(2025, 1, 1), 5), Past(1, date(2026, 1, 1), 5)

    assert depth([later, first], {1: 5}).value == 0
    assert depth([first, replace(later, load=3)], {1: 5}).value == 0
    assert depth([first, replace(later, load=None)], {1: 5}).value == 0
    assert depth([first, replace(first, load=9)], {1: 5}).value == 0


def test_past_work_fades_by_half_in_eighteen_months():
    found = [recency_weight(age) for age in (0, 6, 18, 30)]

    assert found == pytest.approx(PINS["B.recency_w_halflife18"], abs=0.00005)
    assert recency_weight(-3) == 1


def test_the_worked_gap_coverage_comes_out_as_printed():
    pin = PINS["B.gap_coverage"]

    found = gap_coverage(WANTS, {1, 4})

    assert (found.total, found.covered) == (pin["total"], pin["covered"])
    assert found.value == pytest.approx(pin["ratio"], abs=0.00005)
    assert found.parts == ((1, 10, True), (2, 3, False), (3, 4, False), (4, 0, True))


def test_a_want_without_a_level_is_left_out_and_named():
    found = gap_coverage([*WANTS, Want(5, "facilitation", 5, 4)], {1, 5})

    assert (found.total, found.covered, found.unknown) == (17, 10, (5,))


def test_coverage_without_gaps_says_why():
    assert gap_coverage([], {1}).reason.code == "no_wants"
    assert gap_coverage([Want(1, "a", 3, 4)], {1}).reason.code == "levels_missing"
    assert gap_coverage([Want(1, "a", 3, 4, 5)], {1}).reason.code == "no_gaps"
    assert gap_coverage([Want(1, "a", 3, 4, 5)], {1}).value is None


@given(st.sets(st.integers(1, 4)), st.integers(1, 4))
def test_covering_one_more_never_lowers_the_coverage_and_parts_add_up(covered, more):
    found = gap_coverage(WANTS, covered)

    assert sum(points for _, points, _ in found.parts) == found.total
    assert sum(points for _, points, there in found.parts if there) == found.covered
    assert gap_coverage(WANTS, {*covered, more}).value >= found.value


WHOLE = [
    replace(SAFE, audience="customers", domain="sales", competencies={1: 1, 2: 1}, role="owner", sponsor="Ana"),
    replace(CORE, audience="peers", domain="data", competencies={3: 1, 4: 0.5}, starts_on=END, sponsor="Ben"),
]


def lacking(items, wants=WANTS, **changes):
    given = {
        "audiences_in_scope": ("customers", "partners", "peers", "executives"),
        "audiences_wanted": ("customers", "peers"),
        "domains_wanted": ("sales", "data"),
        "current_end": END,
        "today": TODAY,
    }
    return missing(items, wants, **{**given, **changes})


def test_only_primary_competencies_count_as_covered():
    assert covered_by(WHOLE) == {1, 2, 3}


def test_a_whole_portfolio_lacks_nothing():
    assert lacking(WHOLE) == ()


def test_an_empty_portfolio_lacks_all_but_other_sponsors_in_order():
    found = lacking([])

    assert [(each.rule, each.code) for each in found] == [
        (1, "competency"),
        (2, "risk_class"),
        (3, "domain"),
        (4, "owner"),
        (5, "external"),
        (6, "next_challenge"),
    ]


def test_rule_1_names_the_largest_weighted_gap_without_an_option():
    found = lacking([replace(WHOLE[0], competencies={2: 1, 1: 0.5}), WHOLE[1]])

    why = {"weight": 5, "gap": 2, "points": 10, "total": 17}
    assert found == (Missing(1, "competency", {"competency": 1, "name": "influence"}, why),)


def test_rule_1_takes_equals_by_name_and_leaves_out_what_has_no_gap_or_no_level():
    wants = [Want(1, "zeal", 2, 4, 2), Want(2, "art", 4, 3, 2), Want(3, "c", 5, 3, 3), Want(4, "d", 5, 5)]

    assert lacking([], wants)[0].params == {"competency": 2, "name": "art"}
    assert lacking([], wants[2:])[0].rule == 2


def test_rule_2_names_the_absent_class_with_the_largest_target_first():
    bold = [replace(item, zone="stretch", q=0.9) for item in WHOLE]

    (found,) = lacking(bold)

    assert found.params == {"risk": "core", "absent": ("safe", "core")}
    assert found.why == {"counts": {"safe": 0, "core": 0, "bold": 2}, "unknown": 0}


def test_rule_2_asks_for_bold_only_from_four_options_on():
    (found,) = lacking([*WHOLE, *WHOLE])

    assert (found.code, found.params) == ("risk_class", {"risk": "bold", "absent": ("bold",)})


def test_rule_2_is_unclear_while_an_option_has_no_class():
    found = lacking([replace(item, q=None) for item in WHOLE])

    assert [(each.code, each.params["risk"], each.why["unknown"]) for each in found] == [("risk_unclear", "core", 2)]


def test_rule_3_names_what_would_widen_the_work_most():
    wide = {"audiences_wanted": ("customers", "executives"), "domains_wanted": ("sales", "law", "data")}

    (found,) = lacking(WHOLE, **wide)
    (wider,) = lacking(WHOLE, **{**wide, "domains_wanted": ("sales", "data", "law", "arts", "care")})

    assert found == Missing(3, "domain", {"domain": "law"}, {"gain": 1 / 3, "covered": 2, "scope": 3})
    assert wider == Missing(3, "audience", {"audience": "executives"}, {"gain": 1 / 4, "covered": 2, "scope": 4})


def test_rule_4_wants_an_option_of_ones_own():
    assert lacking([replace(item, role="advisor") for item in WHOLE]) == (
        Missing(4, "owner", {"role": "owner"}, {"options": 2}),
    )


def test_rule_5_wants_people_outside_in_an_audience_that_is_wanted_first():
    inside = [replace(item, audience="peers") for item in WHOLE]
    partners = [inside[0], replace(inside[1], audience="partners")]

    assert lacking(inside, audiences_wanted=()) == (
        Missing(5, "external", {"external": True, "audience": "customers"}, {"options": 2}),
    )
    assert lacking(inside, audiences_wanted=("partners",))[-1].params["audience"] == "partners"
    assert lacking(inside, audiences_wanted=(), audiences_in_scope=("peers",))[0].params["audience"] == "customers"
    assert lacking(partners, audiences_wanted=()) == ()


@pytest.mark.parametrize(("days", "found"), [(-91, True), (-70, False), (90, False), (91, True)])
def test_rule_6_looks_ninety_days_to_either_side_of_the_end(days, found):
    items = [WHOLE[0], replace(WHOLE[1], starts_on=END + timedelta(days))]

    assert [each.code for each in lacking(items)] == ["next_challenge"] * found


def test_rule_6_says_from_when_and_by_when_to_start():
    (found,) = lacking([WHOLE[0], replace(WHOLE[1], starts_on=None)])

    assert found.params == {"starts_from": END, "starts_by": date(2027, 5, 1)}
    assert found.why == {"current_end": END, "days": 90}


def test_rule_6_counts_from_today_where_nothing_runs_any_more():
    waiting = [WHOLE[0], replace(WHOLE[1], starts_on=TODAY - timedelta(1))]

    for end in (None, date(2026, 1, 1)):
        (found,) = lacking(waiting, current_end=end)
        assert found.params["starts_from"] == TODAY
    assert lacking([WHOLE[0], replace(WHOLE[1], starts_on=TODAY)], current_end=None) == ()


def test_rule_6_is_quiet_while_work_without_an_end_runs():
    endless = [replace(WHOLE[0], running=True), replace(WHOLE[1], starts_on=None)]

    assert lacking(endless, current_end=None) == ()


def test_rule_6_does_not_take_running_work_for_the_next():
    assert [each.rule for each in lacking([WHOLE[0], replace(WHOLE[1], running=True)])] == [6]


def test_rule_7_warns_of_one_sponsor_for_everything():
    one = [replace(item, sponsor="Ana") for item in WHOLE]

    assert lacking(one) == (Missing(7, "one_sponsor", {"sponsor": "Ana"}, {"options": 2}),)
    assert lacking([one[0], replace(one[1], sponsor="")]) == ()
    assert lacking([replace(item, sponsor="") for item in WHOLE]) == ()


items = st.builds(
    Item,
    st.uuids().map(str),
    st.text(max_size=3),
    st.sampled_from(["familiar", "stretch", "overstretch", None]),
    st.none() | st.floats(0, 3),
    st.none() | st.integers(0, 40),
    st.none() | st.integers(1, 5),
    domain=st.sampled_from(["", "data", "law"]),
    audience=st.sampled_from(["", "peers", "partners"]),
    role=st.sampled_from(["", "owner"]),
    competencies=st.dictionaries(st.integers(1, 4), st.sampled_from([0.5, 1])),
    running=st.booleans(),
    starts_on=st.none() | st.dates(TODAY, END),
    sponsor=st.sampled_from(["", "Ana"]),
)


@given(st.lists(items, max_size=6).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_options_changes_nothing(both):
    given, shuffled = both

    assert mix(given) == mix(shuffled)
    assert lacking(given) == lacking(shuffled)


@given(st.lists(items, max_size=8))
def test_each_rule_speaks_once_in_order_and_every_option_is_counted_once(given):
    rules = [each.rule for each in lacking(given)]
    found = mix(given)

    assert rules == sorted(set(rules))
    assert sum(found.counts.values()) + found.unknown == len(given)
    assert math.isclose(sum(part.share for part in found.parts), 1) or not found.parts
    assert found.tvd is None or 0 <= found.tvd <= 1
    assert (found.tvd is None) == (sum(found.counts.values()) < DEFAULT.few_options)


def test_the_figures_are_worked_out_without_the_web_framework():
    code = "import sys, assignments.ranking, assignments.stretch, assignments.portfolio, assignments.levels\n"

    subprocess.run([sys.executable, "-c", code + "assert 'django' not in sys.modules"], cwd=ROOT, check=True)
