"""Value: what each class is worth, that it adds up to what was imported, and who makes each figure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import tables
from dashboards.figures import Figure, Reason, Valuation
from dashboards.forms import MoneyForm, current_locale
from dashboards.money_words import BASIS_NOTES, Shown, reason_words, shown
from dashboards.periods import stretches
from dashboards.queries.classes import Silence
from dashboards.queries.money import ClassMoney, Ledger, currencies
from dashboards.queries.privacy import hidden_cells
from dashboards.queries.valuation import valuation
from dashboards.readers import Reader
from nps_platform.lib.csat import wilson
from nps_platform.lib.formats import percent
from nps_platform.lib.money import format_money
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import query
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.templatetags.ui import CLASS_PLURALS

ORDER = (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR, NpsClass.SILENT)


@dataclass(frozen=True, slots=True)
class Row:
    """One class of the table. Shares are of customers and of everything imported; `hidden` from this reader."""

    kind: str
    money: ClassMoney
    share_of_customers: float
    share_of_revenue: float
    retention: float | None
    retention_low: float | None
    retention_high: float | None
    no_retention: str
    clv: Decimal | None
    no_clv: str
    customers_url: str
    hidden: bool = False


@organization_view(Right.MONEY)
def money(request: OrganizationRequest) -> HttpResponse:
    reader, form = Reader.of(request.membership), MoneyForm(request.GET, currencies=currencies())
    context: dict[str, Any] = {"page_title": _("Value"), "form": form, "reader": reader, "window": form.window()}
    context["window_label"] = form.window().label(current_locale())
    if form.chosen_currency():
        found = valuation(form.window(), form.chosen_currency(), request.organization, form.today)
        context |= _page(request, found, reader)
    return render(request, "dashboards/money.html", context)


def _page(request: OrganizationRequest, found: Valuation, reader: Reader) -> dict[str, Any]:
    locale, ledger_ = current_locale(), found.ledger
    rows = _rows(request, found, reader)
    figures = [
        shown(figure, ledger_.currency, locale) for figure in _figures(found, hidden=any(r.hidden for r in rows))
    ]
    return {
        "found": found,
        "ledger": ledger_,
        "currency": ledger_.currency,
        "other_currencies": [c for c in currencies(ledger_.window) if c != ledger_.currency],
        "rows": rows,
        "total": _row(request, found, "", ledger_.everyone, found.annual.everyone),
        "title": _title(rows),
        "retention_from": _scale_from(rows),
        "bar": [] if any(row.hidden for row in rows) else revenue_bar(ledger_, locale),
        "base_label": ledger_.base.label(locale),
        "months_missing": "; ".join(one.label(locale) for one in stretches(ledger_.months_without_rows)),
        "silent_shown": not any(row.hidden for row in rows),
        "ledger_silent": {
            "asked": ledger_.silent[Silence.ASKED],
            "unreachable": ledger_.silent[Silence.UNREACHABLE],
            "never": ledger_.silent[Silence.NEVER_ASKED],
        },
        "figures": [(one, BASIS_NOTES[one.figure.basis](), _behind(request, one, reader)) for one in figures],
        "csv_url": reverse("money_csv", args=[request.organization.slug]) + query(request),
    }


def _rows(request: OrganizationRequest, found: Valuation, reader: Reader) -> list[Row]:
    sizes = {c: max(found.of(c).customers, found.of(c).base_customers) for c in ORDER}
    hidden = hidden_cells(sizes, reader.threshold)
    return [
        Row(c, ClassMoney(), 0, 0, None, None, None, "", None, "", "", hidden=True)
        if c in hidden
        else _row(request, found, c, found.of(c), found.annual.of(c), reader)
        for c in ORDER
    ]


def _row(
    request: OrganizationRequest,
    found: Valuation,
    kind: str,
    of: ClassMoney,
    annual: ClassMoney,
    reader: Reader | None = None,
) -> Row:
    everyone, imported = found.ledger.everyone, found.ledger.reconciliation.imported
    exact = found.retention(of)
    retention = None if exact is None else float(exact)
    low, high = (None, None) if retention is None else wilson(retention, of.base_customers)
    return Row(
        kind,
        of,
        of.customers / everyone.customers if everyone.customers else 0,
        float(of.revenue / imported) if imported else 0,
        retention,
        low,
        high,
        reason_words(found.no_retention(of)),
        found.clv(annual),
        reason_words(found.no_clv(annual)),
        _people_url(request, kind) if reader and reader.personal else "",
    )


def _scale_from(rows: list[Row]) -> float:
    """Where the whiskers' common scale begins: the ten below the lowest interval."""
    lows = [row.retention_low for row in rows if row.retention_low is not None]
    return math.floor(min(lows) * 10) / 10 if lows else 0


def _figures(found: Valuation, *, hidden: bool) -> list[Figure]:
    """Where a class is hidden from the reader, no figure may give it away."""
    if not hidden:
        return found.figures()
    return [replace(f, value=None, operands=(), reason=Reason.HIDDEN, customers="") for f in found.figures()]


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of the bar of who pays."""

    kind: str
    name: str
    text: str
    share: float
    flex: str


def revenue_bar(found: Ledger, locale: str) -> list[Part]:
    """Everything imported, by class, then what has no customer; negative parts can't be drawn and are left out."""
    sums = found.reconciliation
    amounts = [(str(c), found.of(c).revenue) for c in ORDER] + [("unmatched", sums.unmatched), ("erased", sums.erased)]
    names = {
        **{str(c): CLASS_PLURALS[c] for c in ORDER},
        "unmatched": CLASS_PLURALS["unmatched"],
        "erased": _("Erased"),
    }
    return [
        Part(
            "silent" if kind == "erased" else kind,
            str(names[kind]),
            format_money(amount, found.currency, locale, compact=True),
            float(amount / sums.imported),
            f"{amount:.2f}",
        )
        for kind, amount in amounts
        if amount > 0 and sums.imported > 0
    ]


def _title(rows: list[Row]) -> str:
    """The finding: what detractors and promoters bring, of everything imported."""
    by_kind = {row.kind: row for row in rows}
    detractors, silent = by_kind[NpsClass.DETRACTOR], by_kind[NpsClass.SILENT]
    if detractors.hidden or not detractors.money.customers:
        return _("What each class brings")
    values = {"detractors": _percent(detractors.share_of_revenue), "silent": _percent(silent.share_of_revenue)}
    if silent.share_of_revenue > 0.5:
        return (
            _("%(silent)s of the revenue comes from customers who have said nothing; %(detractors)s from detractors")
            % values
        )
    return _("%(detractors)s of the revenue comes from detractors") % values


def _percent(share: float) -> str:
    return percent(share, 0, current_locale())


def _behind(request: OrganizationRequest, one: Shown, reader: Reader) -> str:
    return _people_url(request, one.figure.customers) if one.figure.customers and reader.personal else ""


def _people_url(request: OrganizationRequest, which: str) -> str:
    return reverse("money_customers", args=[request.organization.slug, str(which)]) + query(request)


@organization_view(Right.MONEY)
def money_csv(request: OrganizationRequest) -> HttpResponse:
    """The class table and the reconciliation, in plain numbers."""
    reader, form = Reader.of(request.membership), MoneyForm(request.GET, currencies=currencies())
    found = valuation(form.window(), form.chosen_currency(), request.organization, form.today)
    return tables.csv_response(_money_rows(found, _rows(request, found, reader)), "circulo-value")


def _money_rows(found: Valuation, rows: list[Row]) -> list[tables.Row]:
    head = ("class", "customers", "revenue", "average", "base_customers", "lost", "retention", "clv")
    sums = found.ledger.reconciliation
    lines = [
        (r.kind, *([None] * 7))
        if r.hidden
        else (
            r.kind,
            r.money.customers,
            r.money.revenue,
            _plain(r.money.average),
            r.money.base_customers,
            r.money.lost if r.retention is not None else None,
            None if r.retention is None else round(r.retention, 6),
            _plain(r.clv),
        )
        for r in rows
    ]
    rest = [("unmatched", None, sums.unmatched), ("erased", None, sums.erased), ("imported", None, sums.imported)]
    return [head, *lines, *rest]


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0001"))
