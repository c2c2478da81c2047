"""When a message goes to a person."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stretchhub.localtime import slot_utc
from stretchhub.notices.timing import (
    SETTLES,
    Hours,
    after_quiet,
    first_day,
    reminder_at,
    sending,
    working_days_on,
)
from tests.asked import ALL

MONDAY = date(2026, 11, 23)
LONDON = ZoneInfo("Europe/London")


def at(hour, minute=0, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def hours(**chosen):
    return Hours(**{"zone": LONDON, **chosen})


def later(days):
    return MONDAY + timedelta(days=days)


def test_without_a_choice_everything_comes_at_once():
    assert sending(at(3), hours()).value == at(3)
    assert sending(at(3), hours()).reason == ""


def test_a_reminder_comes_at_the_persons_own_hour_in_their_zone():
    assert reminder_at(MONDAY, hours()) == at(9)
    assert reminder_at(MONDAY, hours(remind_at=time(7, 30))) == at(7, 30)
    assert reminder_at(MONDAY, hours(zone=ZoneInfo("America/New_York"))) == at(14)


def test_a_reminder_waits_for_a_working_day_that_is_no_holiday():
    saturday = MONDAY - timedelta(days=2)
    assert reminder_at(saturday, hours()) == at(9)
    assert reminder_at(saturday, hours(holidays=frozenset({MONDAY}))) == at(9, day=later(1))
    assert reminder_at(saturday, hours(working_days="3", holidays=frozenset({later(2)}))) == at(9, day=later(9))


def test_somebody_without_working_days_is_told_on_every_day():
    assert first_day(later(5), hours(working_days="")) == later(5)


@pytest.mark.parametrize(
    "said,told",
    [
        (at(21, 59), at(21, 59)),
        (at(22), at(7, day=later(1))),
        (at(3, day=later(1)), at(7, day=later(1))),
        (at(7, day=later(1)), at(7, day=later(1))),
    ],
)
def test_quiet_hours_over_night_are_over_in_the_morning(said, told):
    assert after_quiet(said, hours(quiet_from=time(22), quiet_until=time(7))) == told


def test_quiet_hours_whose_end_the_clock_jumps_over_are_over_on_the_next_day():
    nuuk = Hours(ZoneInfo("America/Nuuk"), "1234567", quiet_from=time(22), quiet_until=time(23, 30))

    over = after_quiet(datetime(2024, 3, 31, 0, 15, tzinfo=UTC), nuuk)

    assert over.astimezone(nuuk.zone).isoformat() == "2024-03-31T00:00:00-01:00"


def test_quiet_hours_within_a_day_are_over_on_the_same_day():
    quiet = hours(quiet_from=time(12), quiet_until=time(14))

    assert [sending(at(hour), quiet).value for hour in (11, 12, 13, 14)] == [at(11), at(14), at(14), at(14)]
    assert sending(at(12), quiet).reason == "quiet"
    assert sending(at(14), quiet).reason == ""


def test_quiet_hours_that_end_in_the_hour_left_out_are_over_right_after_it():
    berlin = hours(zone=ZoneInfo("Europe/Berlin"), quiet_from=time(22), quiet_until=time(2, 30))

    assert after_quiet(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), berlin) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_who_is_away_is_told_on_the_first_day_back_at_work():
    away = hours(away=((MONDAY, later(4)), (later(7), later(7))))

    sent = sending(at(15), away)

    assert sent.value == at(9, day=later(8))
    assert (sent.reason, sent.parts) == ("away", {"back_on": later(8).isoformat()})


def test_what_is_turned_off_goes_nowhere():
    assert sending(at(9), hours(), "off").value is None


def test_the_daily_digest_is_that_of_the_same_day_until_it_goes_out():
    early, exactly = sending(at(8), hours(), "daily"), sending(at(9), hours(), "daily", now=at(8))
    late = sending(at(9), hours(), "daily")

    assert (early.value, early.digest_on) == (at(9), MONDAY)
    assert exactly.digest_on == MONDAY
    assert (late.value, late.digest_on) == (at(9, day=later(1)), later(1))


def test_what_comes_just_before_a_digest_waits_for_the_next():
    assert sending(at(9) - SETTLES, hours(), "daily").digest_on == later(1)


def test_a_digest_waits_out_weekends_holidays_absences_and_quiet_hours():
    friday = later(4)
    person = hours(
        holidays=frozenset({later(7)}), away=((later(8), later(9)),), quiet_from=time(8), quiet_until=time(10)
    )

    assert sending(at(12, day=friday), person, "daily").value == at(10, day=later(10))


@pytest.mark.parametrize(
    "said,day",
    [(at(8), 0), (at(10), 7), (at(10, day=later(3)), 7), (at(10, day=later(6)), 7), (at(8, day=later(7)), 7)],
)
def test_the_weekly_digest_comes_on_its_weekday(said, day):
    assert sending(said, hours(), "weekly").digest_on == later(day)


def test_a_weekly_digest_moved_by_a_holiday_still_takes_what_comes_on_that_holiday():
    person = hours(holidays=frozenset({MONDAY}))

    assert sending(at(12), person, "weekly").digest_on == later(1)
    assert sending(at(8, day=later(1)), person, "weekly").digest_on == later(1)
    assert sending(at(12, day=later(1)), person, "weekly").digest_on == later(7)


def test_a_weekly_digest_after_weeks_away_comes_on_the_first_day_back():
    person = hours(away=((MONDAY, later(23)),))

    assert sending(at(8), person, "weekly").digest_on == later(24)
    assert sending(at(12, day=later(24)), person, "weekly").digest_on == later(28)


def test_working_days_leave_out_days_off_holidays_and_absences():
    person = hours(holidays=frozenset({later(1)}), away=((later(3), later(3)),))

    assert working_days_on(MONDAY, 0, person) == MONDAY
    assert working_days_on(MONDAY, 1, person) == later(2)
    assert working_days_on(MONDAY, 2, person) == later(4)
    assert working_days_on(MONDAY, 3, person) == later(7)


zones = st.sampled_from(["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
quiet = st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1])


@given(moments, zones, quiet)
def test_nothing_goes_out_in_quiet_hours_nor_earlier_nor_later_than_their_end(moment, zone, quiet):
    person = Hours(ZoneInfo(zone), quiet_from=quiet[0], quiet_until=quiet[1])

    told = after_quiet(moment, person)

    assert moment <= told <= moment + timedelta(hours=26)
    assert after_quiet(told, person) == told


@given(
    moments,
    zones,
    st.sampled_from(["daily", "weekly"]),
    st.text("1234567", max_size=3),
    st.times(),
    st.integers(1, 7),
    st.tuples(st.integers(-20, 20), st.integers(0, 60)),
)
def test_every_digest_is_ahead_and_on_a_day_of_work(moment, zone, how, days, remind_at, weekly_on, absence):
    since = moment.date() + timedelta(days=absence[0])
    away = ((since, since + timedelta(days=absence[1])),)
    person = Hours(ZoneInfo(zone), days, remind_at, weekly_on=weekly_on, away=away)

    sent = sending(moment, person, how)

    assert sent.value is not None and sent.digest_on is not None
    assert moment + SETTLES < sent.value
    assert person.works_on(sent.digest_on) and person.back_from(sent.digest_on) == sent.digest_on


# In full in `make test-all`: every zone, every day of seven years, eight hours of the day.
ZONES = sorted(zoneinfo.available_timezones())
HOURS_TRIED = (time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(9), time(23, 45))


@pytest.mark.timeout(1800)
def test_every_local_date_has_exactly_one_slot_in_every_zone():
    """From 2024 to 2030, none missing and none double."""
    first, days = date(2024, 1, 1), 2557
    zones, clocks = (ZONES, HOURS_TRIED) if ALL else (ZONES[::40], HOURS_TRIED[4:5])
    slots = 0
    for name in zones:
        zone = ZoneInfo(name)
        for clock in clocks:
            last = None
            for number in range(days):
                day = first + timedelta(days=number)
                moment = slot_utc(day, clock, zone)
                here = moment.astimezone(zone).replace(tzinfo=None)
                late = here - datetime.combine(day, clock)
                assert here.date() == day, (name, day, clock)
                # Where the clock jumps over the end of the day there is nothing after the time that was wanted.
                is_last = (moment + timedelta(minutes=1)).astimezone(zone).date() > day
                assert timedelta(0) <= late <= timedelta(hours=2) or is_last, (name, day, clock)
                assert last is None or moment > last, (name, day, clock)
                last = moment
                slots += 1
    assert slots == len(zones) * len(clocks) * days
