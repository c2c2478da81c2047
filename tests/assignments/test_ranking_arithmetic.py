"""Numbers as a person would write them, and the arithmetic of each factor."""

import pytest

from assignments.factors import Candidate, SponsorOutlook
from assignments.method import DEFAULT
from assignments.ranking import FACTORS, Want, rank
from assignments.ranking_arithmetic import arithmetic, number, span


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (26.25, 1, "26.3"),
        (26.25, 2, "26.25"),
        (0.1 + 0.2, 2, "0.3"),
        (3, 2, "3"),
        (10.0, 1, "10"),
        (100, 0, "100"),
        (0.005, 2, "0.01"),
        (0, 2, "0"),
        (0.0001, 4, "0.0001"),
        (-0.5, 2, "-0.5"),
    ],
)
def test_numbers_are_rounded_as_on_paper(value, digits, written):
    assert number(value, digits) == written


def test_a_range_is_written_only_where_there_is_one():
    assert (span(1.001, 1.004), span(1, 2.5)) == ("1", "1–2.5")


def worked(candidate, factor, goals=None, wants=()):
    (score,) = rank([candidate], goals or {}, wants).value
    return arithmetic(score.parts[FACTORS.index(factor)], DEFAULT.values())


@pytest.mark.parametrize(
    ("q", "written"),
    [
        (0.2, "Load ÷ ceiling is 0.2: 0.2 ÷ 0.4 = 0.5; × 20 = 10"),
        (0.6, "Load ÷ ceiling is 0.6: full from 0.4 to 0.8 = 1; × 20 = 20"),
        (0.9, "Load ÷ ceiling is 0.9: 1 − 0.5 × (0.9 − 0.8) ÷ (1 − 0.8) = 0.75; × 20 = 15"),
        (1.25, "Load ÷ ceiling is 1.25: 0.5 × (1.5 − 1.25) ÷ (1.5 − 1) = 0.25; × 20 = 5"),
        (1.6, "Load ÷ ceiling is 1.6: nothing above 1.5 = 0; × 20 = 0"),
    ],
)
def test_each_branch_of_the_stretch_fit_is_written_out(q, written):
    assert worked(Candidate("a", "A", q_low=q, q_high=q), "stretch") == written


def test_what_is_unknown_is_a_question_mark_in_the_sum_and_a_range_after_it():
    wants = [Want(5, "Influence", 3, 4, 2), Want(6, "Delivery", 3, 4, None)]
    candidate = Candidate("a", "A", fits={1: 3}, contributions={5: 1}, q_low=0.2, q_high=0.6)

    assert worked(candidate, "goal", {1: 5, 2: 3}) == "(5 × 3 + 3 × ?) ÷ (3 × 8) = 0.63–1; × 30 = 18.75–30"
    assert worked(candidate, "gap", wants=wants) == "(6 × 1) ÷ (6 + ?) = 0.4–1; × 25 = 10–25"
    assert worked(candidate, "stretch") == "Load ÷ ceiling between 0.2 and 0.6: the fit = 0.5–1; × 20 = 10–20"
    assert worked(candidate, "sponsor") == "Not known: 0–15 of 15 points."


def test_a_sponsor_and_a_week_at_their_ends():
    looked = Candidate("a", "A", sponsor=SponsorOutlook("none"), util=1.3)
    sure = Candidate("a", "A", sponsor=SponsorOutlook("found", (5, 5, 5, 5), True), util=0.8)

    assert worked(looked, "sponsor") == "Looked, and nobody found = 0; × 15 = 0"
    assert worked(looked, "workload") == "(1.2 − 1.3) ÷ 0.2, at least 0 = 0; × 10 = 0"
    assert worked(sure, "sponsor") == "((5 + 5 + 5 + 5) ÷ 4 − 1) ÷ 4 = 1; × 15 = 15"
    assert worked(sure, "workload") == "(1.2 − 0.8) ÷ 0.2, at most 1 = 1; × 10 = 10"
