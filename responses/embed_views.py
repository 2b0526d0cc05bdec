"""What the page of a website's script leads to: how it looks, and a new secret."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from surveys import actions
from surveys.models import Collector


@organization_view(Right.ASK)
def collector_preview(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The script as a trial, on a page of ours: it asks at once and keeps nothing."""
    row = _website(pk)
    source = reverse("embed_script", args=[row.token])
    return render(request, "responses/collectors/preview.html", {"collector": row, "source": source})


@organization_view(Right.ASK, methods=("POST",))
def collector_secret(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Signatures of the one before are refused from now on."""
    actions.renew_secret(_website(pk), by=request.membership)
    messages.success(request, _("There is a new secret. Give it to your server."))
    return redirect("collector", request.organization.slug, pk)


def _website(pk: int) -> Collector:
    row: Collector = get_object_or_404(Collector, pk=pk, kind=Collector.Kind.EMBED)
    return row
