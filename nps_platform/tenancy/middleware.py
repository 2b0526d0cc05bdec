"""What surrounds every page: a short way to the public doors, and the reader's language outside an organisation."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from nps_platform.tenancy.public_door import hold_to_policy, is_public_door


class PublicDoorMiddleware:
    """Opens the public doors itself: the middleware below it is for people who sign in, and has nothing to say there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.open: Callable[[HttpRequest], HttpResponse] = convert_exception_to_response(_open)  # type: ignore[assignment]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            match = resolve(request.path_info, settings.PUBLIC_URLCONF)
        except Resolver404:
            return self.get_response(request)
        if not is_public_door(match.func):
            return self.get_response(request)
        request.resolver_match = match
        with translation.override(translation.get_language_from_request(request)):
            return hold_to_policy(self.open(request))


def _open(request: HttpRequest) -> HttpResponse:
    match = request.resolver_match
    assert match is not None
    return match.func(request, *match.args, **match.kwargs)


class PersonLanguageMiddleware:
    """Pages inside an organisation set theirs themselves (`organization_view`); this serves the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        with translation.override(own or translation.get_language_from_request(request)):
            try:
                return self.get_response(request)
            finally:
                timezone.deactivate()
