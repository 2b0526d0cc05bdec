"""A programme's occasions: which one comes next, and whose turn it is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.customers.segments import customers_in
from nps_platform.tenancy.scope import current_organization
from surveys.models import Programme, Wave
from surveys.planning.estimates import response_rate
from surveys.planning.judging import Judging
from surveys.planning.sampling import wanted
from surveys.planning.schedule import (
    day_at,
    day_number,
    next_wave,
    period_of,
    slot_bounds,
    wave_at,
    waves_due,
)

# Days of a continuous programme that a stopped machine catches up with; later ones wait for their next period.
CATCH_UP = 7


@dataclass(frozen=True)
class Schedule:
    """A programme's settings as the pure functions want them."""

    first: date
    at: time
    zone: ZoneInfo


def schedule_of(programme: Programme, now: datetime | None = None) -> Schedule:
    """The first day and the hour: as set, else those of the launch, else now."""
    zone = ZoneInfo(current_organization().timezone)
    begun = (programme.launched_at or now or timezone.now()).astimezone(zone)
    return Schedule(programme.starts_on or begun.date(), programme.starts_at or _hour(programme, begun), zone)


def _hour(programme: Programme, begun: datetime) -> time:
    """Without an hour of its own a programme for a later day begins with it; one for today at once."""
    if programme.starts_on and programme.starts_on > begun.date():
        return time(0)
    return begun.time()


def last_number(programme: Programme) -> int:
    """The number of the newest occurrence that has begun, 0 before the first."""
    newest = programme.waves.order_by("-number").values_list("number", flat=True).first() if programme.pk else None
    return newest or 0


def numbers_due(programme: Programme, now: datetime) -> list[int]:
    """The occurrences that are to begin now, oldest first; a trigger programme has none."""
    schedule, after = schedule_of(programme), last_number(programme)
    if programme.mode == Programme.Mode.WAVE:
        due = waves_due(now, after, programme.every, schedule.first, schedule.at, schedule.zone)
        return [] if due is None else [due]
    if programme.mode == Programme.Mode.CONTINUOUS:
        today = day_number(now, schedule.first, schedule.at, schedule.zone)
        return list(range(max(after + 1, today - CATCH_UP + 1, 1), today + 1))
    return []


def next_at(programme: Programme) -> datetime | None:
    """When the next occurrence begins; None where there is none."""
    schedule, after = schedule_of(programme), last_number(programme)
    if programme.mode == Programme.Mode.WAVE:
        return next_wave(after, programme.every, schedule.first, schedule.at, schedule.zone)
    if programme.mode == Programme.Mode.CONTINUOUS:
        return day_at(after + 1, schedule.first, schedule.at, schedule.zone)
    return None


def coming(programme: Programme, count: int = 4, now: datetime | None = None) -> list[datetime]:
    """The next waves' moments, for a draft as if it were launched now."""
    if programme.mode != Programme.Mode.WAVE:
        return []
    schedule, after = schedule_of(programme, now), last_number(programme)
    last = after + count if programme.every != Programme.Every.ONCE else min(after + count, 1)
    return [
        wave_at(number, programme.every, schedule.first, schedule.at, schedule.zone)
        for number in range(after + 1, last + 1)
    ]


def occasion_of(programme: Programme, number: int) -> str:
    """What an invitation of the occurrence `number` is for: the wave, or the period of a continuous programme."""
    if programme.mode == Programme.Mode.CONTINUOUS:
        return f"period-{period_of(number, programme.period_days)[0]}"
    return str(number)


def judging_of(programme: Programme, number: int, now: datetime, wave: Wave | None = None) -> Judging:
    """The judging of one occurrence: the whole audience, or those whose day it is. Raises BrokenSegment."""
    people = customers_in(programme.audience)
    if programme.mode == Programme.Mode.CONTINUOUS:
        people = whose_day(programme, people, period_of(number, programme.period_days)[1])
    return Judging(programme, now, draw_number(programme, number), wave, people)


def draw_number(programme: Programme, number: int) -> int:
    """Each wave draws anew; the days of one period are parts of one draw."""
    if programme.mode == Programme.Mode.CONTINUOUS:
        return period_of(number, programme.period_days)[0]
    return number


def whose_day(programme: Programme, people: QuerySet[Customer], day: int) -> QuerySet[Customer]:
    """The people whose day it is: by a stable hash, so that each has the same day in every period."""
    low, high = slot_bounds(day, programme.period_days)
    slot = MD5(Concat(Value(f"{programme.seed}:day:"), Cast("pk", CharField()), output_field=CharField()))
    return people.alias(slot=slot).filter(slot__gte=low, slot__lt=high)


def number_for_day(programme: Programme, number: int) -> int | None:
    """How many a day of a continuous programme asks where its sample says how many a period; None where it says a share."""
    whole = number_a_period(programme)
    if whole is None:
        return None
    _period, day = period_of(number, programme.period_days)
    return whole * (day + 1) // programme.period_days - whole * day // programme.period_days


def number_a_period(programme: Programme) -> int | None:
    """How many a continuous programme asks in a period, by number or wished precision (METHOD §4); None for a share or all."""
    if programme.mode != Programme.Mode.CONTINUOUS or not {"number", "precision"} & set(programme.sample):
        return None
    everyone = customers_in(programme.audience).count()
    rate, _basis, _asked = response_rate(programme.survey.kind)
    return wanted(programme.sample, everyone, everyone, rate)
