"""A customer says stop."""

from __future__ import annotations

from django.db import transaction

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Suppression
from nps_platform.messaging.actions import cancel
from surveys.invitations import KINDS
from surveys.models import Invitation

CUSTOMER = "customer"


@transaction.atomic
def unsubscribe(invitation: Invitation) -> Suppression | None:
    """No survey reaches this address or number again; what waits is taken back. None where none is known any more."""
    cancel(kinds=KINDS, source_ids=[invitation.pk])
    customer, address = invitation.customer, invitation.address
    if not address:
        return None
    waiting = customer.invitations.filter(state=Invitation.State.PLANNED, channel=invitation.channel)
    cancel(kinds=KINDS, source_ids=list(waiting.values_list("pk", flat=True)))
    waiting.update(state=Invitation.State.SKIPPED, skip_reason=Suppression.Reason.UNSUBSCRIBED)
    return suppress(
        address,
        channel=invitation.channel,
        reason=Suppression.Reason.UNSUBSCRIBED,
        customer=customer,
        label=CUSTOMER,
    )
