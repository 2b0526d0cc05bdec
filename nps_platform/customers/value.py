"""What customers brought in lately: the twelve months that end with the newest month loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum
from django.utils import timezone

from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.tenancy.scope import current_organization


@dataclass(frozen=True, slots=True)
class Window:
    """First days of the first and the last month, both inside."""

    first: date
    last: date


def months_before(month: date, count: int) -> date:
    """The first day of the month `count` months earlier."""
    total = month.year * 12 + month.month - 1 - count
    return date(total // 12, total % 12 + 1, 1)


def last_year() -> Window | None:
    """The twelve months up to the newest month loaded, never later than this one; None without any revenue."""
    this_month = timezone.localdate().replace(day=1)
    newest = RevenueEntry.objects.filter(period__lte=this_month).aggregate(newest=Max("period"))["newest"]
    return Window(months_before(newest, 11), newest) if newest else None


def yearly_values(customers: Iterable[Customer], window: Window | None) -> dict[int, Decimal]:
    """Revenue of each of these customers in the window, in the organisation's currency. One query."""
    if window is None:
        return {}
    sums = (
        RevenueEntry.objects.filter(
            customer_id__in=[c.pk for c in customers],
            period__range=(window.first, window.last),
            currency=current_organization().currency,
        )
        .values_list("customer_id")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    return dict(sums)
