from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.cadence import due_days, next_working_day, slot_utc, sponsor_days, working_days_after

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
ZONES = st.sampled_from(sorted(available_timezones()))
WEEKS = st.sets(st.sampled_from("1234567"), min_size=1).map(lambda days: "".join(sorted(days)))
UTC = ZoneInfo("UTC")


def test_a_weekly_rhythm_falls_on_the_same_weekday():
    assert due_days(date(2026, 11, 2), date(2026, 11, 30), "weekly", "12345") == [
        date(2026, 11, 9),
        date(2026, 11, 16),
        date(2026, 11, 23),
        date(2026, 11, 30),
    ]


def test_a_day_off_moves_to_the_next_working_day():
    assert due_days(date(2026, 11, 7), date(2026, 12, 6), "fortnightly", "12345") == [date(2026, 11, 23)]


def test_a_monthly_rhythm_keeps_the_day_of_the_month_as_far_as_there_is_one():
    assert due_days(date(2027, 12, 31), date(2028, 4, 1), "monthly", "1234567") == [
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
    ]


def test_a_stretch_shorter_than_the_rhythm_has_no_check_in():
    assert due_days(date(2026, 11, 2), date(2026, 11, 6), "weekly", "12345") == []


def test_nobody_without_a_working_day_waits_for_one():
    assert next_working_day(date(2026, 11, 7), "") == date(2026, 11, 7)


def test_the_sponsor_is_met_every_two_weeks_for_six_weeks_then_monthly():
    assert sponsor_days("two_then_monthly", date(2026, 11, 2), date(2027, 3, 14), "12345") == [
        date(2026, 11, 16),
        date(2026, 11, 30),
        date(2026, 12, 14),
        date(2027, 1, 14),
        date(2027, 2, 15),
    ]


def test_the_last_day_counts_for_the_sponsor_too():
    assert sponsor_days("two_then_monthly", date(2026, 11, 2), date(2026, 11, 16), "12345") == [date(2026, 11, 16)]
    assert sponsor_days("two_then_monthly", date(2026, 11, 2), date(2026, 11, 15), "12345") == []


@given(start=DAYS, length=st.integers(0, 400), rhythm=st.sampled_from(["weekly", "fortnightly", "monthly"]), week=WEEKS)
def test_a_plain_rhythm_with_the_sponsor_falls_as_that_of_the_mentor(start, length, rhythm, week):
    end = start + timedelta(days=length)

    assert sponsor_days(rhythm, start, end, week) == due_days(start, end, rhythm, week)


@given(start=DAYS, length=st.integers(0, 800), week=WEEKS)
def test_every_day_with_the_sponsor_is_worked_within_the_stretch_and_none_comes_twice(start, length, week):
    end = start + timedelta(days=length)

    days = sponsor_days("two_then_monthly", start, end, week)

    assert all(start < day <= end and str(day.isoweekday()) in week for day in days)
    assert days == sorted(set(days))


@given(start=DAYS, length=st.integers(0, 800), rhythm=st.sampled_from(["weekly", "fortnightly", "monthly"]), week=WEEKS)
def test_every_check_in_is_a_working_day_within_the_stretch_and_none_comes_twice(start, length, rhythm, week):
    end = start + timedelta(days=length)

    days = due_days(start, end, rhythm, week)

    assert all(start < day <= end and str(day.isoweekday()) in week for day in days)
    assert days == sorted(set(days))


@given(start=DAYS, rhythm=st.sampled_from(["weekly", "fortnightly", "monthly"]), week=WEEKS)
def test_no_period_goes_by_without_a_check_in(start, rhythm, week):
    longest = {"weekly": 7, "fortnightly": 14, "monthly": 31}[rhythm]

    days = [start, *due_days(start, start + timedelta(days=400), rhythm, week)]

    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    assert gaps
    assert max(gaps) <= longest + 6


def test_the_first_moment_after_a_gap_counts():
    berlin = ZoneInfo("Europe/Berlin")

    assert slot_utc(date(2026, 3, 29), time(2, 30), berlin) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_the_first_of_two_equal_times_counts():
    berlin = ZoneInfo("Europe/Berlin")

    assert slot_utc(date(2026, 10, 25), time(2, 30), berlin) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_half_an_hour_of_gap_is_found_too():
    lord_howe = ZoneInfo("Australia/Lord_Howe")

    assert slot_utc(date(2026, 10, 4), time(2, 15), lord_howe) == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("at", [time(23), time(23, 45)])
def test_where_the_end_of_a_day_is_a_gap_the_slot_is_the_last_minute_before_it(at):
    nuuk = ZoneInfo("America/Nuuk")

    moment = slot_utc(date(2024, 3, 30), at, nuuk)

    assert moment == datetime(2024, 3, 31, 0, 59, tzinfo=UTC)
    assert moment.astimezone(nuuk).isoformat() == "2024-03-30T22:59:00-02:00"
    assert slot_utc(date(2024, 3, 31), time(0), nuuk) == datetime(2024, 3, 31, 1, 0, tzinfo=UTC)


@given(day=DAYS, zone=ZONES, hour=st.integers(0, 23), minute=st.sampled_from([0, 15, 30, 45]))
def test_every_local_day_has_exactly_one_slot_in_every_zone(day, zone, hour, minute):
    here, at = ZoneInfo(zone), time(hour, minute)

    moment = slot_utc(day, at, here)

    local = moment.astimezone(here).replace(tzinfo=None)
    # The first moment after a gap, or the last minute before one that is the end of the day.
    late, is_last = local - datetime.combine(day, at), (moment + timedelta(minutes=1)).astimezone(here).date() > day
    assert timedelta(0) <= late <= timedelta(hours=2) or is_last
    assert slot_utc(day + timedelta(days=1), at, here) > moment


@given(day=DAYS, zone=ZONES, hour=st.integers(0, 23))
def test_a_slot_is_the_first_moment_at_or_after_the_local_time(day, zone, hour):
    here = ZoneInfo(zone)
    moment = slot_utc(day, time(hour), here)

    before = (moment - timedelta(seconds=1)).astimezone(here).replace(tzinfo=None)

    assert before < datetime.combine(day, time(hour))


@pytest.mark.parametrize("week", ["1", "67", "135", "1234567"])
def test_the_next_working_day_is_one(week):
    assert str(next_working_day(date(2026, 11, 22), week).isoweekday()) in week


def test_seven_working_days_skip_the_weekends():
    assert working_days_after(date(2026, 11, 5), 7, "12345") == date(2026, 11, 16)
    assert working_days_after(date(2026, 11, 5), 7, "1234567") == date(2026, 11, 12)


def test_whoever_names_no_working_days_counts_all():
    assert working_days_after(date(2026, 11, 5), 7, "") == date(2026, 11, 12)


@given(DAYS, st.integers(0, 30), WEEKS)
def test_so_many_working_days_lie_between(day, count, week):
    end = working_days_after(day, count, week)

    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(str(each.isoweekday()) in week for each in between) == count
