"""Settings: what customers see of their case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import settings as actions
from closeloop.models import LoopSettings
from closeloop.settings_forms import LoopSettingsForm
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def loop_settings(request: OrganizationRequest) -> HttpResponse:
    """One form: who is named, which parts are shown, whether a resolution writes."""
    form = LoopSettingsForm(request.POST if request.method == "POST" else None, instance=LoopSettings.current())
    if request.method == "POST" and form.is_valid():
        actions.save_loop_settings(form.save(commit=False), by=request.membership)
        messages.success(request, _("What customers see is saved."))
        return redirect("loop_settings", request.organization.slug)
    return render(request, "closeloop/settings/loop.html", {"form": form, "here": "loop_settings"})
