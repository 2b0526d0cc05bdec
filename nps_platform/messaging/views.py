"""The outbox: every message, its state, and how it looked."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.messaging import outbox as ledger
from nps_platform.messaging.actions import RESENDABLE, NotResendable, resend
from nps_platform.messaging.kinds import kinds, right_to_see
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import mail_leaves
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.circulo import number


@organization_view(Right.ASK)
def outbox(request: OrganizationRequest) -> HttpResponse:
    """The ledger, newest first."""
    filters = ledger.Filters.read(request.GET)
    rows, before = ledger.page_of(filters)
    here = reverse("outbox", args=[request.organization.slug])
    context = {
        "rows": rows,
        "filters": filters,
        "chips": _chips(here, filters),
        "kinds": kinds(),
        "next_url": _url(here, filters, before=before) if before else "",
        "newest_url": _url(here, filters) if filters.before else "",
        "leaves": mail_leaves(),
        "tones": ledger.TONES,
        "filtered": bool(filters.show or filters.kind or filters.to),
    }
    return render(request, "messaging/outbox.html", context)


def _url(here: str, filters: ledger.Filters, **changes: object) -> str:
    told = {"show": filters.show, "kind": filters.kind, "to": filters.to} | changes
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{here}?{query}" if query else here


def _chips(here: str, filters: ledger.Filters) -> list[Choice]:
    labels = {
        "": pgettext("messages", "All"),
        "waiting": _("Waiting"),
        "held": _("Held"),
        "sent": _("Sent"),
        "uncertain": pgettext("messages", "Uncertain"),
        "trouble": _("Trouble"),
        "cancelled": _("Cancelled"),
    }
    counts = ledger.counts(filters)
    return [
        Choice(label, _url(here, filters, show=name), name == filters.show, number(counts[name]) if name else "")
        for name, label in labels.items()
        if not name or counts[name] or name == filters.show
    ]


@organization_view(Right.ASK)
def message(request: OrganizationRequest, pk: int) -> HttpResponse:
    """One message: its life, and how it looked."""
    row: Message = get_object_or_404(Message.objects.select_related("customer", "created_by__user"), pk=pk)
    if not request.membership.may(right_to_see(row)):
        raise PermissionDenied
    context = {
        "row": row,
        "look": ledger.look_of(row),
        "steps": ledger.steps_of(row),
        "tone": ledger.TONES.get(row.state, ""),
        "resendable": row.state in RESENDABLE,
        "leaves": mail_leaves(),
    }
    return render(request, "messaging/message.html", context)


@organization_view(Right.ASK, methods=("POST",))
def message_resend(request: OrganizationRequest, pk: int) -> HttpResponse:
    """A person decides that it goes out again."""
    row: Message = get_object_or_404(Message.objects, pk=pk)
    try:
        resend(row, by=request.membership)
        messages.success(request, _("The message goes out again."))
    except NotResendable:
        messages.warning(request, _("Only a message that failed or is uncertain can be sent again."))
    return redirect("message", request.organization.slug, pk)
