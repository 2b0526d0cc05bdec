"""What keeps asking in the demo: a relational wave each quarter, a little every day, a question after each call to support,
and an outage in which nobody is asked."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.demo.surveys import Asking
from nps_platform.tenancy.models import Membership, Unit
from surveys.actions import (
    Fact,
    create_programme,
    declare_incident,
    end_incident,
    launch,
    reserve,
    take_events,
)
from surveys.actions.waves import plan_next_batch
from surveys.models import Incident, Programme, Survey

ZONES = {"es": ("Europe/Madrid", "ES"), "it": ("Europe/Rome", "IT"), "ie": ("Europe/Dublin", "IE")}
MORNINGS = {"from": "09:00", "to": "13:00", "weekdays": [1, 2, 3, 4, 5]}
CALLS = 40


def keep_asking(random: Random, today: date, surveys: dict[str | None, Asking], by: Membership) -> None:
    """Everything by the actions that the screens call."""
    for code, (zone, country) in ZONES.items():
        Unit.objects.filter(code__startswith=code).update(timezone=zone, country=country)
    _incidents(by)
    quarterly = _quarterly(today, surveys[None].survey, by)
    _after_calls(random, surveys["support"].survey, by)
    _every_day(surveys["billing"].survey, by)
    reserve(quarterly, by=by)


def _incidents(by: Membership) -> None:
    """One that is over, one that lasts."""
    now = timezone.now()
    over = declare_incident(unit=Unit.objects.get(code="es-sur"), note="Avería en la central de Sevilla", by=by)
    end_incident(over, by=by)
    Incident.objects.filter(pk=over.pk).update(starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=8))
    lasting = declare_incident(unit=Unit.objects.get(code="it-lazio"), note="Corte de fibra en Roma", by=by)
    Incident.objects.filter(pk=lasting.pk).update(starts_at=now - timedelta(hours=5))


def _quarterly(today: date, survey: Survey, by: Membership) -> Programme:
    """The relational wave of the next quarters: drawn in proportion, in the mornings, not too many a day."""
    quarter = (today.month - 1) // 3 + 1
    first = date(today.year + quarter // 4, quarter % 4 * 3 + 1, 1)
    programme = create_programme(
        survey=survey,
        name="Relacional trimestral",
        every=Programme.Every.QUARTER,
        starts_on=first,
        starts_at=time(9),
        sample={"number": 600},
        strata="unit",
        seed=600,
        window=MORNINGS,
        daily_cap=150,
        reminders=[4, 10],
        quarantine_days=75,
        by=by,
    )
    launch(programme, by=by)
    return programme


def _every_day(survey: Survey, by: Membership) -> None:
    """Each customer once in ninety days, a thirtieth of a month each day; today's people are planned."""
    programme = create_programme(
        survey=survey,
        name="Factura, cada día",
        mode=Programme.Mode.CONTINUOUS,
        period_days=90,
        starts_at=time(0),
        seed=90,
        window={"from": "09:00", "to": "20:00"},
        reminders=[5],
        by=by,
    )
    launch(programme, by=by)
    while plan_next_batch(programme.pk):
        pass


def _after_calls(random: Random, survey: Survey, by: Membership) -> None:
    """Calls of the last two days, some of them by people who were asked lately."""
    programme = create_programme(
        survey=survey,
        name="Tras llamar a soporte",
        mode=Programme.Mode.TRIGGER,
        delay_minutes=120,
        seed=120,
        quarantine_days=30,
        open_days=14,
        by=by,
    )
    launch(programme, by=by)
    now = timezone.now()
    callers = random.sample(
        list(Customer.objects.filter(erased_at=None, external_id__isnull=False).order_by("pk")), CALLS
    )
    take_events(
        programme,
        [
            Fact(caller, now - timedelta(minutes=20 + 70 * n), f"LLAMADA-{48_000 + n}", {"motivo": "soporte"})
            for n, caller in enumerate(callers)
        ],
        by=None,
    )
