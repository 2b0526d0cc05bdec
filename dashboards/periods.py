"""Stretches of days that pages and figures are about; whole months are compared with whole months."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from nps_platform.lib.formats import day_label, month_label

FIRST_YEAR, LAST_YEAR = 1990, 2100
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})-q([1-4])")
_YEAR = re.compile(r"[0-9]{4}")
_DAYS = re.compile(r"last-([1-9][0-9]{0,2})-days")
_MONTHS = re.compile(r"last-([1-9][0-9]?)-months")


def shifted(month: date, months: int) -> date:
    """The first day of the month that lies `months` after (before: negative) the month of `month`."""
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day there."""
    return datetime.combine(day, time.min, zone)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def whole_months(self) -> int:
        """How many calendar months it is made of; 0 where it begins or ends inside one."""
        if self.first.day != 1 or self.last != end_of_month(self.last):
            return 0
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def before(self) -> Period:
        """The period just before: as many calendar months where whole, else as many days (METHOD §7, windows)."""
        if months := self.whole_months:
            return Period(shifted(self.first, -months), self.first - timedelta(days=1))
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def year_ago(self) -> Period:
        """The same stretch a year earlier."""
        if self.whole_months:
            return Period(shifted(self.first, -12), end_of_month(shifted(self.last, -12)))
        return Period(_a_year_before(self.first), _a_year_before(self.last))

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first instant, and the first one after it."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)

    def months(self) -> Iterator[date]:
        """The first days of the months that it touches."""
        month = self.first.replace(day=1)
        while month <= self.last:
            yield month
            month = shifted(month, 1)

    def label(self, locale: str) -> str:
        """As people say it: "October 2026", "Q3 2026", "2026", else its two ends."""
        months = self.whole_months
        if months == 1:
            return month_label(self.first, locale)
        if months == 3 and self.first.month % 3 == 1:
            return format_skeleton("yQQQ", self.first, locale=locale)
        if months == 12 and self.first.month == 1:
            return str(self.first.year)
        same_year = self.first.year == self.last.year
        return f"{day_label(self.first, locale, year=not same_year)} – {day_label(self.last, locale)}"


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def month_of(day: date) -> Period:
    return Period(day.replace(day=1), end_of_month(day))


def quarter_of(day: date) -> Period:
    first = shifted(day, -((day.month - 1) % 3))
    return Period(first, end_of_month(shifted(first, 2)))


def year_of(day: date) -> Period:
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def last_days(count: int, today: date) -> Period:
    return Period(today - timedelta(days=count - 1), today)


def last_months(count: int, today: date) -> Period:
    """Complete calendar months, the last one before this."""
    return Period(shifted(today, -count), today.replace(day=1) - timedelta(days=1))


def stretches(months: Iterable[date]) -> list[Period]:
    """Months that follow one another, put together; `months` are first days, oldest first."""
    found: list[Period] = []
    for month in months:
        if found and shifted(found[-1].last, 1) == month:
            found[-1] = Period(found[-1].first, end_of_month(month))
        else:
            found.append(month_of(month))
    return found


def read_period(key: str, today: date) -> Period:
    """ "2026-10", "2026-q3", "2026", "last-90-days", "last-12-months". Raises ValueError for anything else."""
    if match := _DAYS.fullmatch(key):
        return last_days(int(match[1]), today)
    if match := _MONTHS.fullmatch(key):
        return last_months(int(match[1]), today)
    if match := _QUARTER.fullmatch(key):
        return quarter_of(date(_year(match[1]), int(match[2]) * 3, 1))
    if match := _MONTH.fullmatch(key):
        return month_of(date(_year(match[1]), int(match[2]), 1))
    if _YEAR.fullmatch(key):
        return year_of(date(_year(key), 1, 1))
    raise ValueError(key)


def _year(text: str) -> int:
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(text)
    return year


def key_of(period: Period) -> str:
    """The key that `read_period` understands, for calendar periods; "" for others."""
    if period == month_of(period.first):
        return f"{period.first:%Y-%m}"
    if period == quarter_of(period.first):
        return f"{period.first.year}-q{(period.first.month + 2) // 3}"
    return str(period.first.year) if period == year_of(period.first) else ""
