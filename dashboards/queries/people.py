"""Names for the customers behind a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.queries.money import Payer
from nps_platform.customers.models import Customer
from nps_platform.lib.chunks import in_chunks

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Person:
    """One customer with what they brought; `score` is the one that was in force on the window's first day."""

    id: int
    number: str
    name: str
    score: int | None
    revenue: Decimal
    base_revenue: Decimal
    lost: bool


def people(payers: Sequence[Payer]) -> list[Person]:
    """The same customers, in the same order, with their names."""
    named = dict(_names([payer.customer_id for payer in payers]))
    return [
        Person(
            payer.customer_id,
            *named.get(payer.customer_id, ("", "")),
            payer.standpoint.score if payer.standpoint else None,
            payer.revenue,
            payer.base_revenue,
            payer.lost,
        )
        for payer in payers
    ]


def _names(ids: list[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    for some in in_chunks(ids, CHUNK):
        rows = Customer.objects.filter(pk__in=some).values_list("id", "external_id", "name")
        for pk, number, name in rows:
            yield pk, (number or "", name)
