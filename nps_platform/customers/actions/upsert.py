"""Creates and changes customers from rows, in sets: never a query a row."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import OuterRef, Subquery

from nps_platform.customers.comparing import Compared, compare_customers
from nps_platform.customers.directory import Directory
from nps_platform.customers.models import Account, Customer, CustomerPermission, RevenueEntry
from nps_platform.customers.rows import CustomerRow, RowResult, RowStatus
from nps_platform.lib.phones import dialled_number, mobile_number
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership, Organization
from nps_platform.tenancy.scope import current_organization

_WRITTEN = [
    "external_id", "name", "email", "phone", "dialled", "mobile", "language", "account", "unit", "timezone", "country",
    "joined_on", "lost_on", "attributes", "updated_at",
]  # fmt: skip


def upsert_customers(
    rows: Sequence[CustomerRow], *, by: Membership | None, source: str = "api", label: str = ""
) -> list[RowResult]:
    """Create or change each row's customer; repeating it changes nothing. Answers row by row, in their order.

    `source` names the door ("api", "page", "import"), `label` who came through it where `by` is None.
    """
    with transaction.atomic():
        results = write_customers(rows, Directory.load())
        counts = {status.value: sum(r.status == status for r in results) for status in RowStatus}
        audit.record("customers.upserted", None, by=by, label=label, source=source, **counts)
    return results


def write_customers(rows: Sequence[CustomerRow], directory: Directory) -> list[RowResult]:
    """The same inside the caller's transaction and without its audit entry: one batch of an import."""
    lock_customers()
    compared = compare_customers(rows, directory)
    write_compared(compared, directory)
    return [c.result() for c in compared]


def write_compared(compared: Sequence[Compared], directory: Directory) -> None:
    """Write what was compared, under the lock that was taken before comparing."""
    directory.save()
    _save_accounts(compared)
    created = [c.customer for c in compared if c.status == RowStatus.CREATED and c.customer]
    updated = [c for c in compared if c.changed and c.customer]
    for customer in [*created, *(c.customer for c in updated if c.customer)]:
        country = directory.country(customer.country, customer.unit_id)
        customer.dialled, customer.mobile = (
            dialled_number(customer.phone, country),
            mobile_number(customer.phone, country),
        )
    Customer.objects.bulk_create(created)
    Customer.objects.bulk_create(
        [c.customer for c in updated if c.customer],
        update_conflicts=True,
        update_fields=_WRITTEN,
        unique_fields=["id"],
    )
    CustomerPermission.objects.bulk_create([p for c in compared for p in c.permissions])
    _follow_with_revenue(created, updated)


def lock_customers() -> None:
    """One writer of customers an organisation (PostgreSQL; SQLite has one anyway): an address has no unique index."""
    Organization.objects.select_for_update(no_key=True).get(pk=current_organization().pk)


def _save_accounts(compared: Sequence[Compared]) -> None:
    """Make the accounts that rows name and nobody knows; they are named after their number until somebody says better."""
    numbers = dict.fromkeys(c.account for c in compared if c.account and c.status != RowStatus.REFUSED)
    accounts = Account.objects.bulk_create([Account(external_id=number, name=number) for number in numbers])
    by_number = {account.external_id: account for account in accounts}
    for row in compared:
        if row.customer and row.account:
            row.customer.account = by_number[row.account]


def _follow_with_revenue(created: list[Customer], updated: list[Compared]) -> None:
    """Revenue that waited for these customers finds them; revenue of a customer who changes account follows."""
    named = [c.customer for c in updated if c.customer and c.changed & {"external_id", "email"}]
    match_waiting_revenue([*created, *named])
    moved = [c.customer.pk for c in updated if c.customer and "account_id" in c.changed]
    if moved:
        account = Customer.objects.filter(pk=OuterRef("customer_id")).values("account_id")
        RevenueEntry.objects.filter(customer_id__in=moved).update(account_id=Subquery(account[:1]))


def match_waiting_revenue(customers: Sequence[Customer]) -> int:
    """Give unmatched revenue to `customers` whose number, else address, it names; answers how many rows."""
    by_ref = {c.email.lower(): c for c in customers if c.email} | {c.external_id: c for c in customers if c.external_id}
    waiting = list(
        RevenueEntry.objects.filter(customer__isnull=True, is_erased=False, customer_ref__in=list(by_ref)).only(
            "pk", "customer_ref", "customer_id", "account_id"
        )
    )
    for entry in waiting:
        entry.customer = by_ref[entry.customer_ref]
        entry.account_id = entry.customer.account_id
    RevenueEntry.objects.bulk_update(waiting, ["customer", "account"], batch_size=500)
    return len(waiting)
