"""Addresses that are not written to again."""

from __future__ import annotations

from django.db import transaction

from nps_platform.customers.cleaning import clean_text
from nps_platform.customers.models import Customer, Suppression
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership

# A stronger reason replaces a weaker one, never the other way round.
_STRENGTH = [
    Suppression.Reason.SUPPRESSED,
    Suppression.Reason.BOUNCED,
    Suppression.Reason.COMPLAINED,
    Suppression.Reason.UNSUBSCRIBED,
    Suppression.Reason.ERASED,
]


def suppress(
    address: str,
    *,
    reason: str,
    customer: Customer | None = None,
    note: str = "",
    channel: str = "email",
    by: Membership | None = None,
    label: str = "",
) -> Suppression:
    """Write to `address` no more; doing it again changes nothing but a weaker reason. `by` None: the customer, a server."""
    address = clean_text(address).lower()[:254]
    with transaction.atomic():
        owner = customer or Customer.objects.filter(email_lower=address).order_by("pk").first()
        row, created = Suppression.objects.get_or_create(
            address=address,
            channel=channel,
            defaults={"reason": reason, "customer": owner, "note": clean_text(note)[:200]},
        )
        if not created and not _is_stronger(reason, row.reason):
            return row
        if not created:
            row.reason, row.note, row.customer = reason, clean_text(note)[:200], row.customer or owner
            row.save()
        audit.record("customer.suppressed", owner, by=by, label=label, reason=reason, channel=channel)
    return row


def _is_stronger(new: str, old: str) -> bool:
    return _STRENGTH.index(Suppression.Reason(new)) > _STRENGTH.index(Suppression.Reason(old))


def lift_suppression(suppression: Suppression, *, by: Membership | None) -> None:
    """Allow writing to the address again. An erased person's stays for good."""
    if suppression.reason == Suppression.Reason.ERASED:
        return
    with transaction.atomic():
        audit.record("customer.suppression_lifted", suppression.customer, by=by, reason=suppression.reason)
        suppression.delete()
