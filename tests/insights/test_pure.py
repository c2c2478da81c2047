"""Steps, quarters, lateness and what went with what: pure, with exact answers."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stretchhub.insights.late import Due, days_late, guarded, summed_up
from stretchhub.insights.steps import Facts, step_of, waiting
from stretchhub.insights.went_with import UNKNOWN, WITH, WITHOUT, released, shares, support
from stretchhub.insights.windows import Window, quarter_before, quarter_of

BEGAN = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({}, ("goal", "no_goal")),
        ({"goal": True}, ("option", "no_option")),
        ({"goal": True, "option": True}, ("brief", "no_endorsed_brief")),
        ({"option": True}, ("brief", "no_endorsed_brief")),
        ({"option": True, "endorsed": True}, ("sponsor", "no_sponsor")),
        ({"option": True, "endorsed": True, "accepted": True}, ("charter", "no_charter")),
        ({"accepted": True, "charter": True}, ("charter", "not_agreed")),
    ],
)
def test_the_step_is_the_first_that_is_missing_on_the_way(facts, step):
    assert step_of(Facts(BEGAN, **facts)) == step


def test_of_two_mentorships_the_furthest_counts_and_the_wait_begins_with_the_first():
    found = waiting([Facts(BEGAN), Facts(date(2026, 5, 1), goal=True, option=True)], None)

    assert (found.value, found.reason.code, found.since, found.parts) == ("brief", "no_endorsed_brief", BEGAN, (1,))


def test_of_two_that_are_equally_far_the_older_counts_and_a_written_charter_is_further_than_none():
    assert waiting([Facts(BEGAN, goal=True), Facts(date(2026, 5, 1), goal=True)], None).parts == (0,)
    accepted = [Facts(BEGAN, accepted=True), Facts(BEGAN, accepted=True, charter=True)]
    assert waiting(accepted, None).parts == (1,)


def test_whoever_had_work_waits_since_it_ended():
    assert waiting([Facts(BEGAN)], date(2026, 6, 30)).since == date(2026, 6, 30)
    assert waiting([Facts(BEGAN)], date(2025, 6, 30)).since == BEGAN


@pytest.mark.parametrize(
    ("day", "now", "before"),
    [
        (
            date(2026, 11, 29),
            Window("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
            Window("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ),
        (
            date(2026, 1, 1),
            Window("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
            Window("2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
        ),
        (
            date(2028, 6, 30),
            Window("2028-Q2", date(2028, 4, 1), date(2028, 6, 30)),
            Window("2028-Q1", date(2028, 1, 1), date(2028, 3, 31)),
        ),
    ],
)
def test_a_quarter_has_three_months_and_one_before_it(day, now, before):
    assert (quarter_of(day), quarter_before(day)) == (now, before)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_quarters_follow_each_other_without_a_gap(day):
    now, before = quarter_of(day), quarter_before(day)

    assert now.since <= day <= now.until
    assert before.until + timedelta(days=1) == now.since


def test_days_late_are_counted_to_the_day_it_came_or_to_now_and_stand_still_in_a_pause():
    due, day = date(2026, 5, 10), date(2026, 6, 9)

    assert days_late(due, date(2026, 5, 14), day) == 4
    assert days_late(due, None, day) == 30
    assert days_late(due, date(2026, 5, 10), day) == days_late(due, date(2026, 5, 1), day) == 0
    assert days_late(due, date(2026, 5, 20), day, [(date(2026, 5, 1), date(2026, 5, 13))]) == 7
    assert days_late(due, None, day, [(date(2026, 5, 15), None)]) == 5
    assert days_late(due, date(2026, 5, 20), day, [(date(2026, 5, 12), None)]) == 2
    assert days_late(due, date(2026, 5, 20), day, [(date(2026, 4, 1), date(2026, 5, 1))]) == 10


def test_the_sum_has_how_many_how_many_late_how_many_open_and_the_middle():
    found = summed_up([Due(1, 3), Due(1), Due(2, 10, is_open=True), Due(3, 4), Due(4, is_open=True)])

    assert (found.value, found.reason.code, found.parts, found.days) == (3, "counted", (5, 3, 1), 4)
    assert summed_up([Due(1)]).days is None
    assert (summed_up([]).value, summed_up([]).reason.code) == (None, "nothing_due")


def of_people(late: int, on_time: int, days: int = 2) -> list[Due]:
    """One thing each."""
    return [Due(n, days if n < late else None) for n in range(late + on_time)]


@pytest.mark.parametrize(
    ("late", "on_time", "value", "reason", "between"),
    [
        (4, 6, 4, "exact", (4, 4)),
        (3, 9, 3, "exact", (3, 3)),
        (4, 5, None, "too_few_people", (0, 0)),
        (1, 11, None, "few", (0, 2)),
        (0, 12, None, "withheld", (0, 0)),
        (2, 12, None, "withheld", (0, 0)),
        (11, 1, None, "nearly_all", (10, 12)),
        (12, 0, None, "withheld", (0, 0)),
    ],
)
def test_what_is_not_read_one_by_one_is_counted_of_ten_people_and_never_as_one_or_two(
    late, on_time, value, reason, between
):
    found = guarded(of_people(late, on_time))

    assert (found.value, found.reason.code, (found.low, found.high)) == (value, reason, between)
    assert found.days == (2 if value else None)


def test_many_of_one_or_two_people_are_no_number_either():
    ten = [Due(person) for person in range(10)]

    assert guarded([*ten, *(Due(0, 5) for _each in range(4))]).reason.code == "withheld"
    assert guarded([*ten, *(Due(n % 2, 5) for n in range(4))]).reason.code == "withheld"
    assert guarded([*ten, *(Due(n % 3, 5) for n in range(4))]).value == 4
    # Many things of few people are few people.
    assert guarded([Due(n % 9) for n in range(40)]).reason.code == "too_few_people"


def test_both_sides_of_a_support_are_shown_with_their_intervals():
    shown = released({"pilot": (Counter({WITH: 18, WITHOUT: 9}), Counter({WITH: 40, WITHOUT: 30}))})

    found = support(shown["pilot"])

    assert (found.value, found.reason.code) == (True, "shown")
    assert [(share.group, share.value, share.n) for share in found.parts] == [(WITH, 18, 40), (WITHOUT, 9, 30)]
    # The worked numbers of the methodology, §7.
    assert [tuple(round(end, 4) for end in share.parts) for share in found.parts] == [
        (0.3071, 0.6017),
        (0.1666, 0.4788),
    ]


@pytest.mark.parametrize("without", [0, 1, 9])
def test_one_small_side_hides_both_so_that_the_sum_gives_nothing_away(without):
    eligible = Counter({WITH: 40, WITHOUT: without})

    shown = released({"pilot": (Counter({WITH: 18}), eligible)})["pilot"]

    assert support(shown).reason.code == "too_few"
    assert shown.value == ()


def test_work_of_which_nobody_can_say_counts_as_a_group_of_its_own_when_something_is_hidden():
    eligible = Counter({WITH: 12, WITHOUT: 11, UNKNOWN: 1})

    shown = released({"talks": (Counter({WITH: 6, WITHOUT: 5, UNKNOWN: 1}), eligible)})["talks"]

    # One hidden piece of work would follow from the number of all: the next smallest goes with it.
    assert [share.group for share in shares(shown)] == [WITH]
    assert support(shown).value is False


def test_where_one_division_is_withheld_all_are():
    told = released(
        {
            "pilot": (Counter({WITH: 2, WITHOUT: 0}), Counter({WITH: 12, WITHOUT: 12})),
            "cover": (Counter({WITH: 1, WITHOUT: 1}), Counter({WITH: 12, WITHOUT: 12})),
            "kind": (Counter(), Counter({"technical": 24})),
        }
    )

    assert {name: shown.reason.code for name, shown in told.items()}["kind"] == "withheld"
    assert {support(told[name]).reason.code for name in ("pilot", "cover")} == {"withheld"}
    assert shares(told["kind"]) == ()


def test_one_more_since_the_last_quarter_cannot_be_found_by_subtracting_the_two():
    before = released({"pilot": (Counter({WITH: 6, WITHOUT: 5}), Counter({WITH: 12, WITHOUT: 11}))})

    after = released({"pilot": (Counter({WITH: 7, WITHOUT: 5}), Counter({WITH: 13, WITHOUT: 11}))}, earlier=before)[
        "pilot"
    ]

    told = {share.group: (share.value, share.n, share.as_before) for share in shares(after)}
    assert told == {WITH: (6, 12, True), WITHOUT: (5, 11, True)}


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_shown_has_ten_on_each_side_and_never_one_or_two_of_them(several):
    divisions = {
        str(at): (Counter({WITH: min(a, n), WITHOUT: min(b, m)}), Counter({WITH: n, WITHOUT: m}))
        for at, (a, n, b, m) in enumerate(several)
    }

    for shown in released(divisions).values():
        for share in support(shown).parts:
            assert share.n >= 10
            assert share.value is None or 3 <= share.value <= share.n - 3
