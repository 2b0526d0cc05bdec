"""The API's cases: the same actions as the inbox, for programs."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from closeloop import actions
from closeloop.inbox import ORDERINGS
from closeloop.models import CLASSES, Case
from closeloop.refusals import CaseRefused
from closeloop.serializers import (
    AssignSerializer,
    CaseDetailSerializer,
    CaseEventSerializer,
    CaseSerializer,
    ForwardSerializer,
    ForwardWriteSerializer,
    ReopenSerializer,
    ResolveSerializer,
    TextSerializer,
)
from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, has_scope, idempotent, page_of
from nps_platform.tenancy.api_schema import ProblemSerializer

FILTERS = [
    OpenApiParameter(
        "state", str, enum=["open", *Case.State.values], description="`open` means every state but the last two."
    ),
    OpenApiParameter("assignee", str, description="A colleague's address, or `none`."),
    OpenApiParameter("class", str, enum=[name for name, _label in CLASSES]),
    OpenApiParameter(
        "order", str, enum=list(ORDERINGS), description="`due` (what we owe first) or `newest`, the usual."
    ),
]
CONFLICT = {409: ProblemSerializer}


class Conflict(APIException):
    """The case is not in a state in which this can be done."""

    status_code = HTTPStatus.CONFLICT


class CasesView(OrganizationAPIView):
    """Cases."""

    @extend_schema(summary="List cases", parameters=[*FILTERS, *PAGE_PARAMETERS], responses=page_of(CaseSerializer))
    def get(self, request: Request) -> Response:
        order = _choice(request, "order", list(ORDERINGS), "newest")
        links = has_scope(request, "invitations:links")
        return self.page(_asked_for(request), CaseSerializer, ordering=ORDERINGS[order], links=links)


def _asked_for(request: Request) -> QuerySet[Case]:
    cases, asked = _whole(), request.query_params
    if state := _choice(request, "state", ["open", *Case.State.values], ""):
        cases = cases.open() if state == "open" else cases.filter(state=state)
    if nps_class := _choice(request, "class", [name for name, _label in CLASSES], ""):
        cases = cases.filter(nps_class=nps_class)
    if assignee := asked.get("assignee"):
        nobody = assignee == "none"
        cases = cases.filter(assignee=None) if nobody else cases.filter(assignee__user__email__iexact=assignee)
    return cases


def _choice(request: Request, name: str, choices: list[str], usual: str) -> str:
    given = request.query_params.get(name) or usual
    if given and given not in choices:
        raise ValidationError({name: _("One of: %(choices)s.") % {"choices": ", ".join(choices)}})
    return given


def _whole() -> Any:
    """With all that a case's shape reads."""
    return Case.objects.with_people().select_related("root_cause")


class CaseView(OrganizationAPIView):
    """One case."""

    @extend_schema(summary="Read a case with its timeline", responses=CaseDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(CaseDetailSerializer(found_case(pk), context=_links(request)).data)


def found_case(pk: int) -> Case:
    return get_object_or_404(_whole(), pk=pk)


def _links(request: Request) -> dict[str, bool]:
    return {"links": has_scope(request, "invitations:links")}


def doing(act: Callable[[], Any]) -> Any:
    """The action's result; what it refuses is a 400 at its field, or a 409 where the case's state forbids it."""
    try:
        return act()
    except CaseRefused as refusal:
        if refusal.field:
            raise ValidationError(
                {refusal.field: [serializers.ErrorDetail(str(refusal.message), refusal.code)]}
            ) from refusal
        raise Conflict(str(refusal.message), refusal.code) from refusal


class NotesView(OrganizationAPIView):
    """Notes for colleagues."""

    @extend_schema(summary="Add a note", request=TextSerializer, responses={201: CaseEventSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(TextSerializer, request)
        event = doing(lambda: actions.add_note(case, **given, by=None))
        return Response(CaseEventSerializer(event).data, status=HTTPStatus.CREATED)


class RepliesView(OrganizationAPIView):
    """Replies to the customer."""

    @extend_schema(
        summary="Reply to the customer",
        description="Refused while a blank such as `{{customer_name}}` stands in the text, and where the customer has no "
        "address or asked not to be contacted.",
        request=TextSerializer,
        responses={201: CaseEventSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(TextSerializer, request)
        event = doing(lambda: actions.send_reply(case, **given, by=None))
        return Response(CaseEventSerializer(event).data, status=HTTPStatus.CREATED)


class ForwardsView(OrganizationAPIView):
    """Forwards to people outside."""

    @extend_schema(summary="Forward a case", request=ForwardWriteSerializer, responses={201: ForwardSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(ForwardWriteSerializer, request)
        forward = doing(lambda: actions.forward_case(case, **given, by=None))
        return Response(ForwardSerializer(forward, context=_links(request)).data, status=HTTPStatus.CREATED)


class CaseActionView(OrganizationAPIView):
    """Something done to a case that answers with the case as it is then."""

    def done(self, request: Request, pk: int) -> Response:
        return Response(CaseDetailSerializer(found_case(pk), context=_links(request)).data)


class AssignView(CaseActionView):
    @extend_schema(summary="Assign a case", request=AssignSerializer, responses=CaseDetailSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(AssignSerializer, request)
        doing(lambda: actions.assign(case, **given, by=None))
        return self.done(request, pk)


class AcknowledgeView(CaseActionView):
    @extend_schema(summary="Acknowledge a case", request=None, responses=CaseDetailSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case = found_case(pk)
        doing(lambda: actions.acknowledge(case, by=None))
        return self.done(request, pk)


class ResolveView(CaseActionView):
    @extend_schema(
        summary="Resolve a case", request=ResolveSerializer, responses={200: CaseDetailSerializer, **CONFLICT}
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(ResolveSerializer, request)
        doing(lambda: actions.resolve(case, **given, by=None))
        return self.done(request, pk)


class ReopenView(CaseActionView):
    @extend_schema(summary="Reopen a case", request=ReopenSerializer, responses={200: CaseDetailSerializer, **CONFLICT})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        case, given = found_case(pk), valid(ReopenSerializer, request)
        doing(lambda: actions.reopen(case, **given, by=None))
        return self.done(request, pk)


def valid(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    form = serializer(data=request.data)
    form.is_valid(raise_exception=True)
    return form.validated_data
