import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.factors import stretch_fit
from assignments.method import DEFAULT, DEFAULT_WEIGHTS, Reason, Weights
from assignments.portfolio import Item, Want
from assignments.ranking import FACTORS, Candidate, Pair, Robustness, SponsorOutlook, rank
from assignments.stretch import Profile

PINS = json.loads((Path(__file__).parents[1] / "method-pins.json").read_text())
NAMES = ("influence", "data_story", "strategy", "delivery")
WANTS = tuple(
    Want(key, name, *PINS["inputs"]["competencies_weight_target_level"][name]) for key, name in enumerate(NAMES, 1)
)
GOALS = {1: 5, 2: 3}
X = Candidate(
    "x", "X", {1: 3, 2: 2}, {1: 1, 3: 0.5}, 8 / 8.8, 8 / 8.8, SponsorOutlook("found", (4, 4, 3, 4), True), 1.08
)
Y = Candidate("y", "Y", {1: 1, 2: 3}, {2: 1}, 0.84, 0.84, SponsorOutlook("found", (3, 5, 3, 3)), 1.0)
Z = Candidate("z", "Z", {1: 2, 2: 1}, {1: 0.5, 2: 0.5}, 0.24, 0.24, SponsorOutlook(), 1.15)
ALL = {"X": X, "Y": Y, "Z": Z}
BLANK = Candidate("b", "Blank")


def score(candidate, goals=GOALS, wants=WANTS, weights=DEFAULT_WEIGHTS, method=DEFAULT):
    (found,) = rank([candidate], goals, wants, weights, method).value
    return found


def part(factor, candidate, **given):
    return next(part for part in score(candidate, **given).parts if part.factor == factor)


@pytest.mark.parametrize("name", ALL)
def test_the_worked_scores_come_out_as_printed(name):
    pin = PINS[f"R.{name}"]
    contributions, total, known = pin["contrib_total_n"]

    found = score(ALL[name])

    for each in found.parts:
        assert each.low == pytest.approx(pin["sub"][each.factor] or 0, abs=0.00005)
        assert each.contribution_low == pytest.approx(contributions.get(each.factor, 0), abs=0.005)
    assert len(FACTORS) - len(found.unknown) == known
    assert found.value == pytest.approx(total, abs=0.005)
    assert [found.value, found.high] == pytest.approx(PINS["R.known_and_upper"][name], abs=0.005)


def test_the_worked_order_stands_with_its_range_and_its_runs():
    found = rank([Z, Y, X], GOALS, WANTS)

    assert [each.key for each in found.value] == ["x", "y", "z"]
    assert found.close_calls == ()
    assert found.cannot_separate == (Pair("y", "z", ("sponsor",), 14.290441176),)
    assert found.robustness == Robustness(10, 10)
    assert (found.weights, found.version) == (DEFAULT_WEIGHTS, 1)
    assert found.value[2].reason == Reason("partly_known", {"unknown": ("sponsor",)})


def test_a_blank_option_gets_nothing_and_may_come_to_all():
    found = score(BLANK)

    assert (found.value, found.high, found.unknown) == (0, 75, ("goal", "stretch", "sponsor", "workload"))
    assert [each.reason.code for each in found.parts] == [
        "goal_unknown",
        "gap_fit",
        "stretch_not_assessed",
        "sponsor_not_looked",
        "workload_unknown",
    ]


def test_options_nearly_alike_are_a_close_call():
    near = replace(X, key="n", title="N", util=1.1)

    found = rank([X, near], GOALS, WANTS)

    assert found.close_calls == (Pair("x", "n", (), 1),)
    assert found.cannot_separate == ()


def test_five_points_apart_is_no_close_call():
    method = replace(DEFAULT, close_call=1.0)

    assert rank([X, replace(X, key="n", title="N", util=1.1)], GOALS, WANTS, method=method).close_calls == ()


def test_what_is_known_alike_goes_by_title_and_is_a_close_call_only():
    found = rank([replace(X, key="2"), replace(X, key="1"), replace(X, key="0", title="A")], GOALS, WANTS)

    assert [each.key for each in found.value] == ["0", "1", "2"]
    assert [(pair.first, pair.second, pair.difference) for pair in found.close_calls] == [("0", "1", 0), ("1", "2", 0)]
    assert found.cannot_separate == ()
    assert found.robustness == Robustness(10, 10)


def test_ranges_that_only_touch_cannot_be_separated():
    sure = replace(Y, sponsor=SponsorOutlook("none"))
    open_ = replace(sure, key="o", title="O", sponsor=SponsorOutlook())

    assert rank([sure, open_], GOALS, WANTS).cannot_separate == (Pair("o", "y", ("sponsor",), 0),)


def test_what_cannot_catch_up_is_separate():
    assert rank([X, Z], GOALS, WANTS).cannot_separate == ()


def test_three_hundred_blank_options_are_told_apart_in_few_pairs():
    found = rank([replace(BLANK, key=f"{n:03}") for n in range(300)], GOALS, WANTS)

    assert len(found.cannot_separate) == 299 + 298


def test_a_leader_that_hangs_on_one_weight_is_said_to():
    eager = Candidate("e", "Eager", {1: 3, 2: 3}, {}, 2, 2, SponsorOutlook("none"), 2)
    helped = replace(eager, key="h", title="Helped", fits={1: 0, 2: 0}, contributions={1: 1, 2: 1, 3: 1})

    found = rank([eager, helped], GOALS, WANTS)

    assert [each.key for each in found.value] == ["e", "h"]
    assert found.robustness == Robustness(10, 8)


def test_one_option_has_nobody_to_lead():
    assert rank([X], GOALS, WANTS).robustness is None
    assert rank([], GOALS, WANTS).value == ()
    assert rank([], GOALS, WANTS).reason == Reason("no_options", {"options": 0})


def test_one_key_stands_for_one_option():
    with pytest.raises(ValueError, match="key"):
        rank([X, X], GOALS, WANTS)


def test_goals_partly_judged_give_a_range_within_the_factor():
    found = part("goal", replace(X, fits={1: 3}))

    assert (found.low, found.high) == (15 / 24, 1)
    assert (found.contribution_low, found.contribution_high) == (18.75, 30)
    assert found.reason == Reason("goal_partly", {"goals": (2,)})
    assert found.parts == ((1, 5, 3), (2, 3, None))


@pytest.mark.parametrize("goals", [{}, {1: 0}])
def test_without_goals_the_fit_to_them_is_unknown(goals):
    found = part("goal", X, goals=goals)

    assert (found.low, found.high, found.reason.code) == (0, 1, "no_goals")


def test_gaps_unknown_give_a_range_over_every_level_there_may_be():
    wants = (Want(1, "known", 1, 4, 2), Want(2, "unknown", 1, 3))

    covered = part("gap", replace(X, contributions={1: 1}), wants=wants)
    half = part("gap", replace(X, contributions={1: 0.5, 2: 1}), wants=wants)
    only = part("gap", replace(X, contributions={2: 1}), wants=wants[1:])

    assert (covered.low, covered.high) == (0.5, 1)
    assert (half.low, half.high) == (0.5, 0.75)
    assert (only.low, only.high) == (0, 1)
    assert covered.reason == Reason("gap_partly", {"competencies": (2,)})
    assert covered.parts == ((1, 2, 1), (2, None, 0))


def test_without_competencies_wanted_the_gap_is_unknown_and_without_gaps_there_is_none_to_close():
    assert part("gap", X, wants=()).reason.code == "no_wants"
    assert part("gap", X, wants=()).high == 1
    found = part("gap", X, wants=(Want(1, "done", 5, 3, 4),))
    assert (found.low, found.high, found.reason.code) == (0, 0, "no_gaps")


@pytest.mark.parametrize(
    ("q", "fit"),
    [(0, 0), (0.2, 0.5), (0.4, 1), (0.8, 1), (0.9, 0.75), (1, 0.5), (1.25, 0.25), (1.5, 0), (3, 0)],
)
def test_the_fit_of_a_stretch_is_flat_on_top(q, fit):
    assert stretch_fit(q, DEFAULT) == pytest.approx(fit)


def test_corners_that_fall_together_make_a_step():
    method = replace(DEFAULT, fit_half_at=0.8, fit_none_at=0.8)

    assert (stretch_fit(0.8, method), stretch_fit(0.81, method)) == (1, 0)


@pytest.mark.parametrize(
    ("low", "high", "worst", "best"),
    [(0.2, 1.25, 0.25, 1), (0.1, 0.3, 0.25, 0.75), (0.9, 1.25, 0.25, 0.75), (0.5, 0.6, 1, 1), (0.2, 0.4, 0.5, 1)],
)
def test_a_provisional_stretch_counts_its_best_even_inside_the_range(low, high, worst, best):
    found = part("stretch", replace(X, q_low=low, q_high=high))

    assert (found.low, found.high) == pytest.approx((worst, best))
    assert found.reason == Reason("stretch_range", {"q_low": low, "q_high": high})


@pytest.mark.parametrize(
    ("sponsor", "low", "high", "code"),
    [
        (SponsorOutlook("none"), 0, 0, "no_sponsor"),
        (SponsorOutlook("unknown", (5, 5, 5, 5), True), 0, 1, "sponsor_not_looked"),
        (SponsorOutlook("found"), 0, 0.5, "sponsor_unrated"),
        (SponsorOutlook("found", None, True), 0, 1, "sponsor_unrated"),
        (SponsorOutlook("found", (5, 5, 5, 5)), 0.5, 0.5, "sponsor_unconfirmed"),
        (SponsorOutlook("found", (5, 5, 5, 5), True), 1, 1, "sponsor_rated"),
        (SponsorOutlook("found", (1, 1, 1, 1), True), 0, 0, "sponsor_rated"),
    ],
)
def test_a_sponsor_counts_by_what_is_known_and_half_until_confirmed(sponsor, low, high, code):
    found = part("sponsor", replace(X, sponsor=sponsor))

    assert (found.low, found.high, found.reason.code) == (low, high, code)


@pytest.mark.parametrize(("util", "fit"), [(0.9, 1), (1, 1), (1.1, 0.5), (1.2, 0), (1.6, 0)])
def test_a_full_week_fits_no_more(util, fit):
    assert part("workload", replace(X, util=util)).low == pytest.approx(fit)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"fits": {1: 4}}, "fits"),
        ({"contributions": {1: 1.5}}, "contributions"),
        ({"q_low": None}, "q_low"),
    ],
)
def test_a_figure_off_its_scale_is_refused(changes, name):
    with pytest.raises(ValueError, match=name):
        replace(X, **changes)


def test_a_rating_off_its_scale_is_refused():
    with pytest.raises(ValueError, match="ratings"):
        SponsorOutlook("found", (0, 3, 3, 3))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"goal": 31}, "add up to 100"),
        ({"goal": -5, "gap": 60}, "goal"),
        ({"goal": 29.5, "gap": 25.5}, "goal"),
        ({"goal": True, "gap": 54}, "goal"),
    ],
)
def test_weights_are_whole_and_make_a_hundred(weights, message):
    with pytest.raises(ValueError, match=message):
        Weights(**weights)


def test_a_factor_without_weight_leaves_no_question_open():
    found = score(Z, weights=Weights(goal=45, sponsor=0))

    assert (found.unknown, found.high) == ((), found.value)


candidates = st.builds(
    Candidate,
    st.uuids().map(str),
    st.text(max_size=3),
    st.dictionaries(st.integers(1, 2), st.none() | st.integers(0, 3)),
    st.dictionaries(st.integers(1, 4), st.sampled_from([0, 0.5, 1])),
    sponsor=st.builds(
        SponsorOutlook,
        st.sampled_from(["unknown", "none", "found"]),
        st.none() | st.tuples(*[st.integers(1, 5)] * 4),
        st.booleans(),
    ),
    util=st.none() | st.floats(0.5, 2),
).flatmap(
    lambda found: (
        st.lists(st.floats(0, 3), min_size=2, max_size=2).map(
            lambda ends: replace(found, q_low=min(ends), q_high=max(ends))
        )
        | st.just(found)
    )
)
weightings = st.lists(st.integers(0, 100), min_size=4, max_size=4).map(
    lambda cuts: Weights(*[b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True)])
)
unknown_wants = st.tuples(*[st.none() | st.integers(1, 5)] * 4).map(
    lambda levels: tuple(replace(want, level=level) for want, level in zip(WANTS, levels, strict=True))
)


@given(st.lists(candidates, max_size=5), weightings, unknown_wants)
def test_parts_add_up_to_scores_between_nothing_and_a_hundred(given, weights, wants):
    for found in rank(given, GOALS, wants, weights).value:
        assert found.value == sum(part.contribution_low for part in found.parts)
        assert found.high == sum(part.contribution_high for part in found.parts)
        assert 0 <= found.value <= found.high <= 100 + 1e-9


@given(st.lists(candidates, max_size=5).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_of_options_goals_and_wants_changes_nothing(both):
    given, shuffled = both

    assert rank(given, GOALS, WANTS) == rank(shuffled, dict(reversed(GOALS.items())), WANTS[::-1])


@given(candidates, st.sampled_from(["fits", "q", "sponsor", "util", "level"]))
def test_forgetting_something_never_raises_the_known_score(candidate, forgotten):
    blanks = {
        "fits": {"fits": {}},
        "q": {"q_low": None, "q_high": None},
        "sponsor": {"sponsor": SponsorOutlook()},
        "util": {"util": None},
        "level": {},
    }
    wants = (replace(WANTS[0], level=None), *WANTS[1:]) if forgotten == "level" else WANTS

    before, after = score(candidate), score(replace(candidate, **blanks[forgotten]), wants=wants)

    assert after.value <= before.value + 1e-9
    assert after.high >= before.high - 1e-9


@given(candidates, unknown_wants, st.tuples(*[st.integers(1, 5)] * 4))
def test_whatever_the_unknown_level_turns_out_to_be_lies_within_the_range(candidate, wants, told):
    known = tuple(want if want.level else replace(want, level=level) for want, level in zip(wants, told, strict=True))

    found, before = part("gap", candidate, wants=known), part("gap", candidate, wants=wants)

    assert before.low - 1e-9 <= found.low == found.high <= before.high + 1e-9


@given(st.floats(0, 3), st.floats(0, 3), st.floats(0, 1))
def test_whatever_the_stretch_turns_out_to_be_lies_within_the_range(one, other, place):
    low, high = min(one, other), max(one, other)

    found = part("stretch", replace(X, q_low=low, q_high=high))

    assert found.low - 1e-9 <= stretch_fit(low + (high - low) * place, DEFAULT) <= found.high + 1e-9


@given(st.lists(candidates, max_size=4), st.integers(2, 5))
def test_goals_weighed_alike_at_any_scale_change_nothing(given, scale):
    scaled = {goal: weight * scale for goal, weight in GOALS.items()}

    before, after = rank(given, GOALS, WANTS).value, rank(given, scaled, WANTS).value

    assert [each.key for each in after] == [each.key for each in before]
    assert [each.value for each in after] == pytest.approx([each.value for each in before])


@given(st.lists(candidates, min_size=2, max_size=7))
def test_what_cannot_be_separated_is_told_of_neighbours_and_of_the_foremost_each_touches(given):
    given = [replace(each, key=str(n)) for n, each in enumerate(given)]
    found = rank(given, GOALS, WANTS)
    scores = found.value
    touching = [
        (ahead, place)
        for place, score in enumerate(scores)
        for ahead in range(place)
        if (scores[ahead].unknown or score.unknown) and round(score.high, 9) >= round(scores[ahead].value, 9)
    ]
    foremost = {place: min(one for one, other in touching if other == place) for _ahead, place in touching}
    told = [(one, other) for one, other in touching if one == other - 1 or one == foremost[other]]

    assert [(pair.first, pair.second) for pair in found.cannot_separate] == [
        (scores[one].key, scores[other].key) for one, other in sorted(told)
    ]


def test_nothing_about_a_person_can_enter():
    refused = "person mentee mentor user email name gender sex age group ethnicity race disability religion"
    of_work = "nationality tenure seniority performance manager grade pay salary rating score"
    taken = {field.name for each in (Candidate, SponsorOutlook, Profile, Weights, Item) for field in fields(each)}

    assert {word for name in taken for word in name.split("_")} & {*refused.split(), *of_work.split()} == set()
    assert {field.name for field in fields(SponsorOutlook)} == {"state", "ratings", "confirmed"}
