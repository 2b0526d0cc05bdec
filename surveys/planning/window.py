"""When mails may leave: working days, hours in the person's time zone, contact hours of their country, the daily cap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from surveys.planning.schedule import at_local

HORIZON = timedelta(days=3660)
EVERY_DAY = frozenset(range(1, 8))
DAY_END = time(23, 59, 59)


class BadWindow(ValueError):
    """A window nobody could keep. `code`: malformed, time, order, weekdays, overlap (with a country's contact hours)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Window:
    """Hours on some weekdays (ISO, 1 is Monday), in the time zone of whoever is written to."""

    opens: time = time(0)
    closes: time = DAY_END
    weekdays: frozenset[int] = EVERY_DAY
    holidays: frozenset[date] = field(default=frozenset())

    def is_open_on(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and day not in self.holidays

    def within(self, other: Window) -> Window:
        """The hours that both allow. Raises BadWindow where there are none."""
        opens, closes = max(self.opens, other.opens), min(self.closes, other.closes)
        weekdays = self.weekdays & other.weekdays
        if opens >= closes or not weekdays:
            raise BadWindow("overlap")
        return Window(opens, closes, weekdays, self.holidays | other.holidays)

    def next_open(self, now: datetime, zone: ZoneInfo) -> datetime:
        """`now` where it is open, else the next opening; UTC."""
        day = now.astimezone(zone).date()
        for step in range(HORIZON.days):
            moment = self.on(day + timedelta(days=step), zone, now)
            if moment is not None:
                return moment
        raise BadWindow("malformed")

    def on(self, day: date, zone: ZoneInfo, now: datetime) -> datetime | None:
        """When a mail leaves on `day`: at the opening, or at once where it is open already; None where it is over."""
        if not self.is_open_on(day) or at_local(day, self.closes, zone) <= now:
            return None
        return max(at_local(day, self.opens, zone), now.astimezone(UTC))


ALWAYS = Window()


def read_window(raw: Mapping[str, Any], holidays: Sequence[str] = ()) -> Window:
    """From the JSON `{"from": "09:00", "to": "13:00", "weekdays": [1, 2], "holidays": false}`; {} is any hour of any day.

    `holidays` are left out unless the window says that they count as days. Raises BadWindow.
    """
    if not isinstance(raw, Mapping) or set(raw) - {"from", "to", "weekdays", "holidays"}:
        raise BadWindow("malformed")
    if not raw:
        return ALWAYS
    weekdays = raw.get("weekdays") or sorted(EVERY_DAY)
    if not isinstance(weekdays, list) or not all(type(day) is int and day in EVERY_DAY for day in weekdays):
        raise BadWindow("weekdays")
    opens, closes = _time(raw.get("from") or "00:00"), _time(raw.get("to") or "24:00")
    if opens >= closes:
        raise BadWindow("order")
    away = frozenset() if raw.get("holidays") else frozenset(date.fromisoformat(day) for day in holidays)
    return Window(opens, closes, frozenset(weekdays), away)


def _time(text: object) -> time:
    if text == "24:00":
        return DAY_END
    try:
        return time.fromisoformat(text) if isinstance(text, str) and len(text) == 5 else _refuse()
    except ValueError:
        return _refuse()


def _refuse() -> time:
    raise BadWindow("time")


@dataclass(frozen=True)
class Place:
    """Where somebody is: a time zone and a country, as the judged rows name them ("Europe/Rome|IT")."""

    zone: ZoneInfo
    window: Window


def place_of(text: str, window: Window, own_zone: str, own_country: str, hours: Mapping[str, Any]) -> Place:
    """The place of judged people, with the hours that the programme and their country's contact hours both allow.

    Where the two have no hour in common, the country's hold: they are the law there.
    """
    zone, _, country = text.partition("|")
    legal = hours.get(country or own_country)
    if legal:
        allowed = read_window(legal)
        try:
            window = window.within(allowed)
        except BadWindow:
            window = Window(allowed.opens, allowed.closes, allowed.weekdays, window.holidays)
    return Place(ZoneInfo(zone or own_zone), window)


def sending_days(now: datetime, own: Place, places: Sequence[Place]) -> Iterator[date]:
    """The organisation's sending days from `now` on; the first is one that is not over in any of `places`."""
    day = now.astimezone(own.zone).date()
    for step in range(HORIZON.days):
        candidate = day + timedelta(days=step)
        over = any(at_local(candidate, place.window.closes, place.zone) <= now for place in places)
        if not over and own.window.on(candidate, own.zone, now) is not None:
            yield candidate


def due_on(day: date, place: Place, now: datetime) -> datetime:
    """When the mail of a sending day leaves in `place`: then, or at its next opening where that day is closed there."""
    return place.window.next_open(max(at_local(day, time(0), place.zone), now), place.zone)


def fill_days(number: int, capacities: Iterator[tuple[date, int]]) -> list[tuple[date, int]]:
    """How many leave on which day: each day takes as many as it can."""
    filled, left = [], number
    for day, capacity in capacities:
        if left <= 0:
            break
        some = min(left, max(capacity, 0))
        if some:
            filled.append((day, some))
        left -= some
    return filled
