import pytest

from reviews.evidence_rule import Verdict, judge

NOTE = "word " * 30


def verdict(level, note="", linked=0, available=3, not_observed=False):
    return judge(level=level, not_observed=not_observed, note=note, linked=linked, available=available)


def test_a_criterion_needs_a_level_or_not_observed():
    assert verdict(None) == Verdict(False, "no_level")
    assert verdict(None, not_observed=True) == Verdict(True, "")


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_level_needs_evidence_even_with_a_long_note(level):
    assert verdict(level, note=NOTE) == Verdict(False, "no_evidence")


@pytest.mark.parametrize("level", [2, 3])
def test_the_middle_levels_rest_on_one_piece(level):
    assert verdict(level, linked=1) == Verdict(True, "")


@pytest.mark.parametrize("level", [1, 4, 5])
def test_the_outer_levels_rest_on_two_pieces_or_one_and_a_note(level):
    assert verdict(level, linked=1, note="four words are few") == Verdict(False, "second_or_note", 26)
    assert verdict(level, linked=1, note="word " * 29) == Verdict(False, "second_or_note", 1)
    assert verdict(level, linked=1, note=NOTE) == Verdict(True, "")
    assert verdict(level, linked=2) == Verdict(True, "")


def test_with_one_piece_to_see_the_outer_levels_need_the_note_beside_it():
    assert verdict(5, linked=1, available=1) == Verdict(False, "note_beside", 30)
    assert verdict(5, linked=1, available=1, note=NOTE) == Verdict(True, "")


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_with_nothing_to_see_a_note_stands_in(level):
    assert verdict(level, available=0) == Verdict(False, "note_instead", 30)
    assert verdict(level, available=0, note=NOTE) == Verdict(True, "")
