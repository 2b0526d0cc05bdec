"""Business hours: split shifts, holidays, and days that gain or lose an hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_platform.lib.clock import BusinessClock, BusinessHoursError

H = timedelta(hours=1)
SPLIT = [(time(9), time(13)), (time(15), time(19))]
AROUND_THE_CLOCK = {day: [(time(0), time(0))] for day in range(7)}
ZONES = ["Europe/Rome", "America/Santiago", "Asia/Kathmandu", "UTC"]


def local(zone: str, year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone))


def test_friday_evening_waits_for_monday():
    rome = BusinessClock("Europe/Rome")
    due = rome.add(local("Europe/Rome", 2026, 3, 6, 17), 3 * H)
    assert due == local("Europe/Rome", 2026, 3, 9, 11)
    assert rome.between(local("Europe/Rome", 2026, 3, 6, 17), due) == 3 * H


def test_a_lunch_break_and_a_holiday_do_not_count():
    madrid = BusinessClock("Europe/Madrid", dict.fromkeys(range(5), SPLIT), frozenset({date(2026, 12, 25)}))
    thursday = local("Europe/Madrid", 2026, 12, 24, 12)
    assert madrid.add(thursday, 2 * H) == local("Europe/Madrid", 2026, 12, 24, 16)
    assert madrid.add(thursday, 6 * H) == local("Europe/Madrid", 2026, 12, 28, 10)
    assert not madrid.is_open(local("Europe/Madrid", 2026, 12, 24, 14))
    assert madrid.opens_at(local("Europe/Madrid", 2026, 12, 24, 19)) == local("Europe/Madrid", 2026, 12, 28, 9)


def test_the_first_instant_is_open_and_the_last_is_not():
    clock = BusinessClock("UTC")
    assert clock.is_open(local("UTC", 2026, 3, 2, 9))
    assert not clock.is_open(local("UTC", 2026, 3, 2, 18))
    assert clock.opens_at(local("UTC", 2026, 3, 2, 12)) == local("UTC", 2026, 3, 2, 12)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Rome", date(2026, 3, 29), 23),
        ("Europe/Rome", date(2026, 10, 25), 25),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("America/Santiago", date(2026, 4, 4), 25),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_day_counts_as_long_as_it_really_was(zone, day, hours):
    clock = BusinessClock(zone, AROUND_THE_CLOCK)
    start = datetime.combine(day, time(0), ZoneInfo(zone))
    end = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone))
    assert clock.between(start, end) == hours * H


def test_shifts_that_touch_in_the_repeated_hour_are_not_counted_twice():
    clock = BusinessClock("Europe/Rome", {6: [(time(1), time(2, 30)), (time(2, 30), time(4))]})
    sunday = local("Europe/Rome", 2026, 10, 25, 0)
    assert clock.between(sunday, sunday + timedelta(days=2)) == 4 * H


def test_a_shift_that_ends_in_the_repeated_hour_lasts_until_its_second_end():
    clock = BusinessClock("Europe/Rome", {6: [(time(1), time(2, 30))]})
    sunday = local("Europe/Rome", 2026, 10, 25, 0)
    assert clock.between(sunday, sunday + timedelta(days=1)) == 2.5 * H


def test_many_years_are_counted_whole():
    clock = BusinessClock("Asia/Kathmandu", AROUND_THE_CLOCK)
    start = local("Asia/Kathmandu", 2000, 1, 1, 0)
    assert clock.between(start, start + timedelta(days=8000)) == timedelta(days=8000)
    assert clock.between(start, start) == clock.between(start, start - H) == timedelta(0)


def test_hours_that_the_clock_skips_are_no_hours():
    clock = BusinessClock("Europe/Rome", {6: [(time(2), time(3))]})
    sunday = local("Europe/Rome", 2026, 3, 29, 0)
    assert clock.between(sunday, sunday + timedelta(days=1)) == timedelta(0)
    assert clock.opens_at(sunday) == local("Europe/Rome", 2026, 4, 5, 2)


minutes = st.integers(0, 24 * 60 - 1)


@st.composite
def clocks(draw):
    def shifts(cuts):
        ends = sorted(cuts)
        return [(time(*divmod(a, 60)), time(*divmod(b, 60))) for a, b in zip(ends[::2], ends[1::2], strict=True)]

    day = st.lists(minutes, unique=True, max_size=6).filter(lambda cuts: len(cuts) % 2 == 0).map(shifts)
    weekly = draw(st.dictionaries(st.integers(0, 6), day, min_size=1).filter(lambda week: any(week.values())))
    holidays = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20))
    return BusinessClock(draw(st.sampled_from(ZONES)), weekly, holidays)


@settings(max_examples=60, deadline=None)
@given(clocks(), st.integers(0, 365 * 24 * 3600), st.integers(0, 60 * 24 * 3600))
def test_add_and_between_are_each_others_inverse(clock, into_the_year, seconds):
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=into_the_year)
    business = timedelta(seconds=seconds)
    try:
        due = clock.add(start, business)
    except BusinessHoursError as error:
        assert error.code == "too_far", "a few minutes a week never make up sixty days"
        return
    assert due >= start
    assert clock.between(start, due) == business
    middle = start + (due - start) / 2
    assert clock.between(start, middle) + clock.between(middle, due) == business


def test_the_stored_hours_come_back_as_they_were():
    stored = {"weekly": {"0": [["09:00", "13:00"], ["15:00", "24:00"]]}, "holidays": ["2026-12-25"]}
    assert BusinessClock.from_config(stored, timezone="Europe/Rome").to_config() == stored
    assert BusinessClock.from_config({}, timezone="UTC") == BusinessClock("UTC")


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"weekly": {}}, "no_hours"),
        ({"weekly": {"0": []}}, "no_hours"),
        ({"weekly": {"7": [["09:00", "18:00"]]}}, "weekday"),
        ({"weekly": {"0": [["18:00", "09:00"]]}}, "order"),
        ({"weekly": {"0": [["09:00", "13:00"], ["12:00", "18:00"]]}}, "overlap"),
        ({"weekly": {"0": [["09:00"]]}}, "time"),
        ({"weekly": {"0": [["9 am", "18:00"]]}}, "time"),
        ({"weekly": {"0": [["09:00", "24:30"]]}}, "time"),
        ({"weekly": {"0": "09:00-18:00"}}, "malformed"),
        ({"weekly": {"0": [[f"{h:02}:00", f"{h:02}:30"] for h in range(7)]}}, "too_many"),
        ({"weekly": [1]}, "malformed"),
        ("nine to five", "malformed"),
        ({"holidays": ["Christmas"]}, "holiday"),
        ({"holidays": "2026-12-25"}, "malformed"),
    ],
)
def test_hours_nobody_could_keep_are_refused_with_their_reason(config, code):
    with pytest.raises(BusinessHoursError) as refusal:
        BusinessClock.from_config(config, timezone="UTC")
    assert refusal.value.code == code


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_time_zone_is_refused(zone):
    with pytest.raises(BusinessHoursError, match="time_zone"):
        BusinessClock(zone)
