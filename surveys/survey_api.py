"""The API's surveys: the same actions as the editor."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from surveys.actions import (
    SurveyNotReady,
    archive_survey,
    create_survey,
    discard_draft,
    publish_survey,
    restore_survey,
    update_survey,
)
from surveys.authoring.readiness import Problem
from surveys.models import Survey
from surveys.survey_serializers import PublishSerializer, SurveyChangeSerializer, SurveySerializer


class Archived(APIException):
    """The survey has to be brought back first."""

    status_code = HTTPStatus.CONFLICT
    default_code = "archived"


class SurveysView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_list", parameters=PAGE_PARAMETERS, responses=page_of(SurveySerializer))
    def get(self, request: Request) -> Response:
        """Surveys, newest first."""
        return self.page(Survey.objects.select_related("published"), SurveySerializer)

    @extend_schema(operation_id="surveys_create", request=SurveySerializer, responses={201: SurveySerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a draft; what is left out comes from the kind's template."""
        form = SurveySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        told: dict[str, Any] = {"languages": [self.organization.language], **form.validated_data}
        survey = create_survey(**told, by=None)
        return Response(SurveySerializer(survey).data, status=HTTPStatus.CREATED)


class SurveyView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_get", responses=SurveySerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One survey with its working copy."""
        return Response(SurveySerializer(_survey(pk)).data)

    @extend_schema(
        operation_id="surveys_change", request=SurveyChangeSerializer(partial=True), responses=SurveySerializer
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change the working copy; what is live stays until this is published."""
        survey = _open(_survey(pk))
        form = SurveyChangeSerializer(survey, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        update_survey(survey, by=None, **form.validated_data)
        return Response(SurveySerializer(survey).data)


class PublishView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_publish", request=PublishSerializer, responses=SurveySerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Publish the working copy as the next version: who is asked from now on sees it. Refused, it says all that is missing."""
        survey = _open(_survey(pk))
        form = PublishSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            publish_survey(survey, by=None, without=form.validated_data["without"])
        except SurveyNotReady as error:
            raise ValidationError(_by_part(error.problems)) from error
        return Response(SurveySerializer(survey).data)


def _by_part(found: list[Problem]) -> dict[str, list[str]]:
    """Everything that is wrong, at its question's key, `thanks`, `mail` or `settings`."""
    by_part: dict[str, list[str]] = {}
    for problem in found:
        by_part.setdefault(problem.part, []).append(problem.message)
    return by_part


class DiscardView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_discard", request=None, responses=SurveySerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Make the working copy say again what the live version says."""
        return Response(SurveySerializer(discard_draft(_open(_survey(pk)), by=None)).data)


class ArchiveView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_archive", request=None, responses=SurveySerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Out of the lists and of new programmes; what runs goes on."""
        return Response(SurveySerializer(archive_survey(_survey(pk), by=None)).data)


class RestoreView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_restore", request=None, responses=SurveySerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Back from the archive, as it was."""
        return Response(SurveySerializer(restore_survey(_survey(pk), by=None)).data)


def _open(survey: Survey) -> Survey:
    """A survey in the archive no longer changes."""
    if survey.state == Survey.State.ARCHIVED:
        raise Archived(_("A survey in the archive no longer changes. Bring it back to go on."))
    return survey


def _survey(pk: int) -> Survey:
    survey: Survey = get_object_or_404(Survey.objects.select_related("published", "stage", "touchpoint"), pk=pk)
    return survey
