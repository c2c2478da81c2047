"""Stretch in words: the arithmetic, what is missing, and what would move it."""

import pytest

from assignments.method import Reason
from assignments.stretch import Profile, assess, what_if
from assignments.stretch_words import (
    gate_words,
    lever_name,
    lever_words,
    missing_words,
    outcome_words,
    row_words,
    sentence,
    week_words,
    zone_word,
)
from assignments.workload import workload

DEMANDED = (4, 3, 2, 1, 3, 3, 2, 5, 2, 2)
SHOWN = (2, 2, 2, 2, 2, 2, 1, 2, 2, 2)


def profile(demand=DEMANDED, support=(4, 4, 3, 3, 3), shown=SHOWN):
    return Profile(demand=demand, demonstrated=shown, support=support)


@pytest.mark.parametrize(
    ("stretch", "said"),
    [
        (profile(), "Load 10 = 2+1+1+1+1+4; support 3.4 → ceiling 8.8; Overstretch."),
        (
            profile((*DEMANDED[:7], 4, 2, 2)),
            "Load 8 = 2+1+1+1+1+2; support 3.4 → ceiling 8.8; Stretch.",
        ),
        (
            profile((2, 2, 2, 1, 2, 2, 1, 3, 1, 2), (3, 3, 3, 3, 3), (2,) * 10),
            "Load 1; support 3 → ceiling 8; Familiar.",
        ),
        (
            profile(shown=(None, *SHOWN[1:])),
            "Provisional: load 8–12; support 3.4 → ceiling 8.8; Stretch or Overstretch.",
        ),
        (profile((None, *DEMANDED[1:])), "Not said yet: how much it demands of “Unfamiliar responsibilities”."),
        (profile(support=(4, None, 3, 3, 3)), "Not said yet: “Access to mentor and sponsor”."),
        (
            profile((None,) * 10, (None,) * 5),
            "Not said yet: 10 of 10 demands and 5 of 5 kinds of support.",
        ),
        (
            profile(shown=(None,) * 10),
            "What was shown before is not said for 5 challenges that count here, and at most 3 may stay open:"
            " “Unfamiliar responsibilities”, “Starting something new”, “High stakes and visibility”,"
            " “Scope and scale”, “Influence without authority”.",
        ),
    ],
)
def test_the_sentence_has_the_whole_arithmetic_or_what_it_lacks(stretch, said):
    assert sentence(assess(stretch)) == said


def test_a_load_that_is_a_range_is_the_sum_of_ranges():
    found = assess(profile((2, 3, 3, 1, 3, 3, 3, 3, 2, 2), shown=(None, *SHOWN[1:])))

    assert (found.provisional, found.load_low, found.load_high) == (False, 7, 8)
    assert sentence(found) == "Load 7–8 = 0–1+1+1+1+1+2+1; support 3.4 → ceiling 8.8; Stretch."
    assert outcome_words(found) == "Stretch: 7–8 of 8.8"


def test_the_band_is_named_where_both_ends_of_the_load_lie_in_it():
    found = assess(profile((2, 3, 2, 1, 2, 3, 3, 3, 2, 2), shown=(None, *SHOWN[1:])))

    assert (found.load_low, found.load_high) == (5, 6)
    assert outcome_words(found) == "Stretch, productive: 5–6 of 8.8"


def test_what_may_be_a_leap_asks_for_what_was_shown_or_for_a_name():
    found = assess(profile(shown=(None, *SHOWN[1:])))

    said = [gate_words(gate, found, "Mina", None) for gate in found.gates]
    assert said == [
        "“Unfamiliar responsibilities” may be a leap: say what was shown, or name who supports Mina with it.",
        "“Influence without authority” is a leap: name who supports Mina with it.",
    ]


def test_what_is_not_assessed_is_called_so():
    assert zone_word(assess(profile((None,) * 10))) == "Not assessed"


def test_a_lever_of_support_says_what_the_next_level_means():
    lever = what_if(profile((*DEMANDED[:7], 4, 3, 2)))[0]

    assert lever_name(lever) == "“How often there is feedback” 4 → 5"
    assert lever_words(lever) == (
        "How often there is feedback: 4 → 5 (Weekly or better)",
        "Stretch, upper edge: 9 of 9.2",
    )


def test_what_is_familiar_asks_for_more():
    lever = what_if(profile((2, 2, 2, 1, 2, 2, 1, 3, 1, 2), (3, 3, 3, 3, 3), (2,) * 10))[0]

    assert lever_words(lever) == ("More of “Unfamiliar responsibilities”: 2 → 3", "Stretch, light: 2 of 8")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((2, 5, (4, 4), True), "2 → 5 · 4 points, a leap"),
        ((2, 3, (1, 1), False), "2 → 3 · 1 point"),
        ((3, 2, (0, 0), False), "3 → 2"),
        ((None, 4, (0, 4), False), "not said → 4 · 0–4 points"),
        ((2, None, (0, 4), False), "2 → not said"),
    ],
)
def test_each_row_of_the_chart_is_said_in_words(row, said):
    assert row_words(*row) == said


def test_the_week_is_said_with_its_arithmetic():
    assert week_words(workload(38, 4.5, 2, 40)) == "38 + 4.5 − 2 = 40.5 hours a week, 101 % of the 40 agreed."
    assert week_words(workload(None, 4, 0, 40)) == ""


def test_what_runs_beside_it_has_its_place_in_the_sum():
    assert (
        week_words(workload(36, 2, 0, 40, running=12))
        == "36 + 12 running + 2 − 0 = 50 hours a week, 125 % of the 40 agreed."
    )


def test_an_empty_week_keeps_the_hours_agreed():
    assert week_words(workload(0, 4, 4, 40)) == "0 + 4 − 4 = 0 hours a week, 0 % of the 40 agreed."
    assert week_words(workload(1, 1, 0, 37.5)).endswith("5 % of the 37.5 agreed.")


def test_a_lever_out_of_stretch_names_the_zone_alone():
    lever = what_if(profile((3, 3, 2, 1, 2, 2, 1, 2, 1, 2), shown=(2,) * 10))[0]

    assert lever_words(lever) == ("Less of “Unfamiliar responsibilities”: 3 → 2", "Familiar: 1 of 8.8")


def test_missing_parts_are_joined():
    reason = Reason("demand_missing", {"components": (1, 2, 3, 4), "supports": ("safety",)})

    assert missing_words(reason) == "Not said yet: 4 of 10 demands and “Safe to fail”."
