"""The API's incidents: something is broken for everybody of a unit, and it is over. The same actions as the screen."""

from __future__ import annotations

from http import HTTPStatus

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.customers.directory import Directory
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from nps_platform.tenancy.models import Unit
from surveys.actions import declare_incident, end_incident
from surveys.models import Incident

STATES = ("on", "over")


class IncidentSerializer(serializers.Serializer):
    """While it lasts nobody of `unit` and below it is asked; without a unit nobody at all."""

    id = serializers.IntegerField(read_only=True)
    note = serializers.CharField(max_length=200, help_text="What happened, for colleagues.")
    # Told even where it is null: who forgets it would silence every programme.
    unit = serializers.CharField(allow_null=True, max_length=120, help_text="A unit's code or name; null: everywhere.")
    starts_at = serializers.DateTimeField(read_only=True)
    ends_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def validate_unit(self, value: str | None) -> Unit | None:
        if value is None:
            return None
        found = Directory.load().unit(value)
        if found is None:
            raise serializers.ValidationError(_("There is no such unit."), code="unknown")
        return Unit.objects.get(pk=found)

    def to_representation(self, instance: Incident) -> dict[str, object]:
        return super().to_representation(instance) | {"unit": instance.unit.code if instance.unit else None}


class IncidentsView(OrganizationAPIView):
    @extend_schema(
        operation_id="incidents_list",
        parameters=[
            OpenApiParameter("unit", str, description="A unit's code."),
            OpenApiParameter("state", str, enum=STATES),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(IncidentSerializer),
    )
    def get(self, request: Request) -> Response:
        """What is broken and what was, newest first."""
        return self.page(_wanted(request), IncidentSerializer)

    @extend_schema(operation_id="incidents_declare", request=IncidentSerializer, responses={201: IncidentSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """From now on nobody there is asked, until it ends."""
        form = IncidentSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        told = form.validated_data
        incident = declare_incident(unit=told["unit"], note=told["note"], by=None)
        return Response(IncidentSerializer(incident).data, status=HTTPStatus.CREATED)


def _wanted(request: Request) -> QuerySet[Incident]:
    rows = Incident.objects.select_related("unit")
    if unit := request.query_params.get("unit"):
        rows = rows.filter(unit__code=unit)
    if state := request.query_params.get("state"):
        if state not in STATES:
            raise ValidationError({"state": _("There is no such state.")})
        rows = rows.filter(ends_at__isnull=state == "on")
    return rows


class EndIncidentView(OrganizationAPIView):
    @extend_schema(operation_id="incidents_end", request=None, responses={200: IncidentSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """It is over: who was left out is asked while their wave is open. Told again, it changes nothing."""
        incident = get_object_or_404(Incident.objects.select_related("unit"), pk=pk)
        end_incident(incident, by=None)
        return Response(IncidentSerializer(incident).data)
