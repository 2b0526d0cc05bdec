"""A customer says stop, or that they want to be asked again."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from nps_platform.customers.actions import lift_suppression, suppress
from nps_platform.customers.models import Customer, CustomerPermission, Suppression
from nps_platform.messaging.actions import cancel
from surveys.invitations import KINDS
from surveys.models import Invitation

CUSTOMER = "customer"
Channel = CustomerPermission.Channel


@transaction.atomic
def unsubscribe(invitation: Invitation) -> Suppression | None:
    """No survey reaches this address or number again; what waits is taken back. None where none is known any more."""
    cancel(kinds=KINDS, source_ids=[invitation.pk])
    customer, address = invitation.customer, invitation.address
    if not address:
        return None
    return _stop(customer, invitation.channel, address)


@transaction.atomic
def stop_asking(customer: Customer) -> None:
    """No survey reaches this customer by any address of theirs; what waits is taken back."""
    for channel, address in _addresses(customer):
        _stop(customer, channel, address)


@transaction.atomic
def ask_again(customer: Customer) -> None:
    """They take their word back. What bounced, was called spam or was decided by the company stays as it is."""
    for row in _stopped(customer):
        lift_suppression(row, by=None, confirmed=True, label=CUSTOMER)


def may_be_asked(customer: Customer) -> bool:
    """Whether they have said stop to none of their addresses."""
    return not _stopped(customer).exists()


def _stop(customer: Customer, channel: str, address: str) -> Suppression:
    waiting = customer.invitations.filter(state=Invitation.State.PLANNED, channel=channel)
    cancel(kinds=KINDS, source_ids=list(waiting.values_list("pk", flat=True)))
    waiting.update(state=Invitation.State.SKIPPED, skip_reason=Suppression.Reason.UNSUBSCRIBED)
    return suppress(address, channel=channel, reason=Suppression.Reason.UNSUBSCRIBED, customer=customer, label=CUSTOMER)


def _addresses(customer: Customer) -> list[tuple[str, str]]:
    known = [(Channel.EMAIL, customer.email), (Channel.PHONE, customer.dialled)]
    known += [(channel, customer.mobile) for channel in (Channel.SMS, Channel.WHATSAPP)]
    return [(channel.value, address) for channel, address in known if address]


def _stopped(customer: Customer) -> QuerySet[Suppression]:
    theirs = Q(pk__in=[])
    for channel, address in _addresses(customer):
        theirs |= Q(channel=channel, address=address.lower())
    return Suppression.objects.filter(theirs, reason=Suppression.Reason.UNSUBSCRIBED)
