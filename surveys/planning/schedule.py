"""When a programme's occurrences fall: pure functions of its settings, so that a schedule runs exactly once.

Dates are the organisation's. A wave on the 31st falls on a shorter month's last day and returns to the 31st; a time that the
clocks skip is the same number of minutes after the jump, one that they repeat is the first of the two.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = {"once": 0, "month": 1, "quarter": 3, "half_year": 6}
FAR = 1200  # occurrences; a hundred years of months


def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """This wall-clock time as a moment in UTC."""
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def wave_at(number: int, every: str, first: date, at: time, zone: ZoneInfo) -> datetime:
    """When the wave `number` (from 1) begins. Raises ValueError for a second wave of a programme that has one."""
    if number > 1 and not MONTHS[every]:
        raise ValueError("a programme that asks once has one wave")
    return at_local(months_later(first, MONTHS[every] * (number - 1)), at, zone)


def waves_due(now: datetime, after: int, every: str, first: date, at: time, zone: ZoneInfo) -> int | None:
    """The number of the wave that is to begin by `now`, later than `after`; None where none is.

    Of several that were missed it is the last: nobody is asked three times because a machine stood still.
    """
    due = None
    for number in range(after + 1, (after + FAR if MONTHS[every] else 1) + 1):
        if wave_at(number, every, first, at, zone) > now:
            break
        due = number
    return due


def next_wave(after: int, every: str, first: date, at: time, zone: ZoneInfo) -> datetime | None:
    """When the wave after number `after` begins; None where there is none."""
    if after and not MONTHS[every]:
        return None
    return wave_at(after + 1, every, first, at, zone)


def day_number(now: datetime, first: date, at: time, zone: ZoneInfo) -> int:
    """The number (from 1) of the day of a continuous programme that has begun last; below 1 before the first."""
    local = now.astimezone(zone).date()
    begun = local if at_local(local, at, zone) <= now else local - timedelta(days=1)
    return (begun - first).days + 1


def day_at(number: int, first: date, at: time, zone: ZoneInfo) -> datetime:
    """When the day `number` (from 1) of a continuous programme begins."""
    return at_local(first + timedelta(days=number - 1), at, zone)


def period_of(number: int, period_days: int) -> tuple[int, int]:
    """The period (from 1) that a day's number falls into, and which of its days it is (from 0)."""
    period, day = divmod(number - 1, period_days)
    return period + 1, day


def slot_bounds(day: int, period_days: int) -> tuple[str, str]:
    """The hash values (8 hex digits) of the people whose turn it is on a day of the period: from, and up to but without."""
    low, high = (2**32 * step // period_days for step in (day, day + 1))
    return f"{low:08x}", f"{high:08x}" if high < 2**32 else "g"
