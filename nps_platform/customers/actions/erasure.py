"""Erases a person: name, addresses and attributes go, the arithmetic stays (METHOD §7)."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from nps_platform.customers.actions.suppressions import EMAIL, NUMBERS
from nps_platform.customers.erased import erased_mark
from nps_platform.customers.models import Customer, ImportRowError, RevenueEntry, Suppression
from nps_platform.tenancy import audit
from nps_platform.tenancy.models import Membership

# Upper rooms take away what they keep of the person, in the same transaction.
_ERASERS: list[Callable[[Customer], None]] = []


def register_eraser(erase: Callable[[Customer], None]) -> Callable[[Customer], None]:
    """An upper room's part of an erasure: called inside the transaction while the customer still has name and address."""
    if erase not in _ERASERS:
        _ERASERS.append(erase)
    return erase


def erase_customer(customer: Customer, *, by: Membership | None, label: str = "") -> None:
    """Nothing brings an erased person back: their number and address are kept as keyed hashes only. Can't be undone."""
    with transaction.atomic():
        customer = Customer.objects.select_for_update().get(pk=customer.pk)
        if customer.erased_at is not None:
            return
        for erase in _ERASERS:
            erase(customer)
        _forget_revenue(customer)
        _forget_addresses(customer)
        _forget_refused_rows(customer)
        customer.permissions.all().delete()
        _empty(customer)
        audit.record("customer.erased", customer, by=by, label=label)


def _forget_revenue(customer: Customer) -> None:
    """Amounts stay, under their own heading; the reference becomes the mark that the next file's row will find."""
    refs = RevenueEntry.objects.filter(customer=customer).values_list("customer_ref", flat=True).distinct()
    for ref in list(refs):
        RevenueEntry.objects.filter(customer=customer, customer_ref=ref).update(
            customer_ref=erased_mark(ref), customer=None, account=None, is_erased=True
        )


def _forget_addresses(customer: Customer) -> None:
    """An address or a number that another customer shares stays suppressed for that one."""
    email, number, others = customer.email.lower(), customer.dialled, Customer.objects.exclude(pk=customer.pk)
    shared = [email] if email and others.filter(email_lower=email).exists() else []
    shared += [number] if number and others.filter(dialled=number).exists() else []
    known = [address for address in (email, number) if address]
    named = Suppression.objects.filter(Q(customer=customer) | Q(address__in=known))
    named.filter(address__in=shared).update(customer=None, note="")
    named.exclude(address__in=shared).delete()
    for address, channels in ((email, (EMAIL,)), (number, NUMBERS)):
        for channel in channels if address else ():
            Suppression.objects.get_or_create(
                address=erased_mark(address),
                channel=channel,
                defaults={"reason": Suppression.Reason.ERASED, "customer": customer},
            )


def _forget_refused_rows(customer: Customer) -> None:
    """Rows of files that name the person: a whole cell, so that number 1 does not take every row with a 1 in it."""
    known = [value for value in (customer.external_id, customer.email, customer.phone) if value]
    named = Q(value__in=known)
    for value in known:
        named |= Q(row__icontains=json.dumps(value, ensure_ascii=False))
    if known:
        ImportRowError.objects.filter(named).delete()


def _empty(customer: Customer) -> None:
    identity = customer.external_id or customer.email or f"#{customer.pk}"
    customer.external_id = erased_mark(identity)
    customer.name = customer.email = customer.phone = customer.dialled = ""
    customer.mobile = customer.language = ""
    customer.account, customer.joined_on, customer.attributes = None, None, {}
    customer.erased_at = timezone.now()
    customer.save()
