"""The API's surveys: the same actions as the editor."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from surveys.actions import SurveyNotReady, create_survey, publish_survey, update_survey
from surveys.models import Survey
from surveys.survey_serializers import SurveyChangeSerializer, SurveySerializer


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
        survey = _survey(pk)
        form = SurveyChangeSerializer(survey, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        update_survey(survey, by=None, **form.validated_data)
        return Response(SurveySerializer(survey).data)


class PublishView(OrganizationAPIView):
    @extend_schema(operation_id="surveys_publish", request=None, responses=SurveySerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Publish the working copy as the next version: who is asked from now on sees it."""
        survey = _survey(pk)
        try:
            publish_survey(survey, by=None)
        except SurveyNotReady as error:
            raise ValidationError({problem.part: [problem.message] for problem in error.problems}) from error
        return Response(SurveySerializer(survey).data)


def _survey(pk: int) -> Survey:
    survey: Survey = get_object_or_404(Survey.objects.select_related("published", "stage", "touchpoint"), pk=pk)
    return survey
