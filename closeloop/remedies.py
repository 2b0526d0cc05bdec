"""What remedies cost: one figure for whoever adds up the programme's costs (METHOD §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils import timezone

from closeloop.models import Grant
from nps_platform.tenancy.scope import current_organization


@dataclass(frozen=True)
class RemedyCost:
    """Remedies granted in a period, in one currency; declined and waiting ones cost nothing."""

    amount: Decimal
    grants: int
    currency: str


def remedies_cost(first: date, last: date, *, currency: str = "") -> RemedyCost:
    """Observed: the sum of what was granted from `first` to `last`, both included, on the organisation's days."""
    organization = current_organization()
    currency = currency or organization.currency
    with timezone.override(organization.timezone):
        since = timezone.make_aware(datetime.combine(first, time()))
        until = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    granted = Grant.objects.filter(
        state=Grant.State.GRANTED, currency=currency, decided_at__gte=since, decided_at__lt=until
    )
    sums = granted.aggregate(amount=Sum("cost"), grants=Count("pk"))
    return RemedyCost(sums["amount"] or Decimal(0), sums["grants"], currency)
