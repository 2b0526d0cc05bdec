"""The tree of business units."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.actions import add_unit, delete_unit, update_unit
from nps_platform.tenancy.forms import UnitForm
from nps_platform.tenancy.forms.refusals import refused
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.units import tree


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def units(request: OrganizationRequest) -> HttpResponse:
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit = add_unit(**form.cleaned_data, by=request.membership)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("%(name)s is in the tree.") % {"name": unit.name})
            return redirect("units", request.organization.slug)
    return render(request, "settings/units.html", {"form": form, "tree": tree(), "here": "units"})


@organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def unit(request: OrganizationRequest, pk: int) -> HttpResponse:
    found: Unit = get_object_or_404(Unit.objects, pk=pk)
    form = UnitForm(request.POST or None, instance=get_object_or_404(Unit.objects, pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            update_unit(found, **form.cleaned_data, by=request.membership)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": found.name})
            return redirect("units", request.organization.slug)
    return render(request, "settings/unit.html", {"form": form, "unit": found, "here": "units"})


@organization_view(Right.SETTINGS, methods=("POST",))
def unit_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    found: Unit = get_object_or_404(Unit.objects, pk=pk)
    try:
        delete_unit(found, by=request.membership)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("unit", request.organization.slug, pk)
    messages.success(request, _("%(name)s is deleted.") % {"name": found.name})
    return redirect("units", request.organization.slug)
