from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.planning import Step, followers, goes_round, later, out_of_order, shifted, spread

# A Monday.
START = date(2026, 6, 1)


def on(days):
    return START + timedelta(days=days)


def test_days_are_spread_by_their_shares_and_fall_on_working_days():
    # 0.25 of 56 days is Monday 15 June; 0.6 is Sunday 5 July, moved to Monday.
    assert spread(START, on(56), [0, 0.25, 0.6, 1], "12345") == [on(0), on(14), on(35), on(56)]


def test_no_day_is_after_the_end_even_when_the_end_is_no_working_day():
    assert spread(START, on(6), [1], "12345") == [on(6)]


@pytest.mark.parametrize(("end", "share"), [(on(-1), 0.5), (on(10), 1.1), (on(10), -0.1)])
def test_what_cannot_be_spread_is_refused(end, share):
    with pytest.raises(ValueError):
        spread(START, end, [share], "12345")


CHAIN = [Step(1, on(0)), Step(2, on(10), frozenset({1})), Step(3, on(20), frozenset({2})), Step(4, on(15))]


def test_what_follows_waits_directly_or_through_others():
    assert followers(CHAIN, 1) == {2, 3}
    assert followers(CHAIN, 2) == {3}
    assert followers(CHAIN, 4) == frozenset()


def test_what_is_later_is_due_on_the_day_or_after_it():
    assert later(CHAIN, 2) == {3, 4}
    assert later([Step(1, on(0)), Step(2, on(0))], 1) == {2}


def test_what_is_chosen_moves_by_as_many_days_and_then_to_a_working_day():
    # Six days after Thursday 11 June is Wednesday; six after Sunday 21 June is Saturday, moved to Monday.
    assert shifted(CHAIN, {2, 3}, timedelta(days=6), "12345") == {2: on(16), 3: on(28)}
    assert shifted(CHAIN, set(), timedelta(days=6), "12345") == {}


def test_steps_that_wait_for_each_other_go_round():
    assert goes_round({1: [2], 2: [1]})
    assert goes_round({1: [1]})
    assert goes_round({1: [], 2: [4], 3: [2], 4: [3]})
    assert not goes_round({1: [], 2: [1], 3: [1, 2]})
    assert not goes_round({})
    assert not goes_round({1: [99]})


def test_a_step_due_before_what_it_waits_for_is_out_of_order():
    steps = [Step(1, on(10)), Step(2, on(5), frozenset({1})), Step(3, on(10), frozenset({1, 99}))]

    assert out_of_order(steps) == {2}


@given(st.dictionaries(st.integers(1, 8), st.sets(st.integers(1, 8), max_size=4), max_size=8))
def test_what_goes_round_is_what_follows_itself(after):
    steps = [Step(pk, START, frozenset(before)) for pk, before in after.items()]
    direct = {pk: {s.pk for s in steps if pk in s.after} for pk in after}

    def reaches(pk):
        seen, fresh = set(), set(direct[pk])
        while fresh:
            seen |= fresh
            fresh = set().union(*(direct[other] for other in fresh)) - seen
        return pk in seen

    assert goes_round(after) == any(reaches(pk) for pk in after)
