"""What is held about one person, gathered from every room: for the person's own copy, and for whoever answers for it.

Each room hands over its parts at start-up, as it does for an erasure; a room that keeps nothing has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.customers.models import Customer, RevenueEntry, Suppression

Row = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """A customer, or (`customer` None) whoever left this address where anybody may answer."""

    customer: Customer | None
    address: str = ""


@dataclass(frozen=True)
class Part:
    """One kind of thing that is held: `key` and the columns' keys are stable names, `columns` says them in words."""

    key: str
    title: str
    columns: dict[str, str]
    rows: list[Row] = field(default_factory=list)

    @property
    def lines(self) -> list[list[tuple[str, Any]]]:
        """Each row as words and value; what is empty is left out."""
        return [
            [(label, row[key]) for key, label in self.columns.items() if row[key] not in ("", None)]
            for row in self.rows
        ]


Holder = Callable[[Person], Iterator[Part]]
_HOLDERS: list[Holder] = []


def register_holder(holder: Holder) -> None:
    """A room's parts; called with a person inside their organisation, in the language they are to be read in."""
    if holder not in _HOLDERS:
        _HOLDERS.append(holder)


def held_about(person: Person) -> list[Part]:
    """Everything, the rooms below first; parts without rows are left out."""
    return [part for holder in _HOLDERS for part in holder(person) if part.rows]


def as_data(parts: list[Part]) -> dict[str, Any]:
    """For a program: stable names, times in UTC."""
    return {"made_at": timezone.now(), **{part.key: part.rows for part in parts}}


def as_table(parts: list[Part]) -> Iterator[tuple[str, str, str, str]]:
    """For a spreadsheet: one line a value."""
    yield (_("Part"), _("Number"), _("What"), _("Value"))
    for part in parts:
        for number, line in enumerate(part.lines, start=1):
            for label, value in line:
                yield (part.title, str(number), label, str(value))


def own_parts(person: Person) -> Iterator[Part]:
    """The profile, what was said about being written to, and the revenue."""
    customer = person.customer
    if customer is None:
        return
    yield _profile(customer)
    columns = {
        "purpose": _("Purpose"), "channel": _("Channel"), "granted": _("Allowed"), "source": _("Said where"), "at": _("When"),
    }  # fmt: skip
    said = [
        {
            "purpose": str(row.get_purpose_display()),
            "channel": str(row.get_channel_display()),
            "granted": _("Yes") if row.granted else _("No"),
            "source": row.source,
            "at": row.at,
        }
        for row in customer.permissions.order_by("at", "pk")
    ]
    yield Part("permissions", _("Permissions"), columns, said)
    columns = {"address": _("Address"), "channel": _("Channel"), "reason": _("Reason"), "at": _("When")}
    stopped = [
        {"address": row.address, "channel": row.channel, "reason": str(row.get_reason_display()), "at": row.at}
        for row in Suppression.objects.filter(customer=customer).order_by("at", "pk")
    ]
    yield Part("not_written_to", _("Addresses that are not written to"), columns, stopped)
    columns = {"period": _("Month"), "amount": _("Amount"), "currency": _("Currency")}
    entries = RevenueEntry.objects.filter(customer=customer).order_by("period", "pk")
    revenue = [{"period": f"{e.period:%Y-%m}", "amount": e.amount, "currency": e.currency} for e in entries]
    yield Part("revenue", _("Revenue by month"), columns, revenue)


def _profile(customer: Customer) -> Part:
    columns = {
        "number": _("Customer number"), "name": _("Name"), "email": _("E-mail"), "phone": _("Telephone"),
        "language": _("Language"), "account": _("Company"), "customer_since": _("Customer since"),
        "country": _("Country"), "attributes": _("Further details"), "known_since": _("Known since"),
    }  # fmt: skip
    row: Row = {
        "number": customer.external_id or "",
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "language": customer.language,
        "account": str(customer.account or ""),
        "customer_since": customer.joined_on,
        "country": customer.country,
        "attributes": "; ".join(f"{key}: {value}" for key, value in customer.attributes.items()),
        "known_since": customer.created_at,
    }
    return Part("profile", _("Profile"), columns, [row])


def register() -> None:
    """Called when the room is ready."""
    register_holder(own_parts)
