"""Steps that know working days instead of days, and what is left when some are left out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.saved_steps import (
    MOST_DAYS,
    SavedStep,
    days_from,
    in_order,
    thinned,
    waits_in_circles,
    working_days_between,
)

MONDAY = date(2026, 11, 30)
OFFICE = "12345"


def step(days, *after, title="Step"):
    return SavedStep(title, "Words.", days, 1, after)


@pytest.mark.parametrize(
    ("days", "working_days", "expected"),
    [(0, OFFICE, 0), (1, OFFICE, 1), (4, OFFICE, 4), (5, OFFICE, 4), (7, OFFICE, 5), (7, "246", 3), (7, "", 7)],
)
def test_only_days_on_which_somebody_works_are_counted(days, working_days, expected):
    assert working_days_between(MONDAY, MONDAY + timedelta(days=days), working_days) == expected


def test_what_lies_before_the_start_is_its_first_day_and_what_lies_far_off_is_bounded():
    assert working_days_between(MONDAY, MONDAY - timedelta(days=30), OFFICE) == 0
    for working_days in (OFFICE, ""):
        assert working_days_between(MONDAY, date(2099, 12, 31), working_days) == MOST_DAYS


def test_another_start_gives_other_days_and_none_on_a_weekend():
    saturday = MONDAY - timedelta(days=2)

    assert days_from(MONDAY, [step(0), step(4), step(5)], OFFICE) == [
        MONDAY,
        date(2026, 12, 4),
        date(2026, 12, 7),
    ]
    assert days_from(saturday, [step(0), step(1)], OFFICE) == [MONDAY, date(2026, 12, 1)]
    assert days_from(saturday, [step(2)], "") == [MONDAY]


@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.integers(0, 300),
    st.sets(st.sampled_from("1234567"), min_size=1).map("".join),
)
def test_days_that_become_numbers_become_the_same_days_again(start, number, working_days):
    [first, day] = days_from(start, [step(0), step(number)], working_days)

    assert str(day.isoweekday()) in working_days
    assert working_days_between(first, day, working_days) == number


@pytest.mark.parametrize(
    ("after", "kept", "expected"),
    [
        ([(), (0,), (1,)], [True, True, True], [(), (0,), (1,)]),
        # What came after the one in the middle comes after what that one came after.
        ([(), (0,), (1,)], [True, False, True], [(), (0,)]),
        ([(), (0,), (1,)], [False, True, True], [(), (0,)]),
        ([(), (0,), (1,)], [False, False, True], [()]),
        ([(), (), (0, 1)], [True, True, True], [(), (), (0, 1)]),
        ([(), (0,), (0,), (1, 2)], [True, False, False, True], [(), (0,)]),
        # A form that was tampered with names itself, goes round, or names what is not there.
        ([(0,), (9,)], [True, True], [(), ()]),
        ([(1,), (2,), (1,)], [True, False, False], [()]),
    ],
)
def test_a_step_that_is_left_out_leaves_no_gap(after, kept, expected):
    assert thinned(after, kept) == expected


def test_steps_stand_by_day_and_their_places_follow():
    found = in_order([step(9, 1, title="Late"), step(2, title="Early"), step(9, 0, title="Last")])

    assert [(each.title, each.after) for each in found] == [("Early", ()), ("Late", (0,)), ("Last", (1,))]


def test_steps_that_wait_for_each_other_are_found():
    assert waits_in_circles([step(1, 1), step(2, 0)])
    assert not waits_in_circles([step(1), step(2, 0)])
