"""An organisation's business clock: opening hours by weekday, split shifts, holidays, time zone (METHOD §9).

All arithmetic is done in UTC, so a day that gains or loses an hour is counted as long as it really was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Shift = tuple[time, time]

MIDNIGHT = time(0, 0)
DEFAULT_WEEKLY: dict[int, list[Shift]] = {weekday: [(time(9), time(18))] for weekday in range(5)}
MAX_SHIFTS_A_DAY = 6
MAX_HOLIDAYS = 1000
# Far enough for any target, near enough to end: holidays may close every day of a configured week.
HORIZON = timedelta(days=3660)
_TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


class BusinessHoursError(ValueError):
    """Hours that can't be kept. `code`: malformed, time_zone, weekday, time, order, overlap, too_many, holiday,
    no_hours, too_far; `where` names the weekday or holiday concerned."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} {where}".strip())
        self.code = code
        self.where = where


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _end_minutes(at: time) -> int:
    return _minutes(at) or 24 * 60


@dataclass(frozen=True)
class BusinessClock:
    """Opening hours: weekday (0 = Monday) → shifts of that day; a shift ending at 00:00 lasts until midnight.

    A shift over midnight is written as two. Raises BusinessHoursError for hours nobody could keep.
    """

    timezone: str = "UTC"
    weekly: Mapping[int, list[Shift]] = field(default_factory=lambda: DEFAULT_WEEKLY)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        _zone(self.timezone)
        for weekday, shifts in self.weekly.items():
            _check_day(weekday, shifts)
        if not any(self.weekly.values()):
            raise BusinessHoursError("no_hours")
        if len(self.holidays) > MAX_HOLIDAYS:
            raise BusinessHoursError("too_many", "holidays")

    @classmethod
    def from_config(cls, config: object, *, timezone: str) -> BusinessClock:
        """From the JSON `{"weekly": {"0": [["09:00", "18:00"]]}, "holidays": ["2026-12-25"]}`; empty means Mon–Fri 9–18."""
        if not config:
            return cls(timezone)
        if not isinstance(config, Mapping):
            raise BusinessHoursError("malformed")
        weekly = _read_weekly(config["weekly"]) if "weekly" in config else DEFAULT_WEEKLY
        return cls(timezone, weekly, _read_holidays(config.get("holidays", [])))

    def to_config(self) -> dict[str, object]:
        """The JSON that `from_config` reads."""
        weekly = {
            str(weekday): [[f"{start:%H:%M}", "24:00" if end == MIDNIGHT else f"{end:%H:%M}"] for start, end in shifts]
            for weekday, shifts in sorted(self.weekly.items())
            if shifts
        }
        return {"weekly": weekly, "holidays": sorted(day.isoformat() for day in self.holidays)}

    def is_open(self, at: datetime) -> bool:
        """Whether a shift is on at this aware moment; its first instant is in, its last is out."""
        moment = at.astimezone(UTC)
        start, end = next(self._shifts_after(moment), (moment, moment))
        return start <= moment < end

    def opens_at(self, at: datetime) -> datetime:
        """This moment where open, else the next opening; UTC."""
        moment = at.astimezone(UTC)
        for start, _end in self._shifts_after(moment):
            return max(start, moment)
        raise BusinessHoursError("too_far")

    def add(self, start: datetime, business: timedelta) -> datetime:
        """The earliest moment (UTC) by which this much business time has passed since the aware `start`."""
        if business < timedelta(0):
            raise ValueError("business time is never negative")
        moment, left = start.astimezone(UTC), business
        if not left:
            return moment
        for opens, closes in self._shifts_after(moment):
            opens = max(opens, moment)
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise BusinessHoursError("too_far")

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Business time from one aware moment to a later one; zero where b is not later."""
        begin, end = a.astimezone(UTC), b.astimezone(UTC)
        total = timedelta(0)
        while begin < end:
            total += self._within(begin, min(end, begin + HORIZON / 2))
            begin += HORIZON / 2
        return total

    def _within(self, begin: datetime, end: datetime) -> timedelta:
        total = timedelta(0)
        for opens, closes in self._shifts_after(begin):
            if opens >= end:
                break
            total += min(closes, end) - max(opens, begin)
        return total

    def _shifts_after(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Shifts in UTC that end after `moment`, in order, without overlap, up to the horizon."""
        last_end = moment
        day = moment.astimezone(_zone(self.timezone)).date() - timedelta(days=1)
        last_day = day + HORIZON
        while day <= last_day:
            for opens, closes in self._shifts_on(day):
                # Where clocks go back, two shifts that touch would both claim the repeated hour.
                opens = max(opens, last_end) if last_end > moment else opens
                if closes > max(opens, moment):
                    last_end = closes
                    yield opens, closes
            day += timedelta(days=1)

    def _shifts_on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if day in self.holidays:
            return
        zone = _zone(self.timezone)
        for start, end in sorted(self.weekly.get(day.weekday(), [])):
            end_day = day + timedelta(days=1) if end == MIDNIGHT else day
            opens = datetime.combine(day, start.replace(fold=0), zone)
            closes = datetime.combine(end_day, end.replace(fold=1 if end != MIDNIGHT else 0), zone)
            yield opens.astimezone(UTC), closes.astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BusinessHoursError("time_zone", name) from error


def _check_day(weekday: int, shifts: list[Shift]) -> None:
    if weekday not in range(7):
        raise BusinessHoursError("weekday", str(weekday))
    if len(shifts) > MAX_SHIFTS_A_DAY:
        raise BusinessHoursError("too_many", str(weekday))
    free_from = 0
    for start, end in sorted(shifts):
        if _minutes(start) >= _end_minutes(end):
            raise BusinessHoursError("order", str(weekday))
        if _minutes(start) < free_from:
            raise BusinessHoursError("overlap", str(weekday))
        free_from = _end_minutes(end)


def _read_weekly(weekly: object) -> dict[int, list[Shift]]:
    if not isinstance(weekly, Mapping):
        raise BusinessHoursError("malformed", "weekly")
    return {
        _read_weekday(key): [_read_shift(shift, str(key)) for shift in _list(shifts)] for key, shifts in weekly.items()
    }


def _read_weekday(key: object) -> int:
    if str(key) not in {"0", "1", "2", "3", "4", "5", "6"}:
        raise BusinessHoursError("weekday", str(key))
    return int(str(key))


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise BusinessHoursError("malformed")
    return list(value)


def _read_shift(shift: object, where: str) -> Shift:
    ends = _list(shift)
    if len(ends) != 2:
        raise BusinessHoursError("time", where)
    start, end = (_read_time(text, where) for text in ends)
    return start, end


def _read_time(text: object, where: str) -> time:
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or (match[1] == "24" and match[2] != "00"):
        raise BusinessHoursError("time", where)
    return time(int(match[1]) % 24, int(match[2]))


def _read_holidays(days: object) -> frozenset[date]:
    return frozenset(_read_holiday(day) for day in _list(days))


def _read_holiday(day: object) -> date:
    try:
        return date.fromisoformat(str(day))
    except ValueError as error:
        raise BusinessHoursError("holiday", str(day)) from error
