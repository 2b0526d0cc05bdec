"""The customers: found, shown, made, changed, erased."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.customers.actions import (
    NeedsConfirmation,
    StaysForGood,
    change_customer,
    create_customer,
    erase_customer,
    lift_suppression,
    state_permission,
    suppress,
)
from nps_platform.customers.attributes import customer_attributes
from nps_platform.customers.forms import CustomerForm, FilterForm, PermissionForm, SuppressionForm
from nps_platform.customers.held import Part, Person, as_data, held_about
from nps_platform.customers.models import Customer, CustomerPermission, RevenueEntry, Suppression
from nps_platform.customers.paging import COUNT_CAP, capped_count, page_of
from nps_platform.customers.panels import panels_for
from nps_platform.customers.segments import BrokenSegment, customers_in
from nps_platform.customers.value import Window, last_year, yearly_values
from nps_platform.lib.folding import found_in
from nps_platform.lib.formats import number
from nps_platform.tenancy import audit
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.models import Unit
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.circulo import reader_locale


@dataclass(frozen=True)
class Listed:
    """One line of the list: a customer and what they brought in twelve months."""

    customer: Customer
    value: Any


@organization_view(Right.CUSTOMERS)
def customers(request: OrganizationRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    form.is_valid()
    found = _filtered(request, form.cleaned_data)
    page = page_of(request, found.select_related("unit", "account").prefetch_related("suppressions"))
    window = last_year()
    values = yearly_values(page.rows, window)
    context = {
        "form": form,
        "filtered": any(form.cleaned_data.values()),
        "page": page,
        "lines": [Listed(customer, values.get(customer.pk)) for customer in page.rows],
        "window": window,
        "count_text": _count_text(capped_count(found)),
        "sees_money": request.membership.may(Right.MONEY),
    }
    return render(request, "customers/customers.html", context)


def _filtered(request: OrganizationRequest, asked: dict[str, Any]) -> QuerySet[Customer]:
    try:
        found = customers_in(asked.get("segment"))
    except BrokenSegment:
        messages.warning(request, _("This segment asks for something that is gone; open it and mend it."))
        found = Customer.objects.none()
    if unit := asked.get("unit"):
        below = Unit.objects.filter(path__startswith=unit.path)
        found = found.filter(unit_id__in=list(below.values_list("pk", flat=True)))
    return found.filter(found_in("folded", asked.get("q") or ""))


def _count_text(count: int) -> str:
    if count > COUNT_CAP:
        return _("More than %(number)s customers") % {"number": number(COUNT_CAP, locale=reader_locale())}
    words = ngettext("%(number)s customer", "%(number)s customers", count)
    return words % {"number": number(count, locale=reader_locale())}


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def customer_new(request: OrganizationRequest) -> HttpResponse:
    form = CustomerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        result = create_customer(form.to_row(), by=request.membership)
        if result.id is not None:
            messages.success(request, _("The customer is in."))
            return redirect("customer", request.organization.slug, result.id)
        form.refuse(result.errors)
    return render(request, "customers/edit.html", {"form": form})


@organization_view(Right.CUSTOMERS)
def customer(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    return render(request, "customers/customer.html", _profile(request, found))


def _find(pk: int) -> Customer:
    return get_object_or_404(Customer.objects.select_related("unit", "account"), pk=pk)


def _profile(request: OrganizationRequest, found: Customer) -> dict[str, Any]:
    sees_money, window = request.membership.may(Right.MONEY), last_year()
    return {
        "customer": found,
        "attributes": [(d, found.attributes[d.key]) for d in customer_attributes() if d.key in found.attributes],
        "permissions": _standing_permissions(found),
        "suppressions": found.suppressions.order_by("-at"),
        "months": _months(found, window) if sees_money and window else [],
        "window": window,
        "sees_money": sees_money,
        "panels": panels_for(found, request.membership),
        "permission_form": PermissionForm(),
        "suppression_form": SuppressionForm(),
    }


def _standing_permissions(found: Customer) -> list[CustomerPermission]:
    """The newest statement of each purpose and channel."""
    newest: dict[tuple[str, str], CustomerPermission] = {}
    for permission in found.permissions.order_by("-at", "-pk"):
        newest.setdefault((permission.purpose, permission.channel), permission)
    return sorted(newest.values(), key=lambda permission: (permission.purpose, permission.channel))


@dataclass(frozen=True)
class Months:
    """A customer's revenue by month in one currency, newest first; `largest` scales the bars."""

    currency: str
    rows: list[dict[str, Any]]
    total: Any
    largest: Any


def _months(found: Customer, window: Window) -> list[Months]:
    entries = RevenueEntry.objects.filter(customer=found, period__range=(window.first, window.last))
    sums = entries.values("currency", "period").annotate(total=Sum("amount")).order_by("currency", "-period")
    by_currency: dict[str, list[dict[str, Any]]] = {}
    for row in sums:
        by_currency.setdefault(row["currency"], []).append(row)
    return [
        Months(currency, rows, sum(r["total"] for r in rows), max(0, *(r["total"] for r in rows), 0))
        for currency, rows in by_currency.items()
    ]


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def customer_edit(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    if found.erased_at:
        return redirect("customer", request.organization.slug, pk)
    form = CustomerForm(request.POST if request.method == "POST" else None, customer=found)
    if request.method == "POST" and form.is_valid():
        result = change_customer(found, form.to_row(), by=request.membership)
        if not result.errors:
            messages.success(request, _("Saved."))
            return redirect("customer", request.organization.slug, pk)
        form.refuse(result.errors)
    return render(request, "customers/edit.html", {"form": form, "customer": found})


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def customer_erase(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    if request.method == "POST":
        erase_customer(found, by=request.membership)
        messages.success(request, _("The person is erased."))
        return redirect("customers", request.organization.slug)
    context = {"customer": found, "months": RevenueEntry.objects.filter(customer=found).count()}
    return render(request, "customers/erase.html", context)


@organization_view(Right.CUSTOMERS, methods=("POST",))
def customer_data(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Everything that is held about one person, as a file to hand over."""
    found = _find(pk)
    with transaction.atomic():
        audit.record("customer.data_taken", found, by=request.membership)
        return data_file(held_about(Person(found, found.email)))


def data_file(parts: list[Part]) -> HttpResponse:
    """JSON with stable names, to download."""
    body = json.dumps(as_data(parts), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="data.json"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type="application/json", headers=headers)


@organization_view(Right.CUSTOMERS, methods=("POST",))
def customer_permission(request: OrganizationRequest, pk: int) -> HttpResponse:
    found, form = _find(pk), PermissionForm(request.POST)
    if form.is_valid() and not state_permission(found, form.to_row(), by=request.membership).errors:
        messages.success(request, _("Noted. The newest statement holds."))
        return redirect("customer", request.organization.slug, pk)
    context = _profile(request, found) | {"permission_form": form, "open_dialog": "permission"}
    return render(request, "customers/customer.html", context)


@organization_view(Right.CUSTOMERS, methods=("POST",))
def customer_suppress(request: OrganizationRequest, pk: int) -> HttpResponse:
    found, form = _find(pk), SuppressionForm(request.POST)
    if not found.email:
        messages.error(request, _("There is no address that could be suppressed."))
    elif form.is_valid():
        suppress(found.email, customer=found, by=request.membership, **form.cleaned_data)
        messages.success(request, _("Nothing is written to this address any more."))
    else:
        context = _profile(request, found) | {"suppression_form": form, "open_dialog": "suppress"}
        return render(request, "customers/customer.html", context)
    return redirect("customer", request.organization.slug, pk)


@organization_view(Right.CUSTOMERS, methods=("POST",))
def customer_unsuppress(request: OrganizationRequest, pk: int, suppression_pk: int) -> HttpResponse:
    row = get_object_or_404(Suppression, pk=suppression_pk, customer_id=_find(pk).pk)
    try:
        lift_suppression(row, by=request.membership)
    except NeedsConfirmation:
        return redirect("suppression_remove", request.organization.slug, row.pk)
    except StaysForGood:
        messages.error(request, _("An erased person is never written to again."))
    else:
        messages.success(request, _("The address may be written to again."))
    return redirect("customer", request.organization.slug, pk)
