import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.method import DEFAULT, Reason
from sponsors.fit import CRITERIA, Candidate, Facts, Pair, contact_ratio, fit, flags, order, place, weights

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
TODAY = date(2026, 11, 2)
WORKED = {"S1": (5, 4, 4, 3, 2), "S2": (3, 5, 3, 5, 4)}


def candidate(key, levels, **facts):
    judged = {name: level for name, level in zip(CRITERIA, levels, strict=True) if level}
    return Candidate(key, key, judged, Facts(**facts))


levels = st.tuples(*[st.integers(0, 5)] * len(CRITERIA))


@pytest.mark.parametrize("name", WORKED)
def test_the_worked_scores_come_out_as_printed(name):
    found = fit(candidate(name, WORKED[name]), TODAY)

    assert found.value == found.high == PINS["Sp.rank"][name]
    assert (found.unknown, found.reason) == ((), Reason("all_judged", {"unknown": ()}))


def test_every_part_of_the_sum_is_there():
    found = fit(candidate("S1", WORKED["S1"]), TODAY)

    assert [(part.criterion, part.weight, part.judged, part.value) for part in found.parts] == [
        ("owns", 30, 5, 30),
        ("influences", 25, 4, 18.75),
        ("develops", 20, 4, 15),
        ("reach", 10, 3, 5),
        ("capacity", 15, 2, 3.75),
    ]


def test_the_two_worked_are_a_close_call_and_the_higher_stands_first():
    found = order([candidate("S2", WORKED["S2"]), candidate("S1", WORKED["S1"])], TODAY)

    assert [each.key for each in found.value] == ["S1", "S2"]
    assert found.parts == (Pair("S1", "S2", 1.25, Reason("close_call", {"difference": 1.25})),)


def test_five_points_apart_is_no_close_call_any_more():
    ahead, behind = candidate("a", (5, 4, 4, 3, 2)), candidate("b", (5, 4, 3, 3, 2))

    assert order([ahead, behind], TODAY).value[0].value - 5 == order([ahead, behind], TODAY).value[1].value
    assert order([ahead, behind], TODAY).parts == ()
    assert len(order([ahead, behind], TODAY, replace(DEFAULT, sponsor_close_call=5.5)).parts) == 1


def test_what_is_not_judged_adds_nothing_and_opens_a_range():
    found = fit(candidate("a", (5, 0, 4, 0, 1)), TODAY)

    assert (found.value, found.high, found.unknown) == (45, 80, ("influences", "reach"))
    assert found.reason.code == "partly_judged"


def test_nothing_judged_is_not_assessed_and_stands_last():
    blank, low = candidate("a", (0, 0, 0, 0, 0)), candidate("b", (1, 1, 1, 1, 1))
    found = order([blank, low], TODAY)

    assert [each.value for each in found.value] == [0, None]
    assert (found.value[1].high, found.value[1].reason.code) == (100, "not_assessed")
    assert found.parts == ()


def test_a_range_that_reaches_the_one_ahead_cannot_be_separated():
    found = order([candidate("a", (5, 5, 3, 3, 3)), candidate("b", (5, 0, 3, 3, 3))], TODAY)

    assert found.parts == (Pair("a", "b", 25, Reason("cannot_separate", {"unknown": ("influences",)})),)


def test_nobody_is_an_order_too():
    assert order([], TODAY).reason == Reason("nobody", {"people": 0})


@pytest.mark.parametrize("level", [0, 6])
def test_a_judgement_outside_one_to_five_is_refused(level):
    with pytest.raises(ValueError, match="reach is not between 1 and 5"):
        fit(Candidate("a", "A", {"reach": level}), TODAY)
    with pytest.raises(ValueError, match=f"{level} is not between 1 and 5"):
        place(level, 3)


@given(levels)
def test_parts_sum_to_the_score_and_never_leave_the_range(chosen):
    found = fit(candidate("a", chosen), TODAY)

    known = [part.value for part in found.parts if part.value is not None]
    assert sum(known) == (found.value or 0)
    assert 0 <= sum(known) <= found.high <= 100


@given(levels, st.sampled_from(CRITERIA))
def test_raising_a_judgement_never_lowers_the_score(chosen, criterion):
    at = CRITERIA.index(criterion)
    if chosen[at] in (0, 5):
        return
    raised = (*chosen[:at], chosen[at] + 1, *chosen[at + 1 :])

    assert fit(candidate("a", raised), TODAY).value >= fit(candidate("a", chosen), TODAY).value


@given(levels, st.booleans(), st.booleans(), st.integers(0, 9))
def test_a_flag_never_changes_the_score(chosen, manager, network, sponsoring):
    flagged = candidate("a", chosen, is_manager=manager, same_network=network, sponsoring=sponsoring, conflict="x")

    assert fit(flagged, TODAY).value == fit(candidate("a", chosen), TODAY).value


@pytest.mark.parametrize(
    ("facts", "raised"),
    [
        (Facts(), ()),
        (Facts(is_manager=True), (Reason("rates_performance"),)),
        (Facts(conflict="His brother sells it."), (Reason("conflict"),)),
        (Facts(conflict="  "), ()),
        (Facts(sponsoring=2), ()),
        (Facts(sponsoring=3), (Reason("sponsors_many", {"n": 3}),)),
        (Facts(last_contact_on=TODAY - timedelta(days=90)), ()),
        (Facts(last_contact_on=TODAY - timedelta(days=91)), (Reason("no_contact", {"days": 91}),)),
        (Facts(same_network=True), (Reason("same_network"),)),
        (Facts(is_active=False), (Reason("inactive"),)),
    ],
)
def test_flags_say_what_to_talk_about_first(facts, raised):
    assert flags(facts, TODAY) == raised


@pytest.mark.parametrize(
    ("power", "interest", "quadrant"),
    [
        (5, 4, "work_closely"),
        (4, 4, "work_closely"),
        (4, 3, "keep_satisfied"),
        (3, 4, "keep_informed"),
        (3, 3, "monitor"),
        (1, 5, "keep_informed"),
    ],
)
def test_high_begins_at_four(power, interest, quadrant):
    found = place(power, interest)

    assert (found.value, found.parts) == (quadrant, (("power", power), ("interest", interest)))
    assert found.reason == Reason(quadrant, {"high": 4})


def test_the_limit_of_the_grid_is_a_chosen_value():
    assert place(3, 3, replace(DEFAULT, grid_high=3)).value == "work_closely"


@pytest.mark.parametrize(
    ("last", "agreed", "value", "code"),
    [
        (TODAY - timedelta(days=21), 14, 1.5, "overdue"),
        (TODAY - timedelta(days=14), 14, 1, "in_rhythm"),
        (TODAY, 30, 0, "in_rhythm"),
        (None, 14, None, "no_contact_yet"),
        (TODAY, 0, None, "no_rhythm"),
    ],
)
def test_the_contact_ratio_is_days_since_for_each_agreed_day(last, agreed, value, code):
    found = contact_ratio(last, TODAY, agreed)

    assert (found.value, found.reason.code) == (value, code)


def test_the_weights_are_those_of_the_method_and_make_a_hundred():
    assert weights() == {"owns": 30, "influences": 25, "develops": 20, "reach": 10, "capacity": 15}
    with pytest.raises(ValueError, match="the weights of a sponsor do not add up to 100"):
        replace(DEFAULT, sponsor_owns=31)
