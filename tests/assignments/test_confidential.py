"""Confidential answers: no number, no text and no difference of two of them is over one or two people."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignments.confidential import LEAST_WORDS, OTHER, Cell, cells, middle, publication

GROUPS = ("coach", "expert", "peer", "end_user")
MIXES = list(itertools.product(range(9), repeat=4))


def shown(**counts: int) -> dict[str, int]:
    return {cell.name: cell.people for cell in cells(counts).value}


def test_groups_of_three_stand_by_themselves():
    assert shown(peer=3, end_user=4) == {"peer": 3, "end_user": 4}


def test_groups_that_are_too_small_are_put_together():
    assert shown(peer=4, coach=2, expert=1) == {"peer": 4, OTHER: 3}


def test_while_what_is_put_together_is_too_small_the_smallest_group_joins_it():
    assert shown(peer=5, end_user=3, coach=1) == {"peer": 5, OTHER: 4}


def test_of_two_groups_of_one_size_always_the_same_joins():
    assert shown(peer=3, end_user=3, coach=1) == shown(coach=1, end_user=3, peer=3) == {"peer": 3, OTHER: 4}


def test_one_group_and_one_person_more_stand_as_one():
    found = cells({"peer": 3, "coach": 1})
    assert found.value == (Cell(OTHER, frozenset({"peer", "coach"}), 4),)
    assert found.of("coach") == found.of("peer") == found.value[0]


@pytest.mark.parametrize(
    ("counts", "reason"),
    [({}, "nobody"), ({"peer": 0}, "nobody"), ({"peer": 2}, "too_few"), ({"a": 1, "b": 1}, "too_few")],
)
def test_fewer_than_three_are_not_shown_at_all(counts, reason):
    found = cells(counts)
    assert (found.value, found.people, found.reason) == ((), 0, reason)
    assert found.of("peer") is None


def test_the_answer_says_what_it_was_made_of():
    found = cells({"peer": 3, "coach": 0, "end_user": 4})
    assert (found.parts, found.reason, found.people) == ((("end_user", 4), ("peer", 3)), "shown", 7)


def test_texts_want_five_people():
    assert cells({"peer": 4}, least=LEAST_WORDS).value == ()
    assert [cell.people for cell in cells({"peer": 5, "coach": 2}, least=LEAST_WORDS).value] == [7]


def test_nobody_can_ask_for_less_than_three():
    assert cells({"peer": 2}, least=1).value == ()
    assert cells({"peer": 3, "coach": 1}, least=1).value == cells({"peer": 3, "coach": 1}).value


@pytest.mark.parametrize("least", [3, LEAST_WORDS])
def test_no_cell_and_no_difference_of_any_mix_is_over_fewer_people(least):
    """All 6,561 mixes of up to eight people in four groups."""
    assert len(MIXES) == 6561
    for mix in MIXES:
        counts = dict(zip(GROUPS, mix, strict=True))
        found = cells(counts, least=least)
        total = sum(mix)
        assert found.people == (total if total >= least else 0), mix
        assert all(cell.people >= least for cell in found.value), mix
        assert all(cell.people == sum(counts[group] for group in cell.groups) for cell in found.value), mix
        # Every group of the mix is in one cell and no more: what sums and differences reach is whole cells.
        inside = [group for cell in found.value for group in cell.groups]
        assert len(inside) == len(set(inside)), mix
        assert not found.value or set(inside) == {group for group in GROUPS if counts[group]}, mix


def test_a_group_that_is_large_enough_and_alone_with_others_keeps_its_name():
    for mix in MIXES:
        counts = dict(zip(GROUPS, mix, strict=True))
        if all(n == 0 or n >= 3 for n in mix):
            assert shown(**counts) == {group: n for group, n in counts.items() if n}


@pytest.mark.parametrize(
    ("waiting", "now", "reason"), [(0, False, "nobody"), (2, False, "too_few"), (3, True, "enough")]
)
def test_answers_come_out_in_threes_or_more(waiting, now, reason):
    found = publication(waiting)
    assert (found.value, found.parts, found.reason) == (now, waiting, reason)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.just("close"), st.just("view"), st.sampled_from(GROUPS)), max_size=60))
def test_whatever_is_read_at_whatever_moment_no_difference_is_over_one_or_two(steps):
    """Answers come in, the round closes and opens again, somebody reads in between and remembers all of it."""
    waiting, batches, seen = [], [], set()
    for number, step in enumerate(steps):
        if step == "close":
            if publication(len(waiting)).value:
                batches.append(waiting)
                waiting = []
        elif step == "view":
            seen |= set(read(batches))
        else:
            waiting.append((step, number))
    seen |= set(read(batches))

    assert all(len(cell) >= 3 for cell in seen)
    # Cells that were read are the same later on, or have nobody in common: every difference of sums is whole cells.
    assert all(one == other or not one & other for one in seen for other in seen)


def read(batches) -> list[frozenset]:
    found = []
    for batch in batches:
        counts = {group: sum(one == group for one, _number in batch) for group in GROUPS}
        for cell in cells(counts).value:
            found.append(frozenset(person for person in batch if person[0] in cell.groups))
    return found


@pytest.mark.parametrize(
    ("levels", "answer"), [([], None), ([4], 4.0), ([5, 1, 3], 3.0), ([1, 2, 4, 5], 3.0), ([2, 3], 2.5)]
)
def test_the_middle_of_the_levels(levels, answer):
    assert middle(levels) == answer
