"""API keys."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.actions import create_api_key, revoke_api_key
from nps_platform.tenancy.forms import ApiKeyForm
from nps_platform.tenancy.forms.people import SCOPE_TEXTS
from nps_platform.tenancy.roles import Right


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def api_keys(request: OrganizationRequest) -> HttpResponse:
    form, made = ApiKeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        scopes = tuple(form.cleaned_data["scopes"])
        made = create_api_key(name=form.cleaned_data["name"], scopes=scopes, by=request.membership)
        form = ApiKeyForm()
    keys = request.organization.api_keys.select_related("created_by__user").order_by(
        F("revoked_at").desc(nulls_first=True), "-id"
    )
    rows = [(key, ", ".join(str(SCOPE_TEXTS.get(scope, scope)) for scope in key.scopes)) for key in keys]
    page = {"form": form, "keys": rows, "made": made, "here": "api_keys"}
    response = render(request, "settings/api_keys.html", page)
    if made:  # shown once: no copy of this page stays in a cache
        response["Cache-Control"] = "no-store"
    return response


@organization_view(Right.SETTINGS, methods=("POST",))
def api_key_revoke(request: OrganizationRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(request.organization.api_keys, pk=pk)
    revoke_api_key(key, by=request.membership)
    messages.success(request, _("The key %(name)s opens nothing any more.") % {"name": key.name})
    return redirect("api_keys", request.organization.slug)
