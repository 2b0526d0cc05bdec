"""The settings page of the gateway for SMS and WhatsApp."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.messaging.text_actions import remove_gateway, send_text_test, set_up_gateway
from nps_platform.messaging.text_forms import GatewayForm, TextTestForm
from nps_platform.messaging.texting import TEXTS, text_gateway
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

UNPROCESSABLE = 422


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def texts(request: OrganizationRequest) -> HttpResponse:
    """What texts leave by; a POST sets it up."""
    row = text_gateway()
    form = GatewayForm(request.POST or None, row=row, organization=request.organization)
    if request.method == "POST" and form.is_valid():
        set_up_gateway(by=request.membership, **form.cleaned_data)
        messages.success(request, _("Saved. Send yourself a test before customers are written to."))
        return redirect("texts", request.organization.slug)
    return _page(request, row, form)


def _page(
    request: OrganizationRequest, row: TextGateway | None, form: GatewayForm, test: TextTestForm | None = None
) -> HttpResponse:
    organization = request.organization
    context: dict[str, Any] = {"row": row, "form": form, "here": "texts"}
    if row:
        token = make_token(Door.TEXTS, organization.pk, row.pk)
        context |= {
            "test": test or TextTestForm(row=row, organization=organization),
            "inbound_url": f"{settings.BASE_URL}/hooks/text/{token}/inbound",
            "waiting": Message.objects.filter(channel__in=TEXTS, state=Message.State.QUEUED).exists(),
        }
    wrong = form.errors or (test and test.errors)
    return render(request, "messaging/texts.html", context, status=UNPROCESSABLE if wrong else 200)


@organization_view(Right.SETTINGS, methods=("POST",))
def texts_test(request: OrganizationRequest) -> HttpResponse:
    """Send me a test."""
    row = text_gateway()
    if row is None:
        messages.error(request, _("Set up the gateway first."))
        return redirect("texts", request.organization.slug)
    form = TextTestForm(request.POST, row=row, organization=request.organization)
    if not form.is_valid():
        return _page(request, row, GatewayForm(row=row, organization=request.organization), form)
    sent = send_text_test(**form.cleaned_data, by=request.membership)
    messages.success(request, _("The test is on its way. Here you see what becomes of it."))
    return redirect("message", request.organization.slug, sent.pk)


@organization_view(Right.SETTINGS, methods=("POST",))
def texts_remove(request: OrganizationRequest) -> HttpResponse:
    """No texts leave any more."""
    remove_gateway(by=request.membership)
    messages.success(request, _("The gateway is removed, its token forgotten."))
    return redirect("texts", request.organization.slug)
