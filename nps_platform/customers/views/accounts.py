"""Accounts: companies and their people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from nps_platform.customers.actions import save_account
from nps_platform.customers.forms import AccountForm
from nps_platform.customers.models import Account, RevenueEntry
from nps_platform.customers.paging import page_of
from nps_platform.customers.value import last_year, yearly_values
from nps_platform.lib.folding import found_in
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization

_CONTACTS = 200


@organization_view(Right.CUSTOMERS)
def accounts(request: OrganizationRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
    found = Account.objects.select_related("unit", "owner__user")
    page = page_of(request, found.filter(found_in("folded", asked)))
    context = {
        "page": page,
        "q": asked,
        "lines": _lines(page.rows),
        "sees_money": request.membership.may(Right.MONEY),
    }
    return render(request, "customers/accounts.html", context)


def _lines(accounts: list[Account]) -> list[tuple[Account, int, Any]]:
    """Contacts and the last twelve months' revenue of each account; two queries."""
    ids, window = [account.pk for account in accounts], last_year()
    counted = Account.objects.filter(pk__in=ids).annotate(n=Count("contacts")).values_list("pk", "n")
    contacts = dict(counted)
    sums: dict[int | None, Any] = {}
    if window:
        entries = RevenueEntry.objects.filter(account_id__in=ids, period__range=(window.first, window.last))
        own = entries.filter(currency=current_organization().currency)
        sums = dict(own.values_list("account_id").annotate(total=Sum("amount")).order_by())
    return [(account, contacts.get(account.pk, 0), sums.get(account.pk)) for account in accounts]


@organization_view(Right.CUSTOMERS, methods=("GET", "HEAD", "POST"))
def account(request: OrganizationRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Account.objects.select_related("unit", "owner__user"), pk=pk)
    form = AccountForm(request.POST or None, instance=get_object_or_404(Account, pk=pk))
    if request.method == "POST" and form.is_valid():
        save_account(form.save(commit=False), by=request.membership)
        messages.success(request, _("The account is saved."))
        return redirect("account", request.organization.slug, pk)
    contacts = list(found.contacts.select_related("unit").order_by("name", "pk")[:_CONTACTS])
    values = yearly_values(contacts, last_year())
    context = {
        "account": found,
        "form": form,
        "contacts": [(contact, values.get(contact.pk)) for contact in contacts],
        "total": sum(values.values()),
        "sees_money": request.membership.may(Right.MONEY),
    }
    return render(request, "customers/account.html", context)
