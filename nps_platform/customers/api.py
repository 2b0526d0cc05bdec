"""Customers over the API: the same actions as the screens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from nps_platform.customers.actions import erase_customer, upsert_customers
from nps_platform.customers.held import Person, as_data, held_about
from nps_platform.customers.models import Customer
from nps_platform.customers.rows import CustomerRow, RowProblem, RowResult, RowStatus
from nps_platform.customers.serializers import CustomerSerializer, CustomerWriteSerializer, UpsertSerializer
from nps_platform.customers.wording import row_problem
from nps_platform.lib.problems import FieldProblem, flatten
from nps_platform.tenancy import audit
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of

MAX_ROWS = 1000
_WRITE = PolymorphicProxySerializer(
    component_name="CustomerOrList",
    serializers=[CustomerWriteSerializer, CustomerWriteSerializer(many=True)],
    resource_type_field_name=None,
    many=False,
)


class CustomersView(OrganizationAPIView):
    """Find customers; create and change them."""

    @extend_schema(
        summary="List customers",
        parameters=[OpenApiParameter("external_id", str), OpenApiParameter("email", str), *PAGE_PARAMETERS],
        responses=page_of(CustomerSerializer),
    )
    def get(self, request: Request) -> Response:
        found = _whole(Customer.objects.all())
        if number := request.query_params.get("external_id"):
            found = found.filter(external_id=number, erased_at=None)
        if email := request.query_params.get("email"):
            found = found.filter(email_lower=email.strip().lower())
        return self.page(found, CustomerSerializer)

    @extend_schema(
        summary="Create or change customers",
        description=f"One customer, or a list of at most {MAX_ROWS}. Known by `external_id`, else by `email`; a repeated "
        "call changes nothing. Of a list, refused rows are named and the others come in; a single one that is refused "
        "answers 400.",
        request=_WRITE,
        responses={200: UpsertSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        sent = request.data if isinstance(request.data, list) else [request.data]
        if not 1 <= len(sent) <= MAX_ROWS:
            raise ValidationError(_("Between 1 and %(most)d customers.") % {"most": MAX_ROWS})
        results = _upsert(sent)
        if not isinstance(request.data, list) and results[0]["status"] == RowStatus.REFUSED:
            raise ValidationError(_as_details(results[0]["errors"]))
        counts = {status.value: sum(r["status"] == status for r in results) for status in RowStatus}
        return Response(counts | {"results": results})


class CustomerView(OrganizationAPIView):
    """One customer."""

    @extend_schema(summary="Read a customer", responses=CustomerSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(CustomerSerializer(get_object_or_404(_whole(Customer.objects.all()), pk=pk)).data)

    @extend_schema(
        summary="Erase a customer",
        description="Name, addresses and attributes go for good; scores and revenue stay without a person.",
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        erase_customer(get_object_or_404(Customer, pk=pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


class CustomerDataView(OrganizationAPIView):
    """What is held about one customer."""

    @extend_schema(
        summary="Read everything held about a customer",
        description="For a person who asks for a copy of their data: every room's parts, without colleagues' notes. Each key "
        "holds a list of rows.",
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, pk: int) -> Response:
        customer = get_object_or_404(Customer, pk=pk)
        audit.record("customer.data_taken", customer, by=None)
        return Response(as_data(held_about(Person(customer, customer.email))))


def _whole(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    return customers.select_related("account", "unit").prefetch_related("permissions", "suppressions")


def _upsert(sent: list[Any]) -> list[dict[str, Any]]:
    """Rows that can be read go on; the others are refused where they stand."""
    read = [_read(one) for one in sent]
    rows = [one for one in read if isinstance(one, CustomerRow)]
    done = iter(upsert_customers(rows, by=None, source="api"))
    return [
        _result(one.external_id or None, next(done)) if isinstance(one, CustomerRow) else _refused(raw, one)
        for raw, one in zip(sent, read, strict=True)
    ]


def _read(one: Any) -> CustomerRow | list[FieldProblem]:
    serializer = CustomerWriteSerializer(data=one)
    return serializer.to_row() if serializer.is_valid() else list(flatten(serializer.errors))


def _result(number: str | None, result: RowResult) -> dict[str, Any]:
    errors = [_field_problem(problem) for problem in result.errors]
    return {"status": result.status, "id": result.id, "external_id": number, "errors": errors}


def _refused(raw: Any, problems: list[FieldProblem]) -> dict[str, Any]:
    number = raw.get("external_id") if isinstance(raw, dict) else None
    errors = [{"field": p.field, "code": p.code, "message": p.message} for p in problems]
    return {
        "status": RowStatus.REFUSED,
        "id": None,
        "external_id": number if isinstance(number, str) else None,
        "errors": errors,
    }


def _field_problem(problem: RowProblem) -> dict[str, str]:
    return {"field": problem.field, "code": problem.code, "message": row_problem(problem.code, problem.value)}


def _as_details(errors: list[dict[str, str]]) -> dict[str, list[ErrorDetail]]:
    details: dict[str, list[ErrorDetail]] = {}
    for error in errors:
        details.setdefault(error["field"], []).append(ErrorDetail(error["message"], code=error["code"]))
    return details
