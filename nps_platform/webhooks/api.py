"""The API's webhooks: the same actions as the settings page, for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from nps_platform.webhooks import actions
from nps_platform.webhooks.models import Delivery, Endpoint
from nps_platform.webhooks.serializers import (
    DeliveryDetailSerializer,
    DeliverySerializer,
    EndpointSerializer,
    NewEndpointSerializer,
    ReplayedSerializer,
    ReplaySerializer,
    SecretSerializer,
)


def _endpoint(pk: int) -> Endpoint:
    return get_object_or_404(Endpoint.objects, pk=pk)


class WebhooksView(OrganizationAPIView):
    """Endpoints."""

    @extend_schema(summary="List webhooks", parameters=PAGE_PARAMETERS, responses=page_of(EndpointSerializer))
    def get(self, request: Request) -> Response:
        return self.page(Endpoint.objects.all(), EndpointSerializer)

    @extend_schema(
        summary="Add a webhook",
        description="Signed posts by the Standard Webhooks scheme; `secret` is shown this once. Tried for three days.",
        request=EndpointSerializer,
        responses={201: NewEndpointSerializer},
    )
    # Not idempotent: the kept answer would hold the secret in plain text for a day.
    def post(self, request: Request) -> Response:
        given = _valid(EndpointSerializer(data=request.data))
        on = given.pop("is_on", True)
        try:
            endpoint, secret = actions.add_endpoint(**given, by=None)
        except actions.TooMany as error:
            raise ValidationError(_("At most %(most)d webhooks.") % {"most": actions.MOST_ENDPOINTS}) from error
        if not on:
            actions.switch_endpoint(endpoint, on=False, by=None)
        endpoint.secret = secret  # type: ignore[attr-defined]
        return Response(NewEndpointSerializer(endpoint).data, status=HTTPStatus.CREATED)


class WebhookView(OrganizationAPIView):
    """One endpoint."""

    @extend_schema(summary="Read a webhook", responses=EndpointSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(EndpointSerializer(_endpoint(pk)).data)

    @extend_schema(
        summary="Change a webhook",
        description="`is_on` false pauses it, true switches it on again, also after it failed.",
        request=EndpointSerializer(partial=True),
        responses=EndpointSerializer,
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        endpoint = _endpoint(pk)
        given = _valid(EndpointSerializer(endpoint, data=request.data, partial=True))
        on = given.pop("is_on", None)
        if given:
            actions.change_endpoint(endpoint, **given, by=None)
        if on is not None:
            actions.switch_endpoint(endpoint, on=on, by=None)
        return Response(EndpointSerializer(_endpoint(pk)).data)

    @extend_schema(summary="Delete a webhook", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        actions.remove_endpoint(_endpoint(pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


class WebhookSecretView(OrganizationAPIView):
    @extend_schema(summary="Make a new secret", request=None, responses=SecretSerializer)
    def post(self, request: Request, pk: int) -> Response:
        endpoint = _endpoint(pk)
        secret = actions.change_secret(endpoint, by=None)
        return Response(SecretSerializer({"secret": secret, "old_secret_until": endpoint.old_secret_until}).data)


class WebhookTestView(OrganizationAPIView):
    @extend_schema(summary="Send a test event", request=None, responses={202: DeliverySerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        delivery = actions.send_test(_endpoint(pk), by=None)
        return Response(DeliverySerializer(delivery).data, status=HTTPStatus.ACCEPTED)


class WebhookReplayView(OrganizationAPIView):
    @extend_schema(summary="Send given-up events again", request=ReplaySerializer, responses={202: ReplayedSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        endpoint, given = _endpoint(pk), _valid(ReplaySerializer(data=request.data))
        many = actions.send_again(endpoint, actions.failed_since(endpoint, given["since"]), by=None)
        return Response({"count": many}, status=HTTPStatus.ACCEPTED)


class WebhookDeliveriesView(OrganizationAPIView):
    """What became of telling one endpoint."""

    @extend_schema(
        summary="List deliveries",
        parameters=[OpenApiParameter("state", str, enum=Delivery.State.values), *PAGE_PARAMETERS],
        responses=page_of(DeliverySerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        rows = Delivery.objects.filter(endpoint=_endpoint(pk)).select_related("event")
        if state := request.query_params.get("state"):
            if state not in Delivery.State.values:
                choices = ", ".join(Delivery.State.values)
                raise ValidationError({"state": _("One of: %(choices)s.") % {"choices": choices}})
            rows = rows.filter(state=state)
        return self.page(rows, DeliverySerializer)


class WebhookDeliveryView(OrganizationAPIView):
    @extend_schema(summary="Read a delivery", responses=DeliveryDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        delivery = get_object_or_404(Delivery.objects.select_related("event"), pk=pk)
        return Response(DeliveryDetailSerializer(delivery).data)


class WebhookDeliveryReplayView(OrganizationAPIView):
    @extend_schema(summary="Send one event again", request=None, responses={202: DeliverySerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
        actions.send_again(delivery.endpoint, Delivery.objects.filter(pk=pk), by=None)
        again = Delivery.objects.select_related("event").get(pk=pk)
        return Response(DeliverySerializer(again).data, status=HTTPStatus.ACCEPTED)


def _valid(form: Any) -> dict[str, Any]:
    form.is_valid(raise_exception=True)
    return form.validated_data
