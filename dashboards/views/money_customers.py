"""The customers behind a figure: the list's sum is the figure."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import tables
from dashboards.forms import MoneyForm, current_locale
from dashboards.queries.money import LOST, Payer, currencies, ledger
from dashboards.queries.people import Person, people
from dashboards.readers import Reader
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import query
from nps_platform.tenancy.roles import Right

PEOPLE_SHOWN = 100
LISTS = (*NpsClass.values, LOST)


@organization_view(Right.MONEY, Right.PERSONAL)
def money_customers(request: OrganizationRequest, which: str) -> HttpResponse:
    """The customers behind a figure, those who bring most first; their sum is the figure."""
    form, found = _people(request, which)
    context = {
        "page_title": _list_name(which),
        "which": which,
        "form": form,
        "window_label": form.window().label(current_locale()),
        "currency": form.chosen_currency(),
        "people": people(found[:PEOPLE_SHOWN]),
        "count": len(found),
        "shown": min(PEOPLE_SHOWN, len(found)),
        "revenue": sum((p.revenue for p in found), Decimal(0)),
        "base_revenue": sum((p.base_revenue for p in found), Decimal(0)),
        "reader": Reader.of(request.membership),
        "csv_url": reverse("money_customers_csv", args=[request.organization.slug, which]) + query(request),
        "back_url": reverse("money", args=[request.organization.slug]) + query(request),
    }
    return render(request, "dashboards/money_customers.html", context)


def _people(request: OrganizationRequest, which: str) -> tuple[MoneyForm, list[Payer]]:
    if which not in LISTS:
        raise Http404
    form = MoneyForm(request.GET, currencies=currencies())
    return form, ledger(form.window(), form.chosen_currency()).behind(which)


def _list_name(which: str) -> str:
    return {
        NpsClass.PROMOTER.value: _("Promoters with revenue"),
        NpsClass.PASSIVE.value: _("Passives with revenue"),
        NpsClass.DETRACTOR.value: _("Detractors with revenue"),
        NpsClass.SILENT.value: _("Silent customers with revenue"),
        LOST: _("Detractors lost in the window"),
    }[which]


@organization_view(Right.MONEY, Right.PERSONAL)
def money_customers_csv(request: OrganizationRequest, which: str) -> HttpResponse:
    _form, found = _people(request, which)
    return tables.csv_response(_people_rows(people(found)), f"circulo-{which}")


def _people_rows(found: list[Person]) -> list[tables.Row]:
    head = ("customer", "name", "score", "revenue", "revenue_before", "lost")
    return [head, *((p.number, p.name, p.score, p.revenue, p.base_revenue, int(p.lost)) for p in found)]
