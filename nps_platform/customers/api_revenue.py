"""Revenue over the API: ten thousand rows a call, each taken or refused by itself."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.customers.actions import load_revenue
from nps_platform.customers.rows import RevenueRow, RowProblem
from nps_platform.customers.serializers import RevenueResultSerializer, RevenueRowSerializer
from nps_platform.customers.wording import row_problem
from nps_platform.lib.csvio import Unreadable, parse_period
from nps_platform.tenancy.api_base import OrganizationAPIView, idempotent

MAX_ROWS = 10_000
_AMOUNT = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,12})?")
_PERIOD = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


class RevenueView(OrganizationAPIView):
    """Load revenue by customer, month and currency."""

    @extend_schema(
        summary="Load revenue",
        description=f"At most {MAX_ROWS} rows. The same customer, month and currency again replaces. An unknown "
        "customer's row is kept as unmatched. Refused rows are named by their place; the others come in.",
        request=RevenueRowSerializer(many=True),
        responses={200: RevenueResultSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        sent = request.data if isinstance(request.data, list) else [request.data]
        if not 1 <= len(sent) <= MAX_ROWS:
            raise ValidationError(_("Between 1 and %(most)d rows.") % {"most": MAX_ROWS})
        return Response(_load(sent))


def _load(sent: list[Any]) -> dict[str, Any]:
    read = [read_row(one) for one in sent]
    places = [place for place, row in enumerate(read) if isinstance(row, RevenueRow)]
    result = load_revenue([row for row in read if isinstance(row, RevenueRow)], by=None)
    errors = [(place, row) for place, row in enumerate(read) if isinstance(row, RowProblem)]
    errors += [(places[index], problem) for index, problem in result.errors]
    return {
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "refused": len(errors),
        "unmatched": result.unmatched,
        "amounts": _amounts(result.amounts),
        "unmatched_amounts": _amounts(result.unmatched_amounts),
        "errors": [_error(place, problem) for place, problem in sorted(errors, key=lambda error: error[0])],
    }


def read_row(raw: Any) -> RevenueRow | RowProblem:
    """One row as sent, by hand: ten thousand serializers would take longer than the database."""
    if not isinstance(raw, dict):
        return RowProblem("", "malformed")
    customer, currency = raw.get("customer"), raw.get("currency")
    if not isinstance(customer, str | int) or isinstance(customer, bool):
        return RowProblem("customer", "no_identity" if customer is None else "malformed")
    period, amount = _period(raw.get("period")), _amount(raw.get("amount"))
    if period is None:
        return RowProblem("period", "period_malformed" if raw.get("period") else "empty")
    if amount is None:
        return RowProblem("amount", "number_malformed" if raw.get("amount") is not None else "empty")
    if not isinstance(currency, str):
        return RowProblem("currency", "empty" if currency is None else "unknown_currency")
    return RevenueRow(str(customer), period, amount, currency.strip().upper())


def _period(raw: Any) -> date | None:
    if not isinstance(raw, str) or not _PERIOD.fullmatch(raw.strip()):
        return None
    try:
        return parse_period(raw)
    except Unreadable:
        return None


def _amount(raw: Any) -> Decimal | None:
    """A decimal string; a JSON number is taken as it is written."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    text = raw.strip() if isinstance(raw, str) else format(Decimal(str(raw)), "f")
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def _amounts(sums: dict[str, Decimal]) -> list[dict[str, str]]:
    return [{"currency": currency, "amount": str(amount)} for currency, amount in sorted(sums.items())]


def _error(place: int, problem: RowProblem) -> dict[str, Any]:
    message = row_problem(problem.code, problem.value)
    return {"index": place, "field": problem.field, "code": problem.code, "message": message}
