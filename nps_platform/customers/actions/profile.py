"""One customer, made or changed by hand."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from nps_platform.customers.actions.upsert import lock_customers, write_compared
from nps_platform.customers.comparing import Compared, compare_customers, compare_with
from nps_platform.customers.directory import Directory
from nps_platform.customers.models import Customer
from nps_platform.customers.rows import CustomerRow, PermissionRow, RowProblem, RowResult, RowStatus
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership


def create_customer(row: CustomerRow, *, by: Membership | None) -> RowResult:
    """Make a customer; one that is known already is refused, not changed."""
    with transaction.atomic():
        lock_customers()
        directory = Directory.load()
        (compared,) = compare_customers([row], directory)
        if compared.status in {RowStatus.UPDATED, RowStatus.UNCHANGED}:
            compared = Compared(RowStatus.REFUSED, errors=(RowProblem(_known_by(compared, row), "taken"),))
        write_compared([compared], directory)
        if compared.customer:
            audit.record("customer.created", compared.customer, by=by)
    return compared.result()


def _known_by(compared: Compared, row: CustomerRow) -> str:
    known_by_number = bool(row.external_id) and "external_id" not in compared.changed
    return "external_id" if known_by_number else "email"


def change_customer(customer: Customer, row: CustomerRow, *, by: Membership | None) -> RowResult:
    """Change one customer; what `row` leaves out (None) stays, its number and address are the new ones."""
    with transaction.atomic():
        lock_customers()
        directory = Directory.load()
        fresh = Customer.objects.get(pk=customer.pk)
        if fresh.erased_at:
            return RowResult(RowStatus.REFUSED, errors=(RowProblem("", "erased"),))
        compared = compare_with(fresh, row, directory)
        write_compared([compared], directory)
        if compared.status == RowStatus.UPDATED:
            audit.record("customer.changed", customer, by=by, fields=sorted(compared.changed))
    return compared.result()


def state_permission(customer: Customer, permission: PermissionRow, *, by: Membership | None) -> RowResult:
    """Note what the customer said about being written to; the newest statement holds."""
    row = CustomerRow(external_id=customer.external_id or "", email=customer.email, permissions=(permission,))
    return change_customer(customer, replace(row, email=customer.email or None), by=by)
