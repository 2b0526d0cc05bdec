"""The doors outside: pages that a signed token opens, without login, session, cookie or script (ARCHITECTURE: Public doors).

They are styled by one block of their own CSS, allowed by its hash, so that the same page is the same bytes each time.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from nps_platform.lib import colour
from nps_platform.lib.signing import BadToken, Door, read_token
from nps_platform.tenancy.models import Language, Organization
from nps_platform.tenancy.scope import entered

# Only links that open nothing are counted: a valid one is never slowed down.
BAD_LINKS_A_MINUTE = 120
DARK_GROUND = "#1c1b19"
DEFAULT_BRAND = "#1f4e5f"
POLICY = (
    "default-src 'none'; style-src '{style}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {framed}"
)


class Ended(Exception):
    """The link was good, its time is over: answered with 410 and the programme's own page. Says why, in words."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class PublicRequest(HttpRequest):
    """What a view behind `public_door` is given."""

    organization: Organization
    door: Door


def public_door(*doors: Door, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable:
    """Decorate `view(request, id, …)` of an address with `<token>`: read it, enter its organisation, speak its language.

    A token that opens none of `doors`, and Http404 from the view, get one friendly page, always the same; `Ended` gets 410.
    The token is the proof: there is no CSRF cookie to ask for.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @require_http_methods(list(methods))
        @wraps(view)
        def enter(request: PublicRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            found = _open(request, doors, token)
            if found is None:
                return nothing_here(request)
            with entered(request.organization), _speaking(request.organization):
                try:
                    return view(request, found, *args, **kwargs)
                except Ended as ended:
                    return public_page(request, "public/gone.html", {"reason": ended.reason}, status=410)
                except Http404:
                    pass
            return nothing_here(request)

        enter.doors = doors  # type: ignore[attr-defined]
        return enter

    return decorate


def _open(request: PublicRequest, doors: tuple[Door, ...], token: str) -> int | None:
    """The id that `token` names; sets the request's organisation and door."""
    for door in doors:
        try:
            found = read_token(door, token)
        except BadToken:
            continue
        organization = Organization.objects.filter(pk=found.organization_id).first()
        if organization is None:
            return None
        request.organization, request.door = organization, door
        return found.id
    return None


@contextmanager
def _speaking(organization: Organization) -> Iterator[None]:
    """The organisation's language and time zone inside the block."""
    with translation.override(organization.language), timezone.override(organization.timezone):
        yield


def nothing_here(request: HttpRequest) -> HttpResponse:
    """404, the same for whatever reason, in the browser's language; 429 for an address that tries many."""
    status = 429 if _too_many(request) else 404
    with translation.override(translation.get_language_from_request(request)):
        return public_page(request, "public/gone.html", {"organization": None, "unknown": True}, status=status)


def _too_many(request: HttpRequest) -> bool:
    key = f"bad-links:{request.META.get('REMOTE_ADDR', '')}"
    if cache.add(key, 1, timeout=60):
        return False
    try:
        return cache.incr(key) > BAD_LINKS_A_MINUTE
    except ValueError:  # it ran out between the two
        return False


def public_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200, framed: bool = False
) -> HttpResponse:
    """Render a page that customers see. `spoken` in its context lists the languages it can be had in.

    `framed` lets our own pages show it in a frame (the editor's preview).
    """
    organization = context.get("organization", getattr(request, "organization", None))
    style = style_for(organization.brand_colour if organization else DEFAULT_BRAND)
    shared = {"organization": organization, "style": style.css, "switch": _switch(request, context.get("spoken", []))}
    response = HttpResponse(render_to_string(template, {**shared, **context}), status=status)
    response["Content-Security-Policy"] = POLICY.format(style=style.source, framed="'self'" if framed else "'none'")
    response["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@dataclass(frozen=True)
class Spoken:
    """One language of the switch; its own name, so that its speakers find it."""

    code: str
    name: str
    url: str
    current: bool


def _switch(request: HttpRequest, codes: list[str]) -> list[Spoken]:
    """The same page in each of `codes`; nothing where there is no choice."""
    names = dict(Language.choices)
    found = []
    for code in codes if len(codes) > 1 else []:
        query = request.GET.copy()
        query["language"] = code
        current = code == translation.get_language()
        found.append(Spoken(code, names.get(code, code), f"{request.path}?{query.urlencode()}", current))
    return found


@dataclass(frozen=True)
class Style:
    """The one block of CSS, and what the policy calls it."""

    css: SafeString
    source: str


@lru_cache(maxsize=512)
def style_for(brand: str) -> Style:
    """The CSS of customer pages in a company's colour, made readable on both grounds (GUIDE: What customers see)."""
    try:
        colour.parse(brand)
    except colour.ColourError:
        brand = DEFAULT_BRAND
    light = colour.readable(brand, colour.WHITE, colour.EDGE_CONTRAST)
    dark = colour.readable(brand, DARK_GROUND, colour.TEXT_CONTRAST)
    css = render_to_string(
        "public/_style.html",
        {"light": light, "on_light": colour.text_on(light), "dark": dark, "on_dark": colour.text_on(dark)},
    )
    digest = base64.b64encode(sha256(css.encode()).digest()).decode()
    return Style(mark_safe(css), f"sha256-{digest}")  # noqa: S308 - our own template and six hexadecimal digits
