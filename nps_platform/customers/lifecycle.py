"""Where a customer stands with the company: new, active, slipping, lost (METHOD §7), and what they brought each year."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from django.db import models
from django.db.models import Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.customers.value import last_year
from nps_platform.tenancy.scope import current_organization

NEW_FOR = timedelta(days=90)
# Later than the usual gap between two months with revenue by so much, and somebody slips.
SLIPS_AFTER = 1.5
DAYS_A_MONTH = 30


class Lifecycle(models.TextChoices):
    NEW = "new", _("New customer")
    ACTIVE = "active", _("Active customer")
    SLIPPING = "slipping", _("Slipping away: buys later than usual")
    LOST = "lost", _("Lost customer")


def lifecycle_of(customer: Customer) -> Lifecycle | None:
    """As of the newest month loaded; None where nothing loaded tells."""
    today = timezone.localdate()
    if customer.lost_on and customer.lost_on <= today:
        return Lifecycle.LOST
    if customer.joined_on and today - customer.joined_on < NEW_FOR:
        return Lifecycle.NEW
    window = last_year()
    if window is None:
        return None
    months = sorted({_count(month) for month in _months_paid(customer, window.last)})
    return _by_months(months, _count(window.last)) if months else None


def _months_paid(customer: Customer, until: date) -> models.QuerySet:
    paid = RevenueEntry.objects.filter(customer=customer, period__lte=until, amount__gt=0)
    return paid.values_list("period", flat=True)


def _count(month: date) -> int:
    return month.year * 12 + month.month


def _by_months(paid: list[int], newest: int) -> Lifecycle:
    silent = newest - paid[-1]
    if silent >= math.ceil(current_organization().churn_window_days / DAYS_A_MONTH):
        return Lifecycle.LOST
    gaps = [later - earlier for earlier, later in pairwise(paid)]
    return Lifecycle.SLIPPING if gaps and silent > SLIPS_AFTER * median(gaps) else Lifecycle.ACTIVE


def revenue_by_year(customer: Customer) -> list[tuple[int, Decimal]]:
    """(year, revenue in the organisation's currency), the newest first."""
    rows = RevenueEntry.objects.filter(customer=customer, currency=current_organization().currency)
    sums = rows.annotate(year=ExtractYear("period")).values_list("year").annotate(total=Sum("amount")).order_by("-year")
    return list(sums)
