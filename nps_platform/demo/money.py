"""Revenue by month: what each person paid while they stayed, and a few rows that match nobody."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.demo.world import MONTHS, Person, first_of_month


def write_revenue(random: Random, today: date, people: list[Person]) -> None:
    """One row a customer and finished month; prices rise 4 % a year; some lost customers are declared lost."""
    rows = []
    for person in people:
        first = max(person.joined_month, -MONTHS)
        last = person.lost_month if person.lost_month is not None else 0
        for month in range(first, last):
            amount = person.monthly * (1 + 0.04 * (month + MONTHS) / 12) * random.uniform(0.97, 1.04)
            rows.append(_entry(f"C{100_000 + person.number}", first_of_month(today, month), amount, person))
    for month in range(-MONTHS, 0):
        for stranger in range(random.randint(4, 14)):
            rows.append(_entry(f"X{9_000 + stranger}", first_of_month(today, month), random.uniform(20, 140), None))
    RevenueEntry.objects.bulk_create(rows, batch_size=700)
    _declare_lost(random, today, people)


def _entry(ref: str, period: date, amount: float, person: Person | None) -> RevenueEntry:
    return RevenueEntry(
        customer_ref=ref,
        customer_id=person.customer_id if person else None,
        account_id=person.account_id if person else None,
        period=period,
        amount=Decimal(f"{amount:.2f}"),
        currency="EUR",
    )


def _declare_lost(random: Random, today: date, people: list[Person]) -> None:
    """Six in ten of those who left said so; the others just stopped paying."""
    gone = {p.customer_id: p for p in people if p.lost_month is not None and random.random() < 0.6}
    customers = list(Customer.objects.filter(pk__in=gone))
    for customer in customers:
        customer.lost_on = first_of_month(today, gone[customer.pk].lost_month or 0)
    Customer.objects.bulk_update(customers, ["lost_on"], batch_size=400)
