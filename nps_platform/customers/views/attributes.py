"""The organisation's own attributes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.customers.actions import AttributeInUse, delete_attribute, save_attribute
from nps_platform.customers.actions.attributes import customers_with
from nps_platform.customers.attributes import MAX_ATTRIBUTES, customer_attributes
from nps_platform.customers.forms import AttributeForm
from nps_platform.customers.models import AttributeDefinition
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def attributes(request: OrganizationRequest) -> HttpResponse:
    definitions = customer_attributes()
    form = AttributeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if len(definitions) < MAX_ATTRIBUTES:
            save_attribute(form.save(commit=False), by=request.membership)
            messages.success(request, _("The attribute is there."))
            return redirect("attributes", request.organization.slug)
        form.add_error(None, _("An organisation has at most 200 attributes."))
    return render(request, "customers/attributes.html", {"form": form, "definitions": definitions})


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def attribute(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AttributeDefinition, pk=pk)
    form = AttributeForm(request.POST or None, instance=get_object_or_404(AttributeDefinition, pk=pk))
    if request.method == "POST" and form.is_valid():
        save_attribute(form.save(commit=False), by=request.membership)
        messages.success(request, _("The attribute is saved."))
        return redirect("attributes", request.organization.slug)
    context = {"form": form, "attribute": found, "customers_with": customers_with(found.key).count()}
    return render(request, "customers/attribute.html", context)


@organization_view(Right.CUSTOMERS, methods=("POST",))
def attribute_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        delete_attribute(get_object_or_404(AttributeDefinition, pk=pk), by=request.membership)
    except AttributeInUse as error:
        names = ", ".join(error.names)
        messages.error(request, _("Segments ask for this attribute: %(names)s. Change them first.") % {"names": names})
        return redirect("attribute", request.organization.slug, pk)
    messages.success(request, _("The attribute and its values are gone."))
    return redirect("attributes", request.organization.slug)
