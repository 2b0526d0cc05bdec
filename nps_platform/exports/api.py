"""The API's exports."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, QueryDict
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.exports import actions
from nps_platform.exports.models import Export
from nps_platform.exports.serializers import ExportSerializer, ExportWriteSerializer
from nps_platform.exports.views import file_of
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from nps_platform.tenancy.api_schema import ProblemSerializer
from nps_platform.tenancy.models import ApiKey


class NoFile(APIException):
    """It is not ready yet, or no longer there."""

    status_code = HTTPStatus.CONFLICT
    default_code = "no_file"


class ExportsView(OrganizationAPIView):
    """Exports."""

    @extend_schema(summary="List exports", parameters=PAGE_PARAMETERS, responses=page_of(ExportSerializer))
    def get(self, request: Request) -> Response:
        return self.page(Export.objects.select_related("asked_by__user"), ExportSerializer)

    @extend_schema(
        summary="Ask for an export",
        description="Small ones are ready at once, others after a while: ask for it until `state` is `done`.",
        request=ExportWriteSerializer,
        responses={202: ExportSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = ExportWriteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        kind, format_ = given.pop("kind"), given.pop("format")
        query = QueryDict(mutable=True)
        query.update({name: str(getattr(value, "pk", value)) for name, value in given.items()})
        export = actions.ask_for(kind, format=format_, query=query, by=None, label=f"API: {_name(request)}")
        return Response(ExportSerializer(export).data, status=HTTPStatus.ACCEPTED)


class ExportView(OrganizationAPIView):
    """One export."""

    @extend_schema(summary="Read an export", responses=ExportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(ExportSerializer(_found(pk)).data)

    @extend_schema(summary="Delete an export's file", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        actions.delete_export(_found(pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


class ExportFileView(OrganizationAPIView):
    """Its file."""

    @extend_schema(
        summary="Download an export",
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"): OpenApiResponse(
                OpenApiTypes.BINARY
            ),
            409: ProblemSerializer,
        },
    )
    def get(self, request: Request, pk: int) -> FileResponse:
        export = _found(pk)
        answer = file_of(export)
        if answer is None:
            raise NoFile
        actions.note_download(export, by=None)
        return answer


def _found(pk: int) -> Export:
    return get_object_or_404(Export.objects.select_related("asked_by__user"), pk=pk)


def _name(request: Request) -> str:
    """What the key is called."""
    assert isinstance(request.auth, ApiKey)
    return request.auth.name
