"""An erased person's open invitations end; the closed ones keep counting towards response rates."""

from __future__ import annotations

from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from surveys.models import Invitation


def register() -> None:
    """Called when the room is ready."""
    register_eraser(close_invitations)


def close_invitations(customer: Customer) -> None:
    open_ones = Invitation.objects.filter(
        customer=customer, state__in=(Invitation.State.PLANNED, Invitation.State.SENT)
    )
    open_ones.update(state=Invitation.State.CLOSED)
