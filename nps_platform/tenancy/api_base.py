"""The base of every API view: the key's organisation around the handler, pages, throttle, idempotency, problems.

class CustomersView(OrganizationAPIView):
    @extend_schema(parameters=PAGE_PARAMETERS, responses=page_of(CustomerSerializer))
    def get(self, request): return self.page(Customer.objects.all(), CustomerSerializer)

    @idempotent
    def post(self, request): …
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from nps_platform.tenancy.api_idempotency import idempotent
from nps_platform.tenancy.api_paging import PAGE_PARAMETERS, KeysetPagination, page_of
from nps_platform.tenancy.api_parsing import KeepableJSONParser
from nps_platform.tenancy.api_schema import ApiSchema
from nps_platform.tenancy.audit import acting_as
from nps_platform.tenancy.models import ApiKey, Organization
from nps_platform.tenancy.scope import entered

__all__ = ["PAGE_PARAMETERS", "KeysetPagination", "OrganizationAPIView", "has_scope", "idempotent", "page_of"]


class KeyThrottle(BaseThrottle):
    """6,000 requests a clock minute and key: never bites below 100 a second. One counter, not a list of times."""

    limit = 6000
    seconds = 60

    def allow_request(self, request: Request, view: APIView) -> bool:
        counter = f"api-rate:{request.auth.pk if isinstance(request.auth, ApiKey) else ''}:{self._window()}"
        cache.add(counter, 0, 2 * self.seconds)
        try:
            return cache.incr(counter) <= self.limit
        except ValueError:  # evicted between the two calls
            return True

    def wait(self) -> float:
        return self.seconds - time.time() % self.seconds

    def _window(self) -> int:
        return int(time.time() // self.seconds)


class BodyTooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The request's body is too large.")
    default_code = "too_large"


class OrganizationAPIView(APIView):
    """Runs its handler, and renders its answer, inside the organisation that the key names."""

    schema = ApiSchema()
    parser_classes = [KeepableJSONParser]
    throttle_classes = [KeyThrottle]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._inside:
            response = super().dispatch(request, *args, **kwargs)
            return response.render() if isinstance(response, Response) else response

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        if isinstance(request.auth, ApiKey):
            self._inside.enter_context(entered(request.auth.organization))
            self._inside.enter_context(acting_as(f"API: {request.auth.name}"))
            self._refuse_what_can_not_be_read(request)

    def _refuse_what_can_not_be_read(self, request: Request) -> None:
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise ValidationError(_("The address holds characters that can't be searched for."))

    @property
    def organization(self) -> Organization:
        assert isinstance(self.request.auth, ApiKey)
        return self.request.auth.organization

    def page(
        self,
        rows: QuerySet,
        serializer: type[serializers.BaseSerializer],
        *,
        ordering: Sequence[str] = ("-id",),
        **context: Any,
    ) -> Response:
        """One keyset page of `rows` as `{"results", "next"}`; `ordering` names non-null columns, the last one unique."""
        pages = KeysetPagination(ordering)
        found = pages.paginate_queryset(rows, self.request, self)
        data = serializer(found, many=True, context={"request": self.request, "view": self, **context}).data
        return pages.get_paginated_response(data)


def has_scope(request: Request, scope: str) -> bool:
    """Whether the key may do more than its method asks for, such as `invitations:links`."""
    return isinstance(request.auth, ApiKey) and scope in request.auth.scopes
