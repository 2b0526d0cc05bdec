"""Lists of the API: `{"results": […], "next": url|null}`, by keyset, so that page 1,000 costs what page 1 does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

_SALT = "api.keyset"
PAGE_PARAMETERS = [
    OpenApiParameter("limit", int, description="How many to give, 100 if left out, never more than 500."),
    OpenApiParameter("cursor", str, description="Where the page begins; take it from `next`."),
]


class KeysetPagination(BasePagination):
    """Pages by the values of the last row; `ordering` names non-null columns, the last of them unique."""

    default_limit = 100
    max_limit = 500

    def __init__(self, ordering: Sequence[str] = ("-id",)) -> None:
        self.ordering = tuple(ordering)
        self.next_url: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        limit = self._limit(request)
        queryset = queryset.order_by(*self.ordering)
        if cursor := request.query_params.get("cursor"):
            queryset = queryset.filter(self._after(cursor))
        rows = list(queryset[: limit + 1])
        if len(rows) > limit:
            rows.pop()
            self.next_url = replace_query_param(request.build_absolute_uri(), "cursor", self._cursor(rows[-1]))
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next_url})

    def _limit(self, request: Request) -> int:
        given = request.query_params.get("limit", str(self.default_limit))
        if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given)):
            raise ValidationError({"limit": _("A whole number from 1 to 500.")})
        return min(int(given), self.max_limit)

    def _cursor(self, row: Model) -> str:
        values = [getattr(row, name.lstrip("-")) for name in self.ordering]
        return signing.dumps([",".join(self.ordering), *map(_plain, values)], salt=_SALT)

    def _after(self, cursor: str) -> Q:
        try:
            ordering, *values = signing.loads(cursor, salt=_SALT)
        except signing.BadSignature as error:
            raise ValidationError({"cursor": _("This cursor is not valid.")}) from error
        if ordering != ",".join(self.ordering):
            raise ValidationError({"cursor": _("This cursor belongs to another order.")})
        return rows_after(self.ordering, values)


def rows_after(ordering: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows behind the one with `values`, in `ordering`; also for the keyset pages of the screens."""
    condition, same = Q(pk__in=[]), Q()
    for name, value in zip(ordering, values, strict=True):
        field, further = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= same & Q(**{f"{field}__{further}": value})
        same &= Q(**{field: value})
    # Says the obvious so that an index on the first column can be used.
    first = ordering[0]
    bound = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": values[0]})
    return bound & condition


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int | str) else str(value)


def page_of(serializer: type[serializers.BaseSerializer]) -> serializers.Serializer:
    """For extend_schema: one page of what `serializer` writes."""
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(
        name=f"{name}Page",
        fields={"results": serializer(many=True), "next": serializers.URLField(allow_null=True)},
    )
