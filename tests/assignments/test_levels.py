from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.levels import PROVENANCES, Entry, Standing, current, good_until
from assignments.method import Reason

TODAY = date(2026, 11, 22)
SELF = Entry(4, "self_declared", date(2026, 11, 1))
MENTOR = Entry(3, "mentor_rated", date(2026, 6, 1))
VERIFIED = Entry(2, "verified", date(2025, 1, 15))

entries = st.lists(
    st.builds(Entry, st.integers(1, 5), st.sampled_from(PROVENANCES), st.dates(date(2022, 1, 1), date(2026, 11, 22))),
    min_size=1,
)


def test_what_was_verified_counts_before_what_was_said_later():
    found = current([SELF, MENTOR, VERIFIED], TODAY)

    assert (found.value, found.provenance, found.dated_on, found.stale) == (2, "verified", date(2025, 1, 15), False)
    assert found.parts == (VERIFIED, MENTOR, SELF)
    assert found.reason == Reason("strongest_fresh", {"months": 24})


def test_a_stale_level_gives_way_to_a_fresh_one_that_is_weaker():
    old = replace(VERIFIED, dated_on=date(2024, 1, 1))

    found = current([old, SELF], TODAY)

    assert (found.value, found.provenance, found.stale) == (4, "self_declared", False)
    assert found.parts == (SELF, old)


def test_where_all_are_stale_the_newest_stands_and_is_marked():
    old = Entry(5, "verified", date(2020, 1, 1))
    newer = Entry(2, "self_declared", date(2021, 1, 1))

    found = current([newer, old], TODAY)

    assert (found.value, found.provenance, found.stale) == (2, "self_declared", True)
    assert found.reason.code == "all_stale"


def test_of_equals_the_newest_counts_and_on_one_day_the_last_given():
    assert current([replace(MENTOR, level=5, dated_on=date(2026, 7, 1)), MENTOR], TODAY).value == 5
    assert current([MENTOR, replace(MENTOR, level=1)], TODAY).value == 1


def test_nobody_has_a_level_that_was_never_given():
    assert current([], TODAY) == Standing(None, Reason("no_level"))


@pytest.mark.parametrize(
    ("dated_on", "until"),
    [
        (date(2024, 11, 22), date(2026, 11, 22)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2024, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_level_is_fresh_for_two_calendar_years(dated_on, until):
    assert good_until(dated_on, 24) == until
    assert not current([Entry(3, "verified", dated_on)], until).stale
    assert current([Entry(3, "verified", dated_on)], until.replace(year=2027)).stale


def test_other_spans_end_on_the_last_day_of_a_shorter_month():
    assert good_until(date(2026, 10, 31), 1) == date(2026, 11, 30)
    assert good_until(date(2026, 12, 15), 13) == date(2028, 1, 15)


@given(entries)
def test_nothing_stronger_or_newer_is_passed_over(given_entries):
    found = current(given_entries, TODAY)

    fresh = [entry for entry in given_entries if good_until(entry.dated_on, 24) >= TODAY]
    assert found.stale == (not fresh)
    assert sorted(map(repr, found.parts)) == sorted(map(repr, given_entries))
    if fresh:
        strongest = min(PROVENANCES.index(entry.provenance) for entry in fresh)
        assert PROVENANCES.index(found.provenance) == strongest
        assert found.dated_on == max(e.dated_on for e in fresh if e.provenance == found.provenance)
    else:
        assert found.dated_on == max(entry.dated_on for entry in given_entries)
