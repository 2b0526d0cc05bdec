"""What every operation of the OpenAPI schema says without being told: the bearer key, and the problems it may answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from nps_platform.lib.problems import PROBLEM_JSON

Direction = Literal["request", "response"]
_ALWAYS = (400, 401, 403, 404, 405, 406, 429)
_WITH_BODY = (413, 415)
_IDEMPOTENT = (409, 422)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key with the same request gets the first answer again, for a day.",
)


class FieldProblemSerializer(serializers.Serializer):
    """One thing wrong."""

    field = serializers.CharField(help_text="Dotted path, empty for the whole request.", allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True)
    errors = FieldProblemSerializer(many=True)  # type: ignore[assignment]


class ApiSchema(AutoSchema):
    """Adds the problems every operation may answer, and the Idempotency-Key header where a write takes it."""

    @property
    def _is_idempotent(self) -> bool:
        return bool(getattr(getattr(self.view, self.method.lower(), None), "idempotent", False))

    def get_override_parameters(self) -> list[Any]:
        parameters = super().get_override_parameters()
        return [*parameters, IDEMPOTENCY_KEY] if self._is_idempotent else parameters

    def get_operation_id(self) -> str:
        """A collection is listed, one of it retrieved: plain views share the GET that the default tells apart by class."""
        name = super().get_operation_id()
        is_list = self.method == "GET" and name.endswith("_retrieve") and not self.path.endswith("}")
        return name.removesuffix("_retrieve") + "_list" if is_list else name

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: list[str] | None = None, direction: Direction = "response"
    ) -> dict[str, Any]:
        if serializer is ProblemSerializer:
            media_types = [PROBLEM_JSON]
        return super()._get_response_for_code(serializer, status_code, media_types, direction)

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        codes = [*_ALWAYS]
        codes += _WITH_BODY if self.method in {"POST", "PUT", "PATCH"} else ()
        codes += _IDEMPOTENT if self._is_idempotent else ()
        for code in codes:
            if str(code) not in bodies:
                answer = self._get_response_for_code(ProblemSerializer, str(code))
                bodies[str(code)] = answer | {"description": HTTPStatus(code).phrase}
        return bodies


class BearerKey(OpenApiAuthenticationExtension):
    target_class = "nps_platform.tenancy.api_keys.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the organisation."}
