"""When a programme's waves and days fall: exactly once, whatever calendars and clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from nps_platform.tenancy.models import Due, Organization
from surveys.actions.beginning import begin_due
from surveys.actions.waves import plan_next_batch
from surveys.models import Invitation, Programme, Wave
from surveys.planning.schedule import (
    at_local,
    day_at,
    day_number,
    months_later,
    next_wave,
    period_of,
    slot_bounds,
    wave_at,
    waves_due,
)
from surveys.tasks import sweep
from tests.messaging.letters import tasks_at_once  # noqa: F401
from tests.surveys.waves import customer, draft_wave, launched

ZONES = [ZoneInfo(name) for name in ("Europe/Rome", "America/Santiago", "Asia/Kathmandu")]


def test_a_wave_on_the_31st_falls_on_the_last_day_of_shorter_months_and_returns() -> None:
    days = [months_later(date(2027, 12, 31), months) for months in range(6)]
    assert [day.isoformat() for day in days] == [
        "2027-12-31",
        "2028-01-31",
        "2028-02-29",  # a leap year
        "2028-03-31",
        "2028-04-30",
        "2028-05-31",
    ]


def test_an_hour_that_the_clocks_skip_comes_after_the_jump_and_one_they_repeat_is_the_first() -> None:
    rome, santiago, _kathmandu = ZONES
    assert at_local(date(2027, 3, 28), time(2, 30), rome) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # shows 3:30
    assert at_local(date(2027, 10, 31), time(2, 30), rome) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert at_local(date(2027, 9, 5), time(0, 30), santiago) == datetime(2027, 9, 5, 4, 30, tzinfo=UTC)  # shows 1:30


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(("every", "waves"), [("once", 1), ("month", 36), ("quarter", 12), ("half_year", 6)])
def test_in_three_years_each_wave_begins_once_in_order(zone: ZoneInfo, every: str, waves: int) -> None:
    first, at = date(2026, 1, 31), time(2, 30)
    now, begun = datetime(2026, 1, 30, tzinfo=UTC), list[int]()
    while now < datetime(2029, 1, 30, tzinfo=UTC):
        number = waves_due(now, begun[-1] if begun else 0, every, first, at, zone)
        if number:
            begun.append(number)
        now += timedelta(hours=7)
    assert begun == list(range(1, waves + 1))
    local = [wave_at(number, every, first, at, zone).astimezone(zone) for number in begun]
    assert {(moment.hour, moment.minute) for moment in local} <= {(2, 30), (3, 30)}


def test_of_waves_that_were_missed_the_last_is_made_up_for() -> None:
    rome = ZONES[0]
    late = datetime(2026, 6, 15, tzinfo=UTC)
    assert waves_due(late, 1, "month", date(2026, 1, 1), time(9), rome) == 6
    assert next_wave(6, "month", date(2026, 1, 1), time(9), rome) == at_local(date(2026, 7, 1), time(9), rome)
    assert waves_due(late, 6, "month", date(2026, 1, 1), time(9), rome) is None
    assert next_wave(1, "once", date(2026, 1, 1), time(9), rome) is None


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_each_day_of_a_continuous_programme_has_one_number(zone: ZoneInfo) -> None:
    first, at = date(2026, 1, 1), time(0, 30)
    numbers = {
        day_number(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=hours), first, at, zone)
        for hours in range(24 * 400)
    }
    assert numbers == set(range(1, 401)) | ({401} if 401 in numbers else set())
    assert all(day_number(day_at(n, first, at, zone), first, at, zone) == n for n in range(1, 400))


@given(st.integers(1, 730), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_everybody_has_exactly_one_day_of_a_period(days: int, key: str) -> None:
    turns = [day for day in range(days) if slot_bounds(day, days)[0] <= key < slot_bounds(day, days)[1]]
    assert len(turns) == 1
    assert period_of(days + turns[0] + 1, days) == (2, turns[0])


def sweep_now() -> None:
    Due.objects.update(due_at=timezone.now())
    sweep()


def test_a_clock_that_is_set_back_repeats_no_wave(inside: Organization, tasks_at_once: None) -> None:  # noqa: F811
    customer(1)
    with time_machine.travel(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), tick=False) as clock:
        programme = launched(every="month", starts_on=date(2026, 10, 25), starts_at=time(2, 30), quarantine_days=0)
        assert programme.waves.count() == 1
        for hours in (1, -2, 3, -1, 24 * 31):  # 2:30 comes twice that night, and somebody plays with the clock
            clock.shift(timedelta(hours=hours))
            sweep_now()
    assert list(Wave.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Invitation.objects.count() == 2


def test_two_workers_that_begin_a_wave_at_once_begin_one(inside: Organization) -> None:
    customer(1)
    programme = draft_wave(every="month", quarantine_days=0)
    Programme.objects.filter(pk=programme.pk).update(state="running", launched_at=timezone.now())
    one, other = (Programme.objects.select_related("survey").get(pk=programme.pk) for _worker in range(2))
    now = timezone.now()
    assert len(begin_due(one, now)) == 1
    assert begin_due(other, now) == []
    while plan_next_batch(programme.pk):
        pass
    assert Invitation.objects.count() == 1


def test_a_continuous_programme_asks_each_person_once_a_period_on_their_own_day(
    inside: Organization,
    tasks_at_once: None,  # noqa: F811
) -> None:
    people = [customer(n) for n in range(30)]
    with time_machine.travel(datetime(2026, 3, 20, 9, tzinfo=UTC), tick=False) as clock:
        programme = launched(mode="continuous", period_days=10, quarantine_days=10, open_days=5)
        for _day in range(19):
            clock.shift(timedelta(days=1))
            sweep_now()
    asked = Invitation.objects.exclude(state="skipped").order_by("created_at")
    assert asked.count() == 2 * len(people)
    first = {i.customer_id: i for i in asked.filter(occasion="period-1")}
    second = {i.customer_id: i for i in asked.filter(occasion="period-2")}
    assert len(first) == len(second) == len(people)
    assert {(second[pk].created_at.date() - first[pk].created_at.date()).days for pk in first} == {10}
    assert len({i.created_at.date() for i in first.values()}) > 5  # spread over the days
    assert programme.waves.count() == 20
