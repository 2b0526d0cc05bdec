"""What customers brought in lately: the twelve months that end with the newest month loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q, Sum
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


def worth_between(low: Decimal | None, high: Decimal | None) -> tuple[Callable[[str], Q], Callable[[str], Q]]:
    """Filters for rows whose account, or whose customer, brought in `low` to `high` in the last year (both in; None: no end).

    Each is called with the path to the account or customer. Whose revenue nobody loaded is worth 0.
    """
    window = last_year()
    entries = RevenueEntry.objects.filter(currency=current_organization().currency)
    entries = entries.filter(period__range=(window.first, window.last)) if window else entries.none()

    def of(owner: str) -> Callable[[str], Q]:
        sums = entries.filter(**{f"{owner}__isnull": False}).order_by().values(owner).annotate(total=Sum("amount"))
        above = None if high is None else sums.filter(total__gt=high).values(owner)
        below = None if low is None else sums.filter(total__lt=low).values(owner)
        reached = None if low is None or low <= 0 else sums.filter(total__gte=low).values(owner)

        def rows(path: str) -> Q:
            found = Q()
            if above is not None:
                found &= ~Q(**{f"{path}__in": above})
            if reached is not None:
                found &= Q(**{f"{path}__in": reached})
            elif below is not None:
                found &= ~Q(**{f"{path}__in": below})
            # Nobody's revenue is 0: outside a range that ends below it.
            if high is not None and high < 0:
                found &= Q(**{f"{path}__in": sums.values(owner)})
            return found

        return rows

    return of("account"), of("customer")
