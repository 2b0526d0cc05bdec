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
    """No survey is mailed to this person's address again; what waits is taken back. None where no address is known any more."""
    cancel(kind=KINDS, source_id=invitation.pk)
    customer = invitation.customer
    if not customer.email:
        return None
    waiting = customer.invitations.filter(state=Invitation.State.PLANNED)
    for other in list(waiting):
        cancel(kind=KINDS, source_id=other.pk)
    waiting.update(state=Invitation.State.SKIPPED, skip_reason=Suppression.Reason.UNSUBSCRIBED)
    return suppress(customer.email, reason=Suppression.Reason.UNSUBSCRIBED, customer=customer, label=CUSTOMER)
