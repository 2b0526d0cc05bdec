"""The organisation's own settings, and the trace of what was done in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.actions import update_organization
from nps_platform.tenancy.audit_words import lines_of
from nps_platform.tenancy.forms import AuditFilterForm, OrganizationForm
from nps_platform.tenancy.models import AuditEntry, Organization
from nps_platform.tenancy.roles import Right

AUDIT_PAGE = 50


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def settings(request: OrganizationRequest) -> HttpResponse:
    # The form writes into its instance while it checks: the page's frame keeps the true one.
    draft = Organization.objects.get(pk=request.organization.pk)
    form = OrganizationForm(request.POST or None, instance=draft)
    if request.method == "POST" and form.is_valid():
        update_organization(request.organization, values=form.cleaned_data, by=request.membership)
        messages.success(request, _("The settings are saved."))
        return redirect("settings", request.organization.slug)
    return render(request, "settings/organization.html", {"form": form, "here": "settings"})


@organization_view(Right.SETTINGS)
def audit(request: OrganizationRequest) -> HttpResponse:
    form = AuditFilterForm(request.GET, organization=request.organization)
    entries = form.chosen(AuditEntry.objects.select_related("actor__user").order_by("-id"))
    before = _number(request.GET.get("before", ""))
    shown = list((entries.filter(pk__lt=before) if before else entries)[: AUDIT_PAGE + 1])
    older = shown[AUDIT_PAGE - 1].pk if len(shown) > AUDIT_PAGE else None
    page = {
        "lines": lines_of(shown[:AUDIT_PAGE], request.organization),
        "older": older,
        "before": before,
        "form": form,
        "here": "audit",
    }
    return render(request, "settings/audit.html", page)


def _number(text: str) -> int | None:
    """A row's id from the address; Http404 for anything else, nothing for nothing."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
