"""A customer's answers on the customer's page."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from nps_platform.customers.models import Customer
from nps_platform.customers.panels import Panel, register_panel
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right
from responses.answers import told_in
from responses.models import Response

SHOWN = 20


def register() -> None:
    """Called when the room is ready."""
    register_panel(answers_panel)


def answers_panel(customer: Customer, reader: Membership) -> Panel | None:
    """The newest answers, as said; None for readers without scores."""
    if not reader.may(Right.RESULTS):
        return None
    rows = (
        Response.objects.filter(customer=customer)
        .select_related("survey__published", "touchpoint", "version")
        .prefetch_related("changes", "answers")
    )
    answers = list(rows.order_by("-answered_at", "-id")[: SHOWN + 1])
    return Panel(
        title=_("Answers"),
        template="responses/customer_panel.html",
        context={
            "answers": [(answer, told_in(answer, get_language() or "")) for answer in answers[:SHOWN]],
            "comments": reader.may(Right.COMMENTS),
        },
        note=_note(len(answers)),
        order=10,
    )


def _note(count: int) -> str:
    if count > SHOWN:
        return _("the newest %(n)d") % {"n": SHOWN}
    return ngettext("%(n)d answer", "%(n)d answers", count) % {"n": count} if count else ""
