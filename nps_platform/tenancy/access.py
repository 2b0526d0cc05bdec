"""The door of every page inside an organisation: strangers get 404, colleagues without the right get 403."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from nps_platform.tenancy.models import Membership, Organization, User
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import entered

LAST_ORGANIZATION = "organization"


class OrganizationRequest(HttpRequest):
    """What a view behind `organization_view` is given."""

    user: User
    htmx: HtmxDetails
    organization: Organization
    membership: Membership


def organization_view(*rights: Right, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable:
    """Decorate `view(request, …)` under /o/<slug>/: enter the organisation, then ask for every one of `rights`.

    The view gets `request.organization` and `request.membership`; the URL's `slug` is consumed. It must answer with a
    finished response: a streamed body runs outside the organisation unless its generator enters it itself.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @require_http_methods(list(methods))
        @login_required
        @wraps(view)
        def enter(request: OrganizationRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest("NUL in the address")  # PostgreSQL can't be asked for it
            membership = membership_of(request.user, slug)
            request.organization, request.membership = membership.organization, membership
            with (
                _left_behind(request),
                entered(membership.organization),
                translation.override(language_of(request.user, membership.organization)),
            ):
                timezone.activate(membership.organization.timezone)
                if not all(membership.may(right) for right in (Right.ENTER, *rights)):
                    raise PermissionDenied
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and callable(response.render):
                    response.render()
                return _remembered(request, response)

        enter.rights, enter.methods = rights, methods  # type: ignore[attr-defined]
        return enter

    return decorate


@contextmanager
def _left_behind(request: OrganizationRequest) -> Iterator[None]:
    """Error pages are drawn after the organisation was left: their frame must not ask for its rows."""
    try:
        yield
    except Exception:
        del request.organization, request.membership
        raise


def _remembered(request: OrganizationRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The front door leads back to where one was last: kept by the browser, so that looking at a page writes nothing."""
    if request.COOKIES.get(LAST_ORGANIZATION) != request.organization.slug:
        response.set_cookie(
            LAST_ORGANIZATION,
            request.organization.slug,
            max_age=timedelta(days=365),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def membership_of(user: User, slug: str) -> Membership:
    """The active membership of `user` in the organisation `slug`; Http404 for strangers, so that nobody learns it exists."""
    try:
        return user.memberships.select_related("organization", "user").get(organization__slug=slug, is_active=True)
    except Membership.DoesNotExist as error:
        raise Http404 from error


def language_of(user: User, organization: Organization) -> str:
    """A person's own language wins over the organisation's."""
    return user.language or organization.language
