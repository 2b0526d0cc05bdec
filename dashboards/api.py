"""The metrics over the API: the same queries as the pages (METHOD §1, §2, §7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards.api_employees import QUARTER, employees_answer, is_about_employees
from dashboards.api_money import money_answer, several_currencies
from dashboards.api_scores import scored
from dashboards.periods import Period, last_months, shifted
from dashboards.queries.filters import Filters, own_zone
from dashboards.queries.money import currencies
from dashboards.queries.parts import Dimension, Group, groups
from dashboards.queries.valuation import valuation
from dashboards.serializers import MoneyQuerySerializer, MoneySerializer, NpsQuerySerializer, NpsSerializer
from nps_platform.lib.nps import Counts
from nps_platform.tenancy.api_base import OrganizationAPIView
from surveys.models import SurveyKind

ALWAYS = Period(date(1990, 1, 1), date(2100, 12, 31))
A_YEAR = 12


class NpsView(OrganizationAPIView):
    """The score and its parts."""

    @extend_schema(
        summary="Read the score",
        description="Counts, NPS and its 95 % interval of one kind of survey, of all times unless `from` and `to` say "
        "otherwise; `by` and `interval` split it into groups. Employees (`kind=employee`) are shown in groups of five or "
        "more: where fewer have answered, figures are null with the reason `fewer_than_five`.",
        parameters=[NpsQuerySerializer],
        responses=NpsSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = _checked(NpsQuerySerializer(data=request.query_params))
        if is_about_employees(asked):
            return Response(employees_answer(asked, ALWAYS))
        if asked.get("interval") == QUARTER:
            raise ValidationError({"interval": _("Only employees’ answers are counted by quarter.")})
        found = groups(_filters(asked), _dimension(asked), by_month=asked.get("interval") == "month")
        whole = sum((group.counts for group in found), Counts())
        split = asked.get("by") or asked.get("interval")
        return Response(scored(whole) | {"groups": [_group(group) for group in found] if split else []})


def _checked(query: Any) -> dict[str, Any]:
    query.is_valid(raise_exception=True)
    return query.validated_data


def _filters(asked: dict[str, Any]) -> Filters:
    survey, touchpoint, collector = asked.get("survey"), asked.get("touchpoint"), asked.get("collector")
    kind = survey.kind if survey else asked.get("kind") or (collector.survey.kind if collector else None)
    return Filters(
        Period(asked.get("from") or ALWAYS.first, asked.get("to") or ALWAYS.last),
        kind or (SurveyKind.TRANSACTIONAL if touchpoint else SurveyKind.RELATIONAL),
        survey,
        asked.get("stage"),
        touchpoint,
        asked.get("unit"),
        asked.get("segment"),
        asked.get("collector"),
    )


def _dimension(asked: dict[str, Any]) -> Dimension | None:
    return Dimension(asked["by"]) if asked.get("by") else None


def _group(group: Group) -> dict[str, Any]:
    named = {
        "key": None if group.key is None else str(group.key),
        "name": group.name,
        "month": f"{group.month:%Y-%m}" if group.month else None,
    }
    return named | scored(group.counts)


class MoneyView(OrganizationAPIView):
    """What each class is worth."""

    @extend_schema(
        summary="Read what each class is worth",
        description="The last twelve complete months unless `from` and `to` say otherwise. A month's revenue belongs to "
        "the window that holds its first day. Figures are null with their `reason` where METHOD gives none.",
        parameters=[MoneyQuerySerializer],
        responses=MoneySerializer,
    )
    def get(self, request: Request) -> Response:
        asked = _checked(MoneyQuerySerializer(data=request.query_params))
        today = timezone.localdate(timezone=own_zone())
        window = _window(asked, today)
        known = currencies(window)
        currency = asked.get("currency") or (known[0] if known else self.organization.currency)
        if len(known) > 1 and not asked.get("currency"):
            return Response(several_currencies(window, known))
        return Response(money_answer(valuation(window, currency, self.organization, today), known))


def _window(asked: dict[str, Any], today: date) -> Period:
    """Twelve months where one end or none is given."""
    first, last = asked.get("from"), asked.get("to")
    if first and last:
        return Period(first, last)
    if first:
        return Period(first, max(first, last_months(1, today).last))
    last = last or last_months(1, today).last
    return Period(shifted(last, 1 - A_YEAR), last)
