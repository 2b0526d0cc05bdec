"""What planning needs to know of cases: whose is open, how many answers bring, how many the team closes."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from closeloop.models import Case
from nps_platform.tenancy.hours import business_clock
from nps_platform.tenancy.scope import current_organization
from responses.models import Response
from surveys.planning.hooks import Workload, register_open_cases, register_workload

PAST = timedelta(days=90)
LATELY = timedelta(days=28)
ENOUGH_ANSWERS = 50


def register() -> None:
    """Called when the room is ready."""
    register_open_cases(open_cases)
    register_workload(workload)


def open_cases() -> QuerySet[Case]:
    """Cases in which somebody still has to act."""
    return Case.objects.filter(is_open=True, customer__isnull=False)


def workload() -> Workload:
    """Cases per answer over three months, None under 50 answers; cases closed per working day over four weeks."""
    now = timezone.now()
    answers = Response.objects.filter(answered_at__gte=now - PAST).count()
    cases = Case.objects.filter(response__answered_at__gte=now - PAST).count()
    closed = Case.objects.filter(resolved_at__gte=now - LATELY).count()
    return Workload(cases / answers if answers >= ENOUGH_ANSWERS else None, closed / _working_days())


def _working_days() -> int:
    """Days of an ordinary four weeks on which the organisation is open."""
    week = business_clock(current_organization()).weekly
    return LATELY.days // 7 * max(sum(1 for shifts in week.values() if shifts), 1)
