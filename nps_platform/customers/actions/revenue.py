"""Loads revenue, in sets. The same customer, month and currency again replaces; an unknown customer's row waits unmatched."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from nps_platform.customers.comparing_revenue import ComparedRevenue, compare_revenue
from nps_platform.customers.models import ImportJob, RevenueEntry
from nps_platform.customers.rows import RevenueResult, RevenueRow
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership

_WRITTEN = ["customer", "account", "amount", "is_erased", "import_job", "updated_at"]
_KEY = ["organization", "customer_ref", "period", "currency"]


def load_revenue(
    rows: Sequence[RevenueRow], *, by: Membership | None, job: ImportJob | None = None, label: str = ""
) -> RevenueResult:
    """Store each row; in one list a later row of the same customer, month and currency replaces the earlier."""
    with transaction.atomic():
        result = write_revenue(rows, job)
        audit.record(
            "revenue.loaded",
            job,
            by=by,
            label=label,
            created=result.created,
            updated=result.updated,
            refused=result.refused,
            unmatched=result.unmatched,
            amounts={currency: str(amount) for currency, amount in result.amounts.items()},
        )
    return result


def write_revenue(rows: Sequence[RevenueRow], job: ImportJob | None = None) -> RevenueResult:
    """The same inside the caller's transaction and without its audit entry: one batch of an import."""
    compared = compare_revenue(rows)
    RevenueEntry.objects.bulk_create(
        [_entry(row, job) for row in compared.to_write],
        update_conflicts=True,
        update_fields=_WRITTEN,
        unique_fields=_KEY,
    )
    return compared.result


def _entry(row: ComparedRevenue, job: ImportJob | None) -> RevenueEntry:
    return RevenueEntry(
        customer_ref=row.ref,
        customer_id=row.customer_id,
        account_id=row.account_id,
        period=row.period,
        amount=row.amount,
        currency=row.currency,
        is_erased=row.is_erased,
        import_job=job,
    )
