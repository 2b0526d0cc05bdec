"""Settings: what may be given to put things right, and who gives how much without asking."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import settings as actions
from closeloop.models import Remedy
from closeloop.settings_forms import RemedyForm, RemedyLimitsForm
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")


@organization_view(Right.SETTINGS, methods=FORM)
def remedies(request: OrganizationRequest) -> HttpResponse:
    """The list, a form for one more, and the limits by role."""
    form = RemedyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.save_remedy(form.save(commit=False), by=request.membership)
        messages.success(request, _("The remedy is added."))
        return redirect("remedies", request.organization.slug)
    return _page(request, form, RemedyLimitsForm(auto_id="limits_%s"))


@organization_view(Right.SETTINGS, methods=("POST",))
def remedy_limits(request: OrganizationRequest) -> HttpResponse:
    """Who gives how much without asking."""
    form = RemedyLimitsForm(request.POST, auto_id="limits_%s")
    if not form.is_valid():
        return _page(request, RemedyForm(), form)
    actions.save_remedy_limits(form.limits(), by=request.membership)
    messages.success(request, _("The limits are saved."))
    return redirect("remedies", request.organization.slug)


def _page(request: OrganizationRequest, form: RemedyForm, limits: RemedyLimitsForm) -> HttpResponse:
    context = {"form": form, "limits": limits, "remedies": Remedy.objects.all(), "here": "remedies"}
    return render(request, "closeloop/settings/remedies.html", context)


@organization_view(Right.SETTINGS, methods=FORM)
def remedy(request: OrganizationRequest, pk: int) -> HttpResponse:
    found: Remedy = get_object_or_404(Remedy.objects, pk=pk)
    form = RemedyForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.save_remedy(form.save(commit=False), by=request.membership)
        messages.success(request, _("The remedy is saved."))
        return redirect("remedies", request.organization.slug)
    return render(request, "closeloop/settings/remedy.html", {"form": form, "remedy": found, "here": "remedies"})
