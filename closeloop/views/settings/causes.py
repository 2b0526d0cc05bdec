"""Settings: the tree of root causes."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import settings as actions
from closeloop.forms import CAUSE_ORDER
from closeloop.models import Outcome, RootCause
from closeloop.settings_forms import CauseForm
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)


@organization_view(Right.SETTINGS, methods=FORM)
def causes(request: OrganizationRequest) -> HttpResponse:
    """The tree, with how often each was the cause, and a form for one more."""
    form = CauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.save_cause(form.save(commit=False), key=form.free_key(), by=request.membership)
        messages.success(request, _("The cause is added."))
        return redirect("causes", request.organization.slug)
    tree = RootCause.objects.order_by(*CAUSE_ORDER).annotate(used=Count("cases"))
    page = {"form": form, "tree": tree, "outcomes": Outcome.choices, "here": "causes"}
    return render(request, "closeloop/settings/causes.html", page)


@organization_view(Right.SETTINGS, methods=FORM)
def cause(request: OrganizationRequest, pk: int) -> HttpResponse:
    found: RootCause = get_object_or_404(RootCause.objects, pk=pk)
    form = CauseForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.save_cause(form.save(commit=False), by=request.membership)
        messages.success(request, _("The cause is saved."))
        return redirect("causes", request.organization.slug)
    return render(request, "closeloop/settings/cause.html", {"form": form, "cause": found, "here": "causes"})


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def cause_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        actions.delete_cause(get_object_or_404(RootCause.objects, pk=pk), by=request.membership)
    except actions.InUse:
        messages.error(request, _("Cases or other causes refer to it. Take it out of use instead."))
        return redirect("cause", request.organization.slug, pk)
    messages.success(request, _("The cause is deleted."))
    return redirect("causes", request.organization.slug)
