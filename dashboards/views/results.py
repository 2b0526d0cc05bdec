"""Results: the score, whether it moved, who gave it, and what they wrote beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards import tables
from dashboards.charts import Chart, distribution_chart, score_range, trend_chart
from dashboards.forms import FilterForm, current_locale
from dashboards.periods import Period
from dashboards.place_filter import places
from dashboards.queries.comments import voices
from dashboards.queries.coverage import coverage
from dashboards.queries.filters import Filters
from dashboards.queries.left_out import left_out
from dashboards.queries.loop import loop
from dashboards.queries.parts import Breakdown, Cell, Dimension, breakdown, phone_shift
from dashboards.queries.questions import questions
from dashboards.queries.scores import Standing, standing, trend
from dashboards.readers import Reader
from dashboards.views.questions import further_questions
from dashboards.wording import TAGS, Finding, difference, finding, score_label, trend_title
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.links import Choice, query
from nps_platform.tenancy.roles import Right
from surveys.models import SurveyKind

COMMENTS_BESIDE = 6
TABLES = ("trend", "distribution", "breakdown", "response-rate", "questions")


@organization_view(Right.RESULTS)
def results(request: OrganizationRequest) -> HttpResponse:
    form, reader = FilterForm(request.GET), Reader.of(request.membership)
    filters = form.filters()
    where = standing(filters, threshold=reader.threshold)
    context: dict[str, Any] = {
        "page_title": _("Results"),
        "form": form,
        "kept": {name: value for name in ("by", "nps_class") if (value := request.GET.get(name))},
        "reader": reader,
        "now": timezone.now(),
        "standing": where,
        "coverage": coverage(filters),
        "csv": _csv_urls(request),
    }
    if where.score.n:
        context |= _what_they_say(request, filters, where, reader)
        context |= _parts(request, form, where, reader)
        context |= further_questions(request, form, reader)
    return render(request, "dashboards/results.html", context)


def _what_they_say(request: OrganizationRequest, filters: Filters, where: Standing, reader: Reader) -> dict[str, Any]:
    """The charts, the comments and the loop: only where somebody answered and the reader may see it."""
    locale = current_locale()
    return {
        "period": filters.period.label(locale),
        "findings": findings(where, locale),
        "comments": voices(filters, reader, limit=COMMENTS_BESIDE) if reader.comments else None,
        "comments_url": reverse("comments", args=[request.organization.slug]) + query(request, by="", nps_class=""),
        "loop": loop(filters),
        "left_out": left_out(filters, threshold=reader.threshold),
        "of_many": filters.of_many,
        "phone_shift": phone_shift(filters, compared_with(where)),
        **_charts(request, filters, where, reader),
    }


def findings(where: Standing, locale: str) -> list[Finding]:
    """Against a year ago and against the period before, where somebody answered then; once where both are the same."""
    compared = {where.period.year_ago: where.against_year_ago, where.period.before: where.against_before}
    return [finding(change, against, locale) for against, change in compared.items() if change.before.n]


def _charts(request: OrganizationRequest, filters: Filters, where: Standing, reader: Reader) -> dict[str, Chart]:
    locale, urls = current_locale(), _csv_urls(request)
    months = trend(filters, threshold=reader.threshold)
    period = filters.period.label(locale)
    return {
        "trend": trend_chart(
            months,
            title=trend_title(months, locale, of_many=filters.of_many),
            locale=locale,
            csv_url=urls["trend"],
        ),
        "distribution_chart": distribution_chart(
            where.distribution, period=period, locale=locale, csv_url=urls["distribution"]
        ),
    }


# --- where the score comes from --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Row:
    """A cell of the breakdown with its words."""

    cell: Cell
    name: str
    difference: str
    tag: str
    label: str


def _parts(request: OrganizationRequest, form: FilterForm, where: Standing, reader: Reader) -> dict[str, Any]:
    locale, against = current_locale(), compared_with(where)
    found = _breakdown(form, against, reader)
    return {
        "breakdown": found,
        "rows": [_row(cell, cell.name, locale) for cell in found.cells],
        "total": _row(found.total, _("All answers"), locale),
        "scale": score_range([cell.score for cell in found.cells if not cell.hidden] + [found.total.score]),
        "against_label": _("against %(period)s") % {"period": against.label(locale)},
        "dimensions": _dimensions(request, form.filters().kind, found.dimension),
    }


def compared_with(where: Standing) -> Period:
    """The same period a year ago, or the one before where nobody answered then."""
    return where.period.year_ago if where.against_year_ago.before.n else where.period.before


def _breakdown(form: FilterForm, against: Period, reader: Reader) -> Breakdown:
    filters = form.filters()
    return breakdown(filters, form.dimension(filters.kind), against, threshold=reader.threshold)


def _row(cell: Cell, name: str, locale: str) -> Row:
    return Row(cell, name, difference(cell.change, locale), TAGS[cell.change.verdict], score_label(cell.score, locale))


def _dimensions(request: OrganizationRequest, kind: str, current: Dimension) -> list[Choice]:
    offered = {
        SurveyKind.RELATIONAL: [Dimension.UNIT, Dimension.SURVEY, Dimension.CHANNEL, Dimension.COLLECTOR],
        SurveyKind.PHASE: [Dimension.STAGE, Dimension.UNIT, Dimension.SURVEY, Dimension.CHANNEL, Dimension.COLLECTOR],
    }.get(SurveyKind(kind), list(Dimension))
    if current != Dimension.COLLECTOR and not places(kind).exists():
        offered = [dimension for dimension in offered if dimension != Dimension.COLLECTOR]
    labels = {
        Dimension.TOUCHPOINT: _("By touchpoint"),
        Dimension.STAGE: _("By stage"),
        Dimension.UNIT: _("By unit"),
        Dimension.SURVEY: _("By survey"),
        Dimension.CHANNEL: _("By channel"),
        Dimension.COLLECTOR: _("By collection point"),
    }
    return [Choice(labels[d], f"{query(request, by=d.value)}#parts", d == current) for d in offered]


# --- the same as files -----------------------------------------------------------------------------------------------
def _csv_urls(request: OrganizationRequest) -> dict[str, str]:
    return {
        name.replace("-", "_"): reverse("results_csv", args=[request.organization.slug, name]) + query(request)
        for name in TABLES
    }


@organization_view(Right.RESULTS)
def results_csv(request: OrganizationRequest, table: str) -> HttpResponse:
    """One of the page's tables, with the page's filters."""
    if table not in TABLES:
        raise Http404
    rows = _table(table, FilterForm(request.GET), Reader.of(request.membership))
    return tables.csv_response(rows, f"circulo-{table}")


def _table(table: str, form: FilterForm, reader: Reader) -> list[tables.Row]:
    filters = form.filters()
    if table == "trend":
        return tables.trend_rows(trend(filters, threshold=reader.threshold))
    if table == "questions":
        return tables.question_rows(questions(filters, nps_class=form.chosen_class(), threshold=reader.threshold))
    if table == "response-rate":
        return tables.coverage_rows(coverage(filters))
    where = standing(filters, threshold=reader.threshold)
    if table == "distribution":
        return tables.distribution_rows(where.distribution)
    return tables.breakdown_rows(_breakdown(form, compared_with(where), reader))
