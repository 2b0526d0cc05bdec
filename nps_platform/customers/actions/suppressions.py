"""Addresses that are not written to again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from nps_platform.customers.cleaning import clean_text
from nps_platform.customers.models import Customer, CustomerPermission, Suppression
from nps_platform.lib.chunks import in_chunks
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

# What the person said themselves.
SAID_BY_THEM = frozenset({Suppression.Reason.UNSUBSCRIBED, Suppression.Reason.COMPLAINED})
AT_ONCE = 1000
EMAIL = CustomerPermission.Channel.EMAIL
NUMBERS = (CustomerPermission.Channel.PHONE, CustomerPermission.Channel.SMS, CustomerPermission.Channel.WHATSAPP)


class NeedsConfirmation(Exception):
    """The person asked for it themselves: lifting it needs somebody to say that they changed their mind."""


class StaysForGood(Exception):
    """An erased person is never written to again."""


@dataclass(frozen=True)
class Suppressed:
    """What a list of addresses changed: new ones, those with a stronger reason now, those that stay as they were."""

    new: int = 0
    stronger: int = 0
    known: int = 0


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
    """Write to `address` (a number in E.164 where `channel` is not e-mail) no more; doing it again changes nothing but a
    weaker reason. `by` None: the customer, a server."""
    address = clean_text(address).lower()[:254]
    with transaction.atomic():
        theirs = {_column(channel): address}
        owner = customer or Customer.objects.filter(**theirs).order_by("pk").first()
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


def lift_suppression(
    suppression: Suppression, *, by: Membership | None, confirmed: bool = False, label: str = ""
) -> None:
    """Allow writing to the address again. What the person said themselves is lifted only where somebody `confirmed` that
    they changed their mind; an erased person's stays for good. Raises NeedsConfirmation, StaysForGood."""
    if suppression.reason == Suppression.Reason.ERASED:
        raise StaysForGood
    if suppression.reason in SAID_BY_THEM and not confirmed:
        raise NeedsConfirmation
    with transaction.atomic():
        audit.record("customer.suppression_lifted", suppression.customer, by=by, label=label, reason=suppression.reason)
        suppression.delete()


def suppress_many(
    addresses: Iterable[str], *, reason: str, note: str, by: Membership | None, channel: str = EMAIL
) -> Suppressed:
    """Write to (or call) none of these addresses any more; a set at a time, in one transaction with one audit entry."""
    told = Suppressed()
    with transaction.atomic():
        for some in in_chunks(addresses, AT_ONCE):
            cleaned = {clean_text(address).lower()[:254] for address in some}
            told = _added(told, _suppress_some(cleaned, channel, reason, clean_text(note)[:200]))
        audit.record(
            "suppressions.imported",
            None,
            by=by,
            channel=channel,
            reason=reason,
            new=told.new,
            stronger=told.stronger,
        )
    return told


def _column(channel: str) -> str:
    """What a customer's address of `channel` stands in."""
    return {EMAIL: "email_lower", CustomerPermission.Channel.PHONE: "dialled"}.get(
        CustomerPermission.Channel(channel), "mobile"
    )


def _added(one: Suppressed, other: Suppressed) -> Suppressed:
    return Suppressed(one.new + other.new, one.stronger + other.stronger, one.known + other.known)


def _suppress_some(addresses: set[str], channel: str, reason: str, note: str) -> Suppressed:
    listed = Suppression.objects.filter(channel=channel, address__in=addresses)
    known = dict(listed.values_list("address", "reason"))
    weaker = [address for address, old in known.items() if _is_stronger(reason, old)]
    listed.filter(address__in=weaker).update(reason=reason, note=note, at=timezone.now())
    new = addresses - known.keys()
    # One address may be several customers'; the first is shown.
    column = _column(channel)
    theirs = Customer.objects.filter(**{f"{column}__in": new}).order_by("-pk")
    owners = dict(theirs.values_list(column, "pk"))
    rows = [
        Suppression(channel=channel, address=address, reason=reason, note=note, customer_id=owners.get(address))
        for address in sorted(new)
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True)
    return Suppressed(len(new), len(weaker), len(known) - len(weaker))
