"""The reader's language outside an organisation: their own, else the browser's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


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
