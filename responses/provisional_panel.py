"""What a customer began and did not send, on the customer's page and beside their cases."""

from __future__ import annotations

from django.utils.translation import gettext as _

from nps_platform.customers.models import Customer
from nps_platform.customers.panels import Panel, register_panel
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from responses.provisional import standing

SHOWN = 5


def register() -> None:
    """Called when the room is ready."""
    register_panel(begun_panel)


def begun_panel(customer: Customer, reader: Membership) -> Panel | None:
    """The newest; None where there is nothing, and for readers without scores."""
    if not reader.may(Right.RESULTS):
        return None
    rows = standing().filter(customer=customer).select_related("invitation__survey", "customer")
    begun = list(rows.order_by("-touched_at")[:SHOWN])
    if not begun:
        return None
    return Panel(
        title=_("Began, didn’t send"),
        template="responses/begun.html",
        context={"begun": begun, "comments": reader.may(Right.COMMENTS)},
        note=_("counts nowhere"),
        order=11,
    )
