"""What is decided about an occasion before the first person is: who is drawn, which days, when mails leave where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from nps_platform.tenancy.scope import current_organization
from surveys.models import Invitation, Programme
from surveys.planning.estimates import response_rate
from surveys.planning.judging import Draw, Judging, count_by, where
from surveys.planning.sampling import allotted, cutoffs, keys_at, wanted
from surveys.planning.window import Place, Window, due_on, fill_days, place_of, read_window, sending_days

CALL_HOURS: dict[str, Any] = {"from": "10:00", "to": "20:00", "weekdays": [1, 2, 3, 4, 5, 6]}
OWN = "|"  # the place of who has neither zone nor country of their own


@dataclass(frozen=True)
class Plan:
    """Kept with the wave as JSON, so that planning goes on by it after a crash. `dues`: place → when each day's mails leave."""

    draw: Draw = field(default_factory=Draw)
    days: tuple[tuple[date, int], ...] = ()
    dues: dict[str, tuple[datetime, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "cutoffs": dict(self.draw.cutoffs),
            "keys": list(self.draw.days),
            "days": [[day.isoformat(), number] for day, number in self.days],
            "dues": {place: [at.isoformat() for at in dues] for place, dues in self.dues.items()},
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Plan:
        return cls(
            Draw(raw["cutoffs"], tuple(raw["keys"])),
            tuple((date.fromisoformat(day), number) for day, number in raw["days"]),
            {place: tuple(datetime.fromisoformat(at) for at in dues) for place, dues in raw["dues"].items()},
        )

    def due(self, place: str, day: int = 0) -> datetime:
        """When the mail of one who is drawn for `day` leaves."""
        dues = self.dues.get(place, self.dues[OWN])
        return dues[min(day, len(dues) - 1)]


@dataclass(frozen=True)
class Census:
    """The audience before the draw."""

    eligible: int
    available: dict[str, int]  # by stratum
    places: tuple[str, ...]

    @property
    def free(self) -> int:
        """People without any reason against them."""
        return sum(self.available.values())


def take_census(judging: Judging) -> Census:
    """Judge everybody once, and count."""
    rows = count_by(judging, "stratum", "reason", "place")
    available: Counter[str] = Counter()
    for stratum, reason, _place, n in rows:
        if not reason:
            available[stratum] += n
    places = {place for _stratum, reason, place, _n in rows if not reason}
    return Census(sum(row[-1] for row in rows), dict(available), tuple(sorted(places)))


def prepare(judging: Judging, *, number: int | None = None) -> Plan:
    """The plan of an occasion. `number`: how many are asked, where the sample does not say (a day of a continuous one).

    Without sample and cap nobody needs to be judged for it.
    """
    programme = judging.programme
    if not programme.sample and not programme.messages_a_day:
        places = _places(judging) if has_hours(programme) else ()
        return Plan(dues=dues_of(programme, judging.now, places, ()))
    return plan_for(judging, take_census(judging), number=number)


def plan_for(judging: Judging, census: Census, *, number: int | None = None) -> Plan:
    """The plan, for an audience that was counted."""
    programme = judging.programme
    asked = how_many(programme, census) if number is None else min(number, census.free)
    limits: dict[str, str] = {}
    if asked < census.free:
        limits = cutoffs(judging, allotted(census.available, asked))
    days = _days(judging, census.places, asked)
    keys: tuple[str, ...] = ()
    if programme.messages_a_day and len(days) > 1:
        keys = tuple(keys_at(judging, limits, _ends(days)))
    return Plan(Draw(limits, keys), tuple(days), dues_of(programme, judging.now, census.places, days))


def how_many(programme: Programme, census: Census) -> int:
    """How many of those free are asked, by the programme's sample."""
    rate, _basis, _asked = response_rate(programme.survey.kind)
    return wanted(programme.sample, census.free, census.eligible, rate)


def _ends(days: list[tuple[date, int]]) -> list[int]:
    """The places in the draw at which each day but the last ends."""
    ends, total = [], 0
    for _day, number in days[:-1]:
        total += number
        ends.append(total)
    return ends


def _places(judging: Judging) -> tuple[str, ...]:
    rows = judging.audience.annotate(place=where()).order_by().values_list("place", flat=True).distinct()
    return tuple(rows)


def has_hours(programme: Programme) -> bool:
    """Whether mails leave at some hours only; without, nobody's time zone matters."""
    return bool(hours_of(programme) or current_organization().contact_hours)


def window_of(programme: Programme) -> Window:
    """The programme's sending window. Raises BadWindow."""
    return read_window(hours_of(programme), current_organization().holidays)


def hours_of(programme: Programme) -> dict[str, Any]:
    """The window as it holds: mails may leave at any hour, telephones ring by day."""
    usual = CALL_HOURS if programme.channel == Programme.Channel.PHONE else {}
    return programme.window or usual


def place(programme: Programme, text: str = OWN) -> Place:
    """A judged row's place with the hours that hold there."""
    organization = current_organization()
    window = window_of(programme)
    return place_of(text, window, organization.timezone, organization.country, organization.contact_hours)


def dues_of(
    programme: Programme, now: datetime, places: tuple[str, ...], days: list[tuple[date, int]] | tuple[()]
) -> dict[str, tuple[datetime, ...]]:
    """When mails leave, by place and sending day; the organisation's own place is always among them."""
    found = {text: place(programme, text) for text in {*places, OWN}}
    if programme.channel == Programme.Channel.PHONE:
        # Mails of a wave leave on one day; with calls nobody waits until it is morning everywhere.
        return {text: (at.window.next_open(now, at.zone),) for text, at in found.items()}
    dates = [day for day, _number in days] or [_first_day(now, found)]
    return {text: tuple(due_on(day, at, now) for day in dates) for text, at in found.items()}


def _first_day(now: datetime, places: dict[str, Place]) -> date:
    return next(sending_days(now, places[OWN], list(places.values())))


def _days(judging: Judging, places: tuple[str, ...], number: int) -> list[tuple[date, int]]:
    """How many are asked on which day."""
    programme, own = judging.programme, place(judging.programme)
    dates = sending_days(judging.now, own, [place(programme, text) for text in {*places, OWN}])
    return fill_days(number, _capacities(programme, judging.now, own.zone, dates, number))


def _capacities(
    programme: Programme, now: datetime, zone: ZoneInfo, dates: Iterator[date], number: int
) -> Iterator[tuple[date, int]]:
    """What the daily cap leaves of each day, beside what is due already."""
    cap = programme.messages_a_day
    taken = due_by_day(programme, now, zone) if cap else {}
    for day in dates:
        yield day, (cap - taken.get(day, 0) if cap else number)


def due_by_day(programme: Programme, now: datetime, zone: ZoneInfo) -> dict[date, int]:
    """Invitations of the programme that leave today or later, by day on the organisation's calendar."""
    if programme.pk is None:
        return {}
    start = datetime.combine(now.astimezone(zone).date(), datetime.min.time(), zone)
    due = programme.invitations.filter(due_at__gte=start).exclude(state=Invitation.State.SKIPPED)
    by_day = due.order_by().annotate(day=TruncDate("due_at", tzinfo=zone)).values_list("day")
    return dict(by_day.annotate(n=Count("pk")))
