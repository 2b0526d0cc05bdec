"""The API's answers: read them, and bring in those taken elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import response as rest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from responses.actions import record_elsewhere
from responses.models import Response
from responses.serializers import CLASSES, ResponseSerializer, ResponseWriteSerializer

MOMENT = "A day in the organisation's time zone (`2026-03-31`, the whole day counts) or a moment (RFC 3339)."
FILTERS = [
    OpenApiParameter("survey", int),
    OpenApiParameter("collector", int),
    OpenApiParameter("customer", str, description="External id."),
    OpenApiParameter("class", str, enum=[name for name, _label in CLASSES]),
    OpenApiParameter("from", str, description=MOMENT),
    OpenApiParameter("to", str, description=MOMENT),
]


class ResponsesView(OrganizationAPIView):
    """Answers, and those taken elsewhere."""

    @extend_schema(
        operation_id="responses_list",
        summary="List answers",
        parameters=[*FILTERS, *PAGE_PARAMETERS],
        responses=page_of(ResponseSerializer),
    )
    def get(self, request: Request) -> rest.Response:
        """Newest first by when they were given."""
        return self.page(self._filtered(request), ResponseSerializer, ordering=("-answered_at", "-id"))

    @extend_schema(
        operation_id="responses_create",
        summary="Record an answer taken elsewhere",
        description="Always a new answer; the customer's open invitation of that survey is closed. Answers older than "
        "7 days open no case and send nothing.",
        request=ResponseWriteSerializer,
        responses={201: ResponseSerializer},
    )
    @idempotent
    def post(self, request: Request) -> rest.Response:
        form = ResponseWriteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        response = record_elsewhere(**form.validated_data, by=None)
        return rest.Response(ResponseSerializer(response).data, status=HTTPStatus.CREATED)

    def _filtered(self, request: Request) -> QuerySet[Response]:
        rows, asked = _whole(), request.query_params
        if survey := asked.get("survey"):
            rows = rows.filter(survey=_number("survey", survey))
        if collector := asked.get("collector"):
            rows = rows.filter(collector=_number("collector", collector))
        if customer := asked.get("customer"):
            rows = rows.filter(customer__external_id=customer)
        if nps_class := asked.get("class"):
            rows = rows.filter(nps_class=_class(nps_class))
        zone = ZoneInfo(self.organization.timezone)
        if begins := asked.get("from"):
            rows = rows.filter(answered_at__gte=_moment("from", begins, zone))
        if ends := asked.get("to"):
            rows = rows.filter(answered_at__lt=_moment("to", ends, zone, after=timedelta(days=1)))
        return rows


class ResponseView(OrganizationAPIView):
    """One answer."""

    @extend_schema(operation_id="responses_get", summary="Read an answer", responses=ResponseSerializer)
    def get(self, request: Request, pk: int) -> rest.Response:
        return rest.Response(ResponseSerializer(get_object_or_404(_whole(), pk=pk)).data)


def _whole() -> QuerySet[Response]:
    """With all that an answer's shape reads."""
    return Response.objects.select_related("customer", "account", "unit", "version").prefetch_related(
        "changes", "answers"
    )


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValidationError({name: _("A whole number.")})
    return int(text)


def _class(text: str) -> str:
    if text not in {name for name, _label in CLASSES}:
        raise ValidationError({"class": _("promoter, passive or detractor.")})
    return text


def _moment(name: str, text: str, zone: ZoneInfo, *, after: timedelta = timedelta(0)) -> datetime:
    """A moment as it stands; a day as its first instant, or with `after` as the instant behind it."""
    try:
        if day := parse_date(text):
            return _instant(day, zone, after)
        moment = parse_datetime(text.replace(" ", "+"))
        if moment and moment.tzinfo:
            return moment.astimezone(UTC) + (timedelta(microseconds=1) if after else timedelta(0))
    except (ValueError, OverflowError):
        pass
    raise ValidationError({name: _("A day such as 2026-03-31, or a moment with its offset.")})


def _instant(day: date, zone: ZoneInfo, after: timedelta) -> datetime:
    return datetime.combine(day + after, time.min, zone).astimezone(UTC)
