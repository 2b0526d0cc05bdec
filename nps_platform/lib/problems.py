"""Errors of the API as application/problem+json (RFC 9457) with `errors: [{field, code, message}]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

PROBLEM_JSON = "application/problem+json"
_WHOLE_REQUEST = ""
_PATHLESS = frozenset({api_settings.NON_FIELD_ERRORS_KEY, "__all__", "non_field_errors"})


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong; `field` is a dotted path ("items.3.email"), empty where it is the whole request."""

    field: str
    code: str
    message: str


def problem(status: int, detail: str, errors: Sequence[FieldProblem] = ()) -> dict[str, Any]:
    """The body of a problem. Type is about:blank: the title says what the status says, `errors` carry the codes."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [asdict(error) for error in errors],
    }


def as_problem(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None for what is no answer to the client: it stays an error of ours."""
    known = _as_api_exception(exc)
    if known is None:
        return None
    set_rollback()
    status = _status(known)
    errors = list(flatten(known.detail)) if known.detail else []
    detail = _("Some of the values were refused.") if _is_refusal(known) else " ".join(e.message for e in errors)
    return Response(problem(status, detail, errors), status=status, headers=_headers(known), content_type=PROBLEM_JSON)


def problem_response(status: int, detail: str, errors: Sequence[FieldProblem] = ()) -> JsonResponse:
    """The same for views that are not DRF's."""
    return JsonResponse(problem(status, detail, errors), status=status, content_type=PROBLEM_JSON)


def no_such_path(request: HttpRequest, *args: object, **kwargs: object) -> JsonResponse:
    """The last route under /api/: an unknown path answers in the API's own words."""
    message = _("There is nothing at this address.")
    return problem_response(HTTPStatus.NOT_FOUND, message, [FieldProblem(_WHOLE_REQUEST, "not_found", message)])


def _as_api_exception(exc: Exception) -> exceptions.APIException | None:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404):
        return exceptions.NotFound()  # without Django's text: it names models
    if isinstance(exc, DjangoPermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, DjangoValidationError):
        return exceptions.ValidationError(get_error_detail(exc))
    return None


def _is_unknown_caller(exc: exceptions.APIException) -> bool:
    return isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed)


def _is_refusal(exc: exceptions.APIException) -> bool:
    return isinstance(exc.detail, dict | list)


def _status(exc: exceptions.APIException) -> int:
    # DRF turns 401 into 403 where the first authenticator names no scheme; ours is always Bearer.
    return HTTPStatus.UNAUTHORIZED if _is_unknown_caller(exc) else exc.status_code


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    if _is_unknown_caller(exc):
        return {"WWW-Authenticate": "Bearer"}
    wait = getattr(exc, "wait", None)
    return {"Retry-After": str(wait)} if wait is not None else {}


def flatten(detail: Any, path: tuple[str, ...] = ()) -> Iterator[FieldProblem]:
    """A serializer's nested errors one by one, each with its dotted path."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from flatten(value, path if key in _PATHLESS else (*path, str(key)))
    elif isinstance(detail, list | tuple):
        for position, value in enumerate(detail):
            yield from flatten(value, (*path, str(position)) if isinstance(value, Mapping | list) else path)
    else:
        yield FieldProblem(".".join(path) or _WHOLE_REQUEST, str(getattr(detail, "code", "invalid")), str(detail))
