"""What customers asked about their own data, and a copy of it for whoever answers for it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions.own_data import person_of, settle_request
from closeloop.models import DataRequest
from nps_platform.customers.held import held_about
from nps_platform.customers.views.customers import data_file
from nps_platform.tenancy import audit
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

ONLY_POST = ("POST",)
SHOWN = 200


@organization_view(Right.CUSTOMERS)
def data_requests(request: OrganizationRequest) -> HttpResponse:
    """The newest requests, those first that wait for somebody here."""
    rows = DataRequest.objects.select_related("response__customer", "response__collector", "done_by__user")
    waiting = list(rows.filter(expires_at=None, done_at=None))
    others = list(rows.exclude(expires_at=None, done_at=None)[:SHOWN])
    context = {"waiting": waiting, "others": others, "here": "data_requests"}
    return render(request, "closeloop/data_requests.html", context)


@organization_view(Right.CUSTOMERS, methods=ONLY_POST)
def data_request_copy(request: OrganizationRequest, pk: int) -> HttpResponse:
    """What is held about who asked, as a file to hand over."""
    asked = _find(pk)
    with transaction.atomic():
        audit.record("customer.data_taken", asked.response.customer, by=request.membership)
        return data_file(held_about(person_of(asked.response)))


@organization_view(Right.CUSTOMERS, methods=ONLY_POST)
def data_request_done(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Seen to."""
    settle_request(_find(pk), by=request.membership)
    messages.success(request, _("The request is marked as seen to."))
    return redirect("data_requests", request.organization.slug)


def _find(pk: int) -> DataRequest:
    found: DataRequest = get_object_or_404(DataRequest.objects.select_related("response__customer"), pk=pk)
    return found
