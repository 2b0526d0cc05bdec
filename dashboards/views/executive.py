"""The monthly or quarterly report: one screen, one sheet of A4, for those who decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.charts import FEWEST_DRAWN, trend_chart
from dashboards.forms import PeriodForm, current_locale
from dashboards.money_words import Shown, shown
from dashboards.periods import Period, key_of, last_months, month_of, quarter_of, shifted
from dashboards.queries.comments import sentence_of
from dashboards.queries.coverage import coverage
from dashboards.queries.filters import EVERY_KIND, Filters
from dashboards.queries.loop import causes, loop
from dashboards.queries.money import currencies
from dashboards.queries.privacy import hidden_cells
from dashboards.queries.scores import Standing, latest_month, standing, trend
from dashboards.queries.valuation import valuation
from dashboards.readers import Reader
from dashboards.views.money import ORDER, revenue_bar
from dashboards.views.results import findings
from dashboards.wording import headline, trend_title
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice, query
from nps_platform.tenancy.roles import Right


@organization_view(Right.RESULTS)
def executive(request: OrganizationRequest) -> HttpResponse:
    reader, today, locale = Reader.of(request.membership), timezone.localdate(), current_locale()
    form = PeriodForm(request.GET, default=latest_month(today, FEWEST_DRAWN) or month_of(today))
    period = form.period()
    filters = Filters(period)
    where = standing(filters, threshold=reader.threshold)
    context: dict[str, Any] = {
        "page_title": period.label(locale),
        "form": form,
        "reader": reader,
        "period": period,
        "standing": where,
        "coverage": coverage(filters),
        "navigation_links": _around(request, period, today),
        "lengths": _lengths(request, period),
        "today": today,
        "unfinished": period.last >= today,
    }
    if where.score.n:
        context |= _story(filters, where, reader, locale)
        context |= _money(request, period, reader, locale) if reader.money else {}
    return render(request, "dashboards/executive.html", context)


def _story(filters: Filters, where: Standing, reader: Reader, locale: str) -> dict[str, Any]:
    months = trend(filters, threshold=reader.threshold)
    every_kind = Filters(filters.period, EVERY_KIND)
    named = _causes(every_kind, reader)
    return {
        "headline": headline(where, named[0].name if named else "", locale),
        "findings": findings(where, locale),
        "trend": trend_chart(months, title=trend_title(months, locale), locale=locale, mix=False, height="14rem"),
        "loop": loop(every_kind),
        "causes": named,
        "most": max((cause.cases for cause in named), default=0),
    }


@dataclass(frozen=True, slots=True)
class Cause:
    """A root cause with one customer's own words; the words redacted for readers without personal data."""

    name: str
    cases: int
    words: str


def _causes(filters: Filters, reader: Reader) -> list[Cause]:
    found = causes(filters, threshold=reader.threshold)
    return [
        Cause(cause.name, cause.cases, sentence_of(cause.comment, reader) if reader.comments else "") for cause in found
    ]


@dataclass(frozen=True, slots=True)
class Worth:
    """Who pays over the twelve complete months that end with the report, and three figures of the catalogue."""

    label: str
    imported: Decimal
    currency: str
    bar: list[Any]
    figures: list[Shown]


def _money(request: OrganizationRequest, period: Period, reader: Reader, locale: str) -> dict[str, Any]:
    today = timezone.localdate()
    last = min(period.last, last_months(1, today).last)
    window = Period(shifted(last, -11), last)
    known = currencies(window)
    if not known:
        return {}
    found = valuation(window, known[0], request.organization, today)
    sizes = {c: max(found.of(c).customers, found.of(c).base_customers) for c in ORDER}
    if hidden_cells(sizes, reader.threshold):
        return {}
    figures = [found.realised_loss(), found.at_risk(NpsClass.DETRACTOR), found.recovered()]
    return {
        "worth": Worth(
            window.label(locale),
            found.ledger.reconciliation.imported,
            known[0],
            revenue_bar(found.ledger, locale),
            [shown(figure, known[0], locale) for figure in figures],
        )
    }


# --- moving through time ---------------------------------------------------------------------------------------------
def _around(request: OrganizationRequest, period: Period, today: date) -> dict[str, str]:
    """The report before and the one after; none lies wholly in the future."""
    months = period.whole_months
    after = Period(shifted(period.first, months), _end(shifted(period.first, months), months))
    return {
        "before": query(request, period=key_of(period.before)),
        "after": query(request, period=key_of(after)) if after.first <= today else "",
    }


def _end(first: date, months: int) -> date:
    return month_of(shifted(first, months - 1)).last


def _lengths(request: OrganizationRequest, period: Period) -> list[Choice]:
    month, quarter = month_of(period.last), quarter_of(period.last)
    return [
        Choice(_("Month"), query(request, period=key_of(month)), period == month),
        Choice(_("Quarter"), query(request, period=key_of(quarter)), period == quarter),
    ]
