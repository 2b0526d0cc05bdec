"""What asking costs in patience: who is asked again this year, until when they rest, which later programme would run short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from nps_platform.tenancy.scope import current_organization
from surveys.models import Invitation, Programme
from surveys.planning.judging import Judging, run
from surveys.planning.occasions import judging_of, last_number, next_at
from surveys.planning.preparing import Plan, how_many, take_census
from surveys.planning.rules import asked_from, asked_since, quarantine_days

MOST_LATER = 5


@dataclass(frozen=True)
class Shortage:
    """A later programme that would not find the people it wants: of `wanted` only `left` could be asked."""

    programme_id: int
    name: str
    starts_on: date
    wanted: int
    left: int

    @property
    def missing(self) -> int:
        return self.wanted - self.left


@dataclass(frozen=True)
class Patience:
    """`second_time`: recipients whom somebody asked this year already. `rest_until`: the day from which this programme may ask
    the last of them again, None where nothing is sent or the quarantine is waived. `shortages` go by the later programmes' own
    quarantines, as their asking will."""

    second_time: int = 0
    rest_until: date | None = None
    shortages: tuple[Shortage, ...] = ()


def patience_of(judging: Judging, plan: Plan, last_day: date | None) -> Patience:
    """The price of asking those who are drawn."""
    days = quarantine_days(judging.programme)
    rest = last_day + timedelta(days=days) if last_day and days else None
    later = _later(judging, last_day) if last_day else []
    shortages = (_shortage(judging, plan, programme) for programme in later)
    return Patience(_asked_this_year(judging, plan), rest, tuple(s for s in shortages if s))


def _asked_this_year(judging: Judging, plan: Plan) -> int:
    zone = ZoneInfo(current_organization().timezone)  # the year turns on the organisation's clock
    start = asked_since(judging.now.astimezone(zone).timetuple().tm_yday, judging.now)
    asked = Invitation.objects.filter(asked_from(start)).order_by().values("customer_id")
    inner, inner_params = asked.query.sql_with_params()
    select = f"SELECT count(*) FROM judged WHERE reason = '' AND id IN ({inner})"  # noqa: S608
    return int(judging.read(select, *inner_params, draw=plan.draw)[0][0])


def _later(judging: Judging, last_day: date) -> list[Programme]:
    """Other waves for which these people come too early: launched, or drafts with a date."""
    planned = Programme.objects.filter(
        Q(state__in=(Programme.State.RUNNING, Programme.State.PLANNING))
        | Q(state=Programme.State.DRAFT, starts_on__isnull=False),
        mode=Programme.Mode.WAVE,
    ).exclude(pk=judging.programme.pk)
    begin = ((next_at(programme), programme) for programme in planned.select_related("survey", "audience"))
    found = [
        (at, programme)
        for at, programme in begin
        if at and judging.now < at and at.date() < last_day + timedelta(days=quarantine_days(programme))
    ]
    return [programme for _at, programme in sorted(found, key=lambda pair: pair[0])[:MOST_LATER]]


def _shortage(judging: Judging, plan: Plan, later: Programme) -> Shortage | None:
    """None where enough people are left for it, or where it takes everybody there is."""
    at = next_at(later)
    if at is None or not later.sample:
        return None
    theirs = judging_of(later, last_number(later) + 1, at)
    wanted = how_many(later, take_census(theirs))
    free, drawn = _ids(theirs, Plan()), _ids(judging, plan)
    sql = f"SELECT count(*) FROM ({free[0]}) AS free WHERE id NOT IN ({drawn[0]})"  # noqa: S608
    left = int(run(sql, [*free[1], *drawn[1]])[0][0])
    return Shortage(later.pk, later.name, at.date(), wanted, left) if left < wanted else None


def _ids(judging: Judging, plan: Plan) -> tuple[str, list[object]]:
    sql, params = judging.sql(draw=plan.draw)
    return sql + "SELECT id FROM judged WHERE reason = ''", params  # noqa: S608
