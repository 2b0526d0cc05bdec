"""What employees answer through their unit's link: counted, and never kept as anybody's own (docs/decisions/0024)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import SystemRandom
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from nps_platform.lib.nps import class_of
from nps_platform.tenancy.scope import current_organization
from responses.answers import Said
from responses.collecting import CollectorClosed
from responses.models import EmployeeGroup
from surveys.models import FEWEST, Collector, Survey

# A group is closed at so many even if nobody looks: its row stays small.
FULL = 50
SCALE = 11
PEOPLE = ""
State = EmployeeGroup.State
_chance = SystemRandom()


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter of `day`."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def this_quarter() -> date:
    """By the organisation's calendar."""
    return quarter_of(timezone.localdate(timezone=ZoneInfo(current_organization().timezone)))


@transaction.atomic
def record_employee(
    collector: Collector, *, score: int, comment: str = "", answers: Sequence[Said] = (), quarter: date | None = None
) -> None:
    """Count an answer given at `collector`, now unless `quarter` is another.

    Nothing returns, because there is nothing to point at afterwards; no audit entry, signal or message tells of it. Raises
    CollectorClosed, ValueError for a score outside 0–10 or a place that is not for employees.
    """
    nps_class = class_of(score)
    if collector.kind != Collector.Kind.EMPLOYEE:
        raise ValueError("customers' answers are recorded by record_visit")
    if not collector.is_open:
        raise CollectorClosed
    group = _gathering(collector, quarter or this_quarter())
    group.n += 1
    group.scores[score] += 1
    for said in answers:
        _tally(group.tallies, said)
    spoken = [("", comment.strip()), *((said.key, said.text.strip()) for said in answers)]
    group.words += [{"key": key, "nps_class": nps_class.value, "text": text} for key, text in spoken if text]
    _chance.shuffle(group.words)
    if group.n >= FULL:
        group.state = State.UNIT
    group.save()


def _tally(tallies: dict[str, dict[str, int]], said: Said) -> None:
    """Add what was chosen, and under PEOPLE that somebody answered."""
    counted = tallies.setdefault(said.key, {}) if said.chosen else {}
    for value in (*said.chosen, PEOPLE):
        counted[value] = counted.get(value, 0) + 1


def _gathering(collector: Collector, quarter: date) -> EmployeeGroup:
    """The one group that takes answers there, a new one where none does; whoever comes at the same time waits."""
    Survey.objects.select_for_update(no_key=True).get(pk=collector.survey_id)
    rows = EmployeeGroup.objects.select_for_update(of=("self",)).order_by("pk")
    place = {"survey_id": collector.survey_id, "unit_id": collector.unit_id, "quarter": quarter}
    return rows.filter(state=State.GATHERING, **place).first() or EmployeeGroup(**place, scores=[0] * SCALE)


def close_ripe_groups() -> None:
    """Before a look at any figure: close what may be shown.

    A unit's group of FEWEST or more counts under its unit. Of a quarter that is over, what remains in units too small for
    that counts in the totals, if it is FEWEST or more together.
    """
    ripe = EmployeeGroup.objects.filter(state=State.GATHERING, n__gte=FEWEST)
    if ripe.exists():  # most looks write nothing
        ripe.update(state=State.UNIT)
    remainders = EmployeeGroup.objects.filter(state=State.GATHERING, quarter__lt=this_quarter(), n__lt=FEWEST)
    together = remainders.order_by().values("survey", "quarter").annotate(people=Sum("n")).filter(people__gte=FEWEST)
    for one in together:
        remainders.filter(survey=one["survey"], quarter=one["quarter"]).update(state=State.POOL)
