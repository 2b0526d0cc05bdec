"""The API's surveys, programmes and invitations: the same actions as the screens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.customers.segments import BrokenSegment
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, has_scope, idempotent, page_of
from surveys.actions import (
    ProgrammeNotReady,
    SurveyIsFixed,
    SurveyNotReady,
    WrongState,
    create_programme,
    create_survey,
    launch,
    pause,
    publish_survey,
    resume,
    simulate,
    update_survey,
)
from surveys.models import Invitation, Programme, Survey
from surveys.serializers import (
    InvitationSerializer,
    ProgrammeSerializer,
    SimulationSerializer,
    SurveyChangeSerializer,
    SurveySerializer,
)


class Conflict(APIException):
    """The thing is not in a state where this can be done."""

    status_code = HTTPStatus.CONFLICT
    default_code = "wrong_state"


class SurveysView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_list", parameters=PAGE_PARAMETERS, responses=page_of(SurveySerializer))
    def get(self, request: Request) -> Response:
        """Surveys, newest first."""
        return self.page(Survey.objects.prefetch_related("questions", "thanks"), SurveySerializer)

    @extend_schema(operation_id="surveys_create", request=SurveySerializer, responses={201: SurveySerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a draft; what is left out comes from the kind's template."""
        form = SurveySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        told = dict(form.validated_data)
        texts = {question["key"]: question["texts"] for question in told.pop("questions", [])}
        ask_contact = told.pop("ask_contact", True)
        survey = create_survey(
            kind=told["kind"],
            name=told["name"],
            languages=told.get("languages") or [self.organization.language],
            stage=told.get("stage"),
            touchpoint=told.get("touchpoint"),
            subject_name=told.get("subject_name", ""),
            texts=texts | {"thanks": told.get("thanks", {})},
            ask_contact=ask_contact,
            by=None,
        )
        return Response(SurveySerializer(survey).data, status=HTTPStatus.CREATED)


class SurveyView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_get", responses=SurveySerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One survey with its texts."""
        return Response(SurveySerializer(get_object_or_404(Survey.objects, pk=pk)).data)

    @extend_schema(
        operation_id="surveys_change", request=SurveyChangeSerializer(partial=True), responses=SurveySerializer
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change a draft's texts and settings, or any survey's name."""
        survey: Survey = get_object_or_404(Survey.objects, pk=pk)
        form = SurveyChangeSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changes: dict[str, Any] = dict(form.validated_data)
        if "questions" in changes:
            changes["questions"] = {question["key"]: question["texts"] for question in changes["questions"]}
        try:
            update_survey(survey, by=None, **changes)
        except SurveyIsFixed as error:
            raise Conflict(_("A published survey no longer changes: duplicate it.")) from error
        return Response(SurveySerializer(survey).data)


class PublishView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_publish", request=None, responses=SurveySerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Publish: from now on it may be asked, and its texts stay as they are."""
        survey: Survey = get_object_or_404(Survey.objects, pk=pk)
        try:
            publish_survey(survey, by=None)
        except SurveyNotReady as error:
            raise ValidationError({problem.part: [problem.message] for problem in error.problems}) from error
        return Response(SurveySerializer(survey).data)


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
        told = form.validated_data
        reminders = told.get("reminders") or []
        programme = create_programme(
            survey=told["survey"],
            name=told["name"],
            audience=told.get("audience"),
            quarantine_days=told.get("quarantine_days"),
            reminder_days=reminders[0]["after_days"] if reminders else None,
            open_days=told["open_days"],
            by=None,
        )
        return Response(ProgrammeSerializer(programme).data, status=HTTPStatus.CREATED)


class ProgrammeView(OrganizationAPIView):
    @extend_schema(operation_id="programmes_get", responses=ProgrammeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One programme; counts once it is planned."""
        return Response(ProgrammeSerializer(get_object_or_404(Programme.objects, pk=pk)).data)


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
        except WrongState as error:
            raise Conflict(_("The programme is not in a state for this.")) from error
        return Response(ProgrammeSerializer(programme).data, status=HTTPStatus.ACCEPTED)


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
            filters["customer__external_id"] = customer
        return filters
