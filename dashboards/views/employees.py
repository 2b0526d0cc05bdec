"""eNPS: what employees say of the company as a place to work, unit by unit, apart from what customers say."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards import tables
from dashboards.charts import QUARTERLY, Chart, score_range, trend_chart
from dashboards.employee_forms import EmployeeForm
from dashboards.forms import current_locale
from dashboards.queries.employees import (
    Closed,
    UnitRow,
    by_quarter,
    closed,
    further,
    moved,
    newest_quarter,
    quarter_by_unit,
    quarter_period,
    words,
)
from dashboards.queries.scores import MonthScore
from dashboards.readers import Reader
from dashboards.wording import difference, finding, score_label
from nps_platform.lib.formats import number
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice, query
from nps_platform.tenancy.roles import Right
from surveys.models import FEWEST, Collector

TABLES = ("units", "quarters")
PAGE = 30


@organization_view(Right.RESULTS)
def employees(request: OrganizationRequest) -> HttpResponse:
    """One quarter: the score, each unit beside its customers, the quarters before, and what was written."""
    form, reader, locale = _form(request), Reader.of(request.membership), current_locale()
    period = quarter_period(form.quarter)
    units = quarter_by_unit(period, reader, form.of_survey)
    now = closed(period, survey=form.of_survey, unit=form.of_unit)
    before = closed(period.before, survey=form.of_survey, unit=form.of_unit)
    score, change = moved(now, before)
    context: dict[str, Any] = {
        "page_title": _("Employees"),
        "form": form,
        "reader": reader,
        "fewest": FEWEST,
        "score": score,
        "finding": finding(change, period.before, locale) if change.before.n else None,
        "quarter": period.label(locale),
        "units": units,
        "rows": [_row(row, locale) for row in units.rows],
        "total": _row(units.total, locale),
        "scale": score_range([row.score for row in (*units.rows, units.total)]),
        "links": Collector.objects.filter(kind=Collector.Kind.EMPLOYEE).exists(),
        "csv": _csv_urls(request),
        "trend": _trend(request, form, locale),
        "further": further(now),
    }
    if reader.comments:
        context |= _words(request, now, reader)
    return render(request, "dashboards/employees.html", context)


def _form(request: OrganizationRequest) -> EmployeeForm:
    return EmployeeForm(request.GET, newest=newest_quarter())


def _row(row: UnitRow, locale: str) -> dict[str, Any]:
    """A unit with its words."""
    return {
        "unit": row,
        "difference": difference(row.change, locale),
        "label": score_label(row.score, locale),
        "customers": row.customers,
    }


def _trend(request: OrganizationRequest, form: EmployeeForm, locale: str) -> Chart | None:
    """Nothing before two quarters can be shown."""
    quarters = _quarters(form)
    if sum(one.score.n > 0 for one in quarters) < 2:
        return None
    return trend_chart(
        quarters,
        title=_trend_title(quarters, locale),
        locale=locale,
        csv_url=_csv_urls(request)["quarters"],
        step=QUARTERLY,
        height="24rem",
    )


def _quarters(form: EmployeeForm) -> list[MonthScore]:
    return by_quarter(form.quarter, survey=form.of_survey, unit=form.of_unit)


def _trend_title(quarters: list[MonthScore], locale: str) -> str:
    answered = [one for one in quarters if one.score.nps is not None]
    now, then = (number(one.score.nps or 0.0, 0, locale) for one in (answered[-1], answered[0]))
    values = {"now": now, "then": then, "quarter": QUARTERLY.label(answered[0].month, locale)}
    return _("eNPS stands at %(now)s; in %(quarter)s it was %(then)s") % values


def _words(request: OrganizationRequest, now: list[Closed], reader: Reader) -> dict[str, Any]:
    """A page of what they wrote, of one class or all."""
    asked = request.GET.get("nps_class", "")
    chosen = asked if asked in {c.value for c in NpsClass} else ""
    found = words(now, reader, nps_class=chosen)
    start = _start(request.GET.get("after", ""), len(found))
    names = [
        ("", pgettext("answer classes", "All")),
        *((c.value, str(c.label)) for c in NpsClass if c != NpsClass.SILENT),
    ]
    return {
        "words": found[start : start + PAGE],
        "word_count": len(found),
        "classes": [
            Choice(name, f"{query(request, nps_class=key, after='') or '?'}#words", key == chosen)
            for key, name in names
        ],
        "more_url": f"{query(request, after=str(start + PAGE))}#words" if start + PAGE < len(found) else "",
        "first_url": f"{query(request, after='') or '?'}#words" if start else "",
    }


def _start(text: str, count: int) -> int:
    """Where the page begins; the first for what can't be read."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) < count else 0


# --- the same as files -----------------------------------------------------------------------------------------------
def _csv_urls(request: OrganizationRequest) -> dict[str, str]:
    kept = query(request, nps_class="", after="")
    return {name: reverse("employees_csv", args=[request.organization.slug, name]) + kept for name in TABLES}


@organization_view(Right.RESULTS)
def employees_csv(request: OrganizationRequest, table: str) -> HttpResponse:
    """One of the page's tables, with the page's filters."""
    if table not in TABLES:
        raise Http404
    form, reader = _form(request), Reader.of(request.membership)
    if table == "quarters":
        return tables.csv_response(tables.quarter_rows(_quarters(form)), "circulo-employees-quarters")
    units = quarter_by_unit(quarter_period(form.quarter), reader, form.of_survey)
    return tables.csv_response(tables.unit_rows(units), "circulo-employees-units")
