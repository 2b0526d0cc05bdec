"""The API's places where people answer: the same actions as the screens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from nps_platform.tenancy.models import Unit
from surveys.actions import change_collector, close_collector, create_collector, reopen_collector
from surveys.collecting.fields import MOST_SITES, origin_of
from surveys.collecting.kinds import offered
from surveys.collecting.pins import hash_pin
from surveys.links import collector_url
from surveys.models import Collector, Survey, Touchpoint


class CollectorSerializer(serializers.Serializer):
    """A place where whoever comes by may answer. `unit` is its code; `touchpoint` null is the survey's own, `language` "" the visitor's.

    `seen_at` and `waiting`: when a tablet was last in touch, and the answers it then still kept.

    `pin` and `idle_seconds` are a tablet's; `sites` (where its script may show itself), `after_seconds` and `every_days` a website's.
    """

    id = serializers.IntegerField(read_only=True)
    kind: serializers.Field = serializers.ChoiceField(choices=Collector.Kind.choices)
    name = serializers.CharField(max_length=120)
    survey: serializers.Field = serializers.PrimaryKeyRelatedField(queryset=Survey.objects.select_related("published"))
    unit: serializers.Field = serializers.SlugRelatedField(
        slug_field="code", queryset=Unit.objects.all(), required=False, allow_null=True
    )
    touchpoint: serializers.Field = serializers.PrimaryKeyRelatedField(
        queryset=Touchpoint.objects.all(), required=False, allow_null=True
    )
    language = serializers.CharField(max_length=8, required=False, allow_blank=True)
    receipt = serializers.ChoiceField(choices=Collector.Receipt.choices, required=False)
    pin = serializers.RegexField(r"^\d{4,12}$", required=False, write_only=True)
    idle_seconds = serializers.IntegerField(min_value=10, max_value=600, required=False)
    sites = serializers.ListField(child=serializers.CharField(max_length=300), max_length=MOST_SITES, required=False)
    after_seconds = serializers.IntegerField(min_value=0, max_value=600, required=False)
    every_days = serializers.IntegerField(min_value=1, max_value=730, required=False)
    people = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        required=False,
        allow_null=True,
        help_text="Employees: how many have the link; fewer than five get none.",
    )
    is_open = serializers.BooleanField(required=False)
    url = serializers.SerializerMethodField()
    seen_at = serializers.DateTimeField(read_only=True)
    waiting = serializers.IntegerField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)

    def validate_kind(self, value: str) -> str:
        if offered(value) is None:
            raise serializers.ValidationError(_("Places of this kind can't be made yet."), code="unknown")
        return value

    def validate_pin(self, value: str) -> str:
        return hash_pin(value)

    def validate_sites(self, value: list[str]) -> list[str]:
        return [origin_of(line) for line in value]

    def get_url(self, collector: Collector) -> str:
        """Where people answer."""
        return collector_url(collector)


class CollectorChangeSerializer(CollectorSerializer):
    """The kind stays."""

    kind: serializers.Field = serializers.ChoiceField(choices=Collector.Kind.choices, read_only=True)


class CollectorsView(OrganizationAPIView):
    @extend_schema(operation_id="collectors_list", parameters=PAGE_PARAMETERS, responses=page_of(CollectorSerializer))
    def get(self, request: Request) -> Response:
        """Places, newest first, with their links."""
        return self.page(Collector.objects.select_related("unit"), CollectorSerializer)

    @extend_schema(operation_id="collectors_create", request=CollectorSerializer, responses={201: CollectorSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a place; its survey must be published."""
        form = CollectorSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        collector = create_collector(**form.validated_data, by=None)
        return Response(CollectorSerializer(collector).data, status=HTTPStatus.CREATED)


class CollectorView(OrganizationAPIView):
    @extend_schema(operation_id="collectors_get", responses=CollectorSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One place."""
        return Response(CollectorSerializer(_collector(pk)).data)

    @extend_schema(
        operation_id="collectors_change",
        request=CollectorChangeSerializer(partial=True),
        responses=CollectorSerializer,
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; `is_open` closes it and opens it again. Its link stays."""
        collector = _collector(pk)
        form = CollectorChangeSerializer(collector, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changes: dict[str, Any] = dict(form.validated_data)
        is_open = changes.pop("is_open", None)
        if changes:
            change_collector(collector, by=None, **changes)
        if is_open is not None:
            (reopen_collector if is_open else close_collector)(collector, by=None)
        return Response(CollectorSerializer(collector).data)


def _collector(pk: int) -> Collector:
    rows = Collector.objects.select_related("unit", "touchpoint", "survey__published")
    collector: Collector = get_object_or_404(rows, pk=pk)
    return collector
