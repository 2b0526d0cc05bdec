"""The API's promises and remedies of a case."""

from __future__ import annotations

from http import HTTPStatus

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from closeloop import actions
from closeloop.api import CONFLICT, doing, found_case, valid
from closeloop.models import Grant, Pledge, Remedy
from closeloop.remedy_serializers import (
    DecideSerializer,
    GrantSerializer,
    GrantWriteSerializer,
    PromiseSerializer,
    PromiseWriteSerializer,
    RemedySerializer,
    SettleSerializer,
)
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of


class PromisesView(OrganizationAPIView):
    """Promises with a day."""

    @extend_schema(
        summary="Promise the customer something by a day",
        description="Whoever looks after the case is reminded on the day, on the day after it, then once a week.",
        request=PromiseWriteSerializer,
        responses={201: PromiseSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(PromiseWriteSerializer, request)
        made = doing(lambda: actions.promise(case, **given, by=None))
        return Response(PromiseSerializer(made).data, status=HTTPStatus.CREATED)


class PromiseSettleView(OrganizationAPIView):
    """Whether a promise was kept."""

    @extend_schema(
        operation_id="cases_promises_settle",
        summary="Say whether a promise was kept",
        request=SettleSerializer,
        responses={200: PromiseSerializer, **CONFLICT},
    )
    @idempotent
    def post(self, request: Request, pk: int, promise: int) -> Response:
        made = get_object_or_404(Pledge.objects.select_related("case"), pk=promise, case=pk)
        given = valid(SettleSerializer, request)
        return Response(PromiseSerializer(doing(lambda: actions.settle_promise(made, **given, by=None))).data)


class RemediesView(OrganizationAPIView):
    """What may be given to put things right."""

    @extend_schema(summary="List remedies", parameters=PAGE_PARAMETERS, responses=page_of(RemedySerializer))
    def get(self, request: Request) -> Response:
        return self.page(Remedy.objects.all(), RemedySerializer)


class GrantsView(OrganizationAPIView):
    """Remedies given in a case."""

    @extend_schema(
        summary="Grant a remedy",
        description="A key has no limit of its own: what it grants is granted. The cost is in the organisation's currency.",
        request=GrantWriteSerializer,
        responses={201: GrantSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(GrantWriteSerializer, request)
        grant = doing(lambda: actions.grant_remedy(case, **given, by=None))
        return Response(GrantSerializer(grant).data, status=HTTPStatus.CREATED)


class GrantDecideView(OrganizationAPIView):
    """A remedy that waits for approval."""

    @extend_schema(
        operation_id="cases_remedies_decide",
        summary="Approve or decline a remedy",
        request=DecideSerializer,
        responses={200: GrantSerializer, **CONFLICT},
    )
    @idempotent
    def post(self, request: Request, pk: int, grant: int) -> Response:
        asked: Grant = get_object_or_404(Grant.objects, pk=grant, case=pk)
        given = valid(DecideSerializer, request)
        return Response(GrantSerializer(doing(lambda: actions.decide_grant(asked, **given, by=None))).data)
