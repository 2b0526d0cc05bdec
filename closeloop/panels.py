"""A customer's cases on the customer's page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from closeloop.models import Case
from nps_platform.customers.models import Customer
from nps_platform.customers.panels import Panel
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right

SHOWN = 20


def cases_panel(customer: Customer, reader: Membership) -> Panel | None:
    """The newest cases; None for readers who don't work on cases."""
    if not reader.may(Right.CASES):
        return None
    cases = Case.objects.filter(customer=customer).with_people().select_related("root_cause").newest_first()
    return Panel(
        title=_("Cases"), template="closeloop/customer_panel.html", context={"cases": list(cases[:SHOWN])}, order=20
    )
