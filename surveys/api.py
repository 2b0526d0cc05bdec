"""The API's programmes and invitations: the same actions as the screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.customers.models import Customer
from nps_platform.customers.segments import BrokenSegment
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, has_scope, idempotent, page_of
from surveys.actions import (
    BadPlan,
    NoGateway,
    ProgrammeNotReady,
    WrongState,
    change_programme,
    create_programme,
    duplicate_programme,
    launch,
    let_go,
    pause,
    reserve,
    resume,
    simulate,
)
from surveys.models import Invitation, Programme
from surveys.planner.fields import copy_name, problem_text
from surveys.planner.simulation import no_gateway_text
from surveys.serializers import (
    InvitationSerializer,
    ProgrammeSerializer,
    SimulationSerializer,
)


class Conflict(APIException):
    """The thing is not in a state where this can be done."""

    status_code = HTTPStatus.CONFLICT
    default_code = "wrong_state"


class ProgrammesView(OrganizationAPIView):
    @extend_schema(operation_id="programmes_list", parameters=PAGE_PARAMETERS, responses=page_of(ProgrammeSerializer))
    def get(self, request: Request) -> Response:
        """Programmes, newest first."""
        return self.page(Programme.objects.all(), ProgrammeSerializer)

    @extend_schema(operation_id="programmes_create", request=ProgrammeSerializer, responses={201: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a draft wave."""
        form = ProgrammeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with _plan_problems():
            programme = create_programme(**form.settings(), by=None)
        return Response(ProgrammeSerializer(programme).data, status=HTTPStatus.CREATED)


@contextmanager
def _plan_problems() -> Iterator[None]:
    """Settings that nobody could keep are told at their field."""
    try:
        yield
    except BadPlan as error:
        raise ValidationError({field: [problem_text(code)] for field, code in error.problems.items()}) from error


class ProgrammeView(OrganizationAPIView):
    @extend_schema(operation_id="programmes_get", responses=ProgrammeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One programme; counts once it is planned."""
        return Response(ProgrammeSerializer(get_object_or_404(Programme.objects, pk=pk)).data)

    @extend_schema(
        operation_id="programmes_change", request=ProgrammeSerializer(partial=True), responses=ProgrammeSerializer
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change a draft; what is left out stays."""
        programme = get_object_or_404(Programme.objects.select_related("survey"), pk=pk)
        form = ProgrammeSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        try:
            with _plan_problems():
                change_programme(programme, by=None, **form.settings())
        except WrongState as error:
            raise Conflict(_("What was launched no longer changes.")) from error
        return Response(ProgrammeSerializer(programme).data)


class SimulateView(OrganizationAPIView):
    @extend_schema(operation_id="programmes_simulate", request=None, responses={200: SimulationSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """What a launch would do now; writes nothing."""
        programme = get_object_or_404(Programme.objects.select_related("survey", "audience"), pk=pk)
        try:
            return Response(SimulationSerializer(simulate(programme)).data)
        except BrokenSegment as error:
            raise Conflict(_("The audience's segment asks for something that is gone.")) from error


class StepView(OrganizationAPIView):
    """One step of a programme's life."""

    def step(self, pk: int, action: Any) -> Response:
        programme = get_object_or_404(Programme.objects.select_related("survey"), pk=pk)
        try:
            action(programme, by=None)
        except ProgrammeNotReady as error:
            raise Conflict(_("Publish the survey first.")) from error
        except NoGateway as error:
            raise Conflict(no_gateway_text(error.channel)) from error
        except WrongState as error:
            raise Conflict(_("The programme is not in a state for this.")) from error
        return Response(ProgrammeSerializer(programme).data, status=HTTPStatus.ACCEPTED)


class DuplicateView(OrganizationAPIView):
    @extend_schema(operation_id="programmes_duplicate", request=None, responses={201: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """A draft with the same settings and a seed of its own; a first day that is over is left out."""
        programme = get_object_or_404(Programme.objects.select_related("survey", "audience"), pk=pk)
        copy = duplicate_programme(programme, name=copy_name(programme), by=None)
        return Response(ProgrammeSerializer(copy).data, status=HTTPStatus.CREATED)


class LaunchView(StepView):
    @extend_schema(operation_id="programmes_launch", request=None, responses={202: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Start it: invitations appear within seconds, mails follow."""
        return self.step(pk, launch)


class PauseView(StepView):
    @extend_schema(operation_id="programmes_pause", request=None, responses={202: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Nothing more leaves until it is resumed."""
        return self.step(pk, pause)


class ResumeView(StepView):
    @extend_schema(operation_id="programmes_resume", request=None, responses={202: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Go on where it was paused."""
        return self.step(pk, resume)


class ReserveView(StepView):
    @extend_schema(operation_id="programmes_reserve", request=None, responses={202: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Keep the people of its next wave: other programmes skip them as `reserved` until it has asked."""
        return self.step(pk, reserve)


class LetGoView(StepView):
    @extend_schema(operation_id="programmes_let_go", request=None, responses={202: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Keep nobody for it any more."""
        return self.step(pk, let_go)


class InvitationsView(OrganizationAPIView):
    @extend_schema(
        operation_id="invitations_list",
        parameters=[
            OpenApiParameter("programme", int, description="A programme's id."),
            OpenApiParameter("customer", str, description="A customer's external id."),
            OpenApiParameter("state", str, enum=Invitation.State.values),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(InvitationSerializer),
    )
    def get(self, request: Request) -> Response:
        """Who was asked or skipped, newest first, with personal links for keys that may see them."""
        rows = Invitation.objects.select_related("customer")
        links = has_scope(request, "invitations:links")
        return self.page(rows.filter(**self._filters(request)), InvitationSerializer, links=links)

    def _filters(self, request: Request) -> dict[str, Any]:
        given = request.query_params
        filters: dict[str, Any] = {}
        if programme := given.get("programme"):
            if not (programme.isascii() and programme.isdigit() and len(programme) < 19):
                raise ValidationError({"programme": _("The id of a programme.")})
            filters["programme_id"] = int(programme)
        if state := given.get("state"):
            if state not in Invitation.State.values:
                raise ValidationError({"state": _("There is no such state.")})
            filters["state"] = state
        if customer := given.get("customer"):
            # By id: SQLite would go through the programme's people, or everybody's, to find this one.
            filters["customer_id__in"] = list(
                Customer.objects.filter(external_id=customer).values_list("pk", flat=True)
            )
        return filters
