"""What stands where a page can't: a failure of ours (500), and what can't be read (400). They ask nothing of the database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from nps_platform.tenancy.public_door import is_public_door


def failed(request: HttpRequest) -> HttpResponse:
    return _page(request, "500.html", status=500)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400.html", status=400)


def _page(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """`again`: the customer's own page; our start is for people who sign in, and says nothing to a customer."""
    match = getattr(request, "resolver_match", None)
    again = request.path if match and is_public_door(match.func) else ""
    return HttpResponse(render_to_string(template, {"again": again}), status=status)
