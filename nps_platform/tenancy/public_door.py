"""The doors outside: pages that a signed token opens, without login, session, cookie or script (ARCHITECTURE: Public doors).

They are styled by one block of their own CSS, allowed by its hash, so that the same page is the same bytes each time.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from nps_platform.lib import colour
from nps_platform.lib.languages import PUBLIC_WORDS, direction, own_name, understood
from nps_platform.lib.rates import caller_of, happened
from nps_platform.lib.signing import BadToken, Door, read_token
from nps_platform.tenancy.address import addressed, plain
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered

# Only links that open nothing are counted: a valid one is never slowed down.
BAD_LINKS_A_MINUTE = 120
DARK_GROUND = "#1c1b19"
DEFAULT_BRAND = "#1f4e5f"
POLICY = (
    "default-src 'none'; style-src '{style}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {framed}"
)
# A page that runs its one block, which talks to nobody but us.
POLICY_OF_SCRIPT = "; script-src '{script}'; connect-src 'self'"
# A page that a device keeps: it brings the worker that answers for it while the network is gone.
POLICY_OF_KEPT = "; worker-src 'self'; manifest-src 'self'"
STYLE = "public/_style.html"
# The page of a failure (500) brings its style along.
POLICY_OF_NO_PAGE = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

A_NUMBER = re.compile(r"\+?[\d ()./-]{5,}")
OF_EVERY_ANSWER = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class Ended(Exception):
    """The link was good, its time is over: answered with 410 and the programme's own page. Says why, in words."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class PublicRequest(HttpRequest):
    """What a view behind `public_door` is given."""

    organization: Organization
    door: Door


def public_door(
    *doors: Door,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    at_once: Callable[[HttpRequest, str], HttpResponse | None] | None = None,
) -> Callable:
    """Decorate `view(request, id, …)` of an address with `<token>`: read it, enter its organisation, speak its language.

    A token that opens none of `doors`, and Http404 from the view, get one friendly page, always the same; `Ended` gets 410.
    The token is the proof: there is no CSRF cookie to ask for. `at_once(request, token)` may answer before the organisation
    is read; where it returns None, the door opens as always.

    The view sees no session, no user and nothing else that middleware brings (`middleware.PublicDoorMiddleware`).
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @require_http_methods(list(methods))
        @wraps(view)
        def enter(request: PublicRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answered = at_once(request, token) if at_once else None
            if answered is not None:
                return answered
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


def is_public_door(view: Callable) -> bool:
    """Whether `view` was decorated so."""
    return hasattr(view, "doors")


def _open(request: PublicRequest, doors: tuple[Door, ...], token: str) -> int | None:
    """The id that `token` names; sets the request's organisation and door."""
    for door in doors:
        try:
            found = read_token(door, token)
        except BadToken:
            continue
        try:
            organization = Organization.objects.get(pk=found.organization_id)
        except Organization.DoesNotExist:
            return None
        request.organization, request.door = organization, door
        return found.id
    return None


@contextmanager
def _speaking(organization: Organization) -> Iterator[None]:
    """The organisation's language and time zone inside the block."""
    ours = addressed(organization.language, organization)
    with translation.override(ours), timezone.override(organization.timezone):
        yield


@contextmanager
def speaking(organization: Organization, language: str) -> Iterator[None]:
    """Our own words for a page written in `language`: those of the nearest language that we have words in."""
    ours = understood(language, PUBLIC_WORDS, organization.language)
    with translation.override(addressed(ours, organization)):
        yield


def nothing_here(request: HttpRequest) -> HttpResponse:
    """404, the same for whatever reason, in the browser's language; 429 for an address that tries many."""
    status = 429 if _too_many(request) else 404
    with translation.override(translation.get_language_from_request(request)):
        return public_page(request, "public/gone.html", {"organization": None, "unknown": True}, status=status)


def _too_many(request: HttpRequest) -> bool:
    return happened(f"bad-links:{caller_of(request)}", seconds=60) > BAD_LINKS_A_MINUTE


def public_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    framed: bool = False,
    language: str = "",
    script: Script | None = None,
    style: str = STYLE,
    kept: bool = False,
) -> HttpResponse:
    """Render a page that customers see. `spoken` in its context lists the languages it can be had in.

    `framed` lets our own pages show it in a frame (the editor's preview). `language`: what the page is written in, where it
    may be another than that of our own words (see `speaking`). `script`: the one block that the page may run; it works
    without. `style`: the template of its CSS. `kept`: devices may install it.
    """
    organization = context.get("organization", getattr(request, "organization", None))
    drawn = style_for(organization.brand_colour if organization else DEFAULT_BRAND, style)
    ours = plain(translation.get_language() or settings.LANGUAGE_CODE)
    written = language or ours
    shared = {
        "organization": organization,
        "style": drawn.css,
        "switch": _switch(request, context.get("spoken", []), written),
        "written": written,
        "script": script.code if script else "",
        "direction": direction(written),
        "ours": _written_in(ours) if written != ours else "",
        "theirs": _written_in(written) if written != ours else "",
        "telephone": _to_call(organization.phone) if organization else "",
    }
    response = HttpResponse(render_to_string(template, {**shared, **context}), status=status)
    policy = POLICY.format(style=drawn.source, framed="'self'" if framed else "'none'")
    policy += POLICY_OF_SCRIPT.format(script=script.source) if script else ""
    response["Content-Security-Policy"] = policy + (POLICY_OF_KEPT if kept else "")
    response["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    for name, value in OF_EVERY_ANSWER.items():
        response[name] = value
    return response


def _written_in(language: str) -> SafeString:
    """For the tag around words that stand in another language than the page, or than what is around them."""
    return format_html(' lang="{}" dir="{}"', language, direction(language))


def _to_call(number: str) -> str:
    """A number that a telephone dials at a touch, on one line and from left to right; with words in it, as it stands."""
    if not A_NUMBER.fullmatch(number):
        return number
    return format_html('<a class="link" dir="ltr" href="tel:{}">{}</a>', re.sub(r"[^+\d]", "", number), number)


def hold_to_policy(response: HttpResponse) -> HttpResponse:
    """Let a response that is no `public_page` (a redirect, a failure) load nothing, be framed by nobody, be kept nowhere and
    tell no other site where it was."""
    told = {"Content-Security-Policy": POLICY_OF_NO_PAGE, **OF_EVERY_ANSWER, "X-Frame-Options": "DENY"}
    for name, value in told.items():
        response.headers.setdefault(name, value)
    return response


@dataclass(frozen=True)
class Spoken:
    """One language of the switch; its own name, so that its speakers find it."""

    code: str
    name: str
    url: str
    current: bool


def _switch(request: HttpRequest, codes: Sequence[str], written: str) -> list[Spoken]:
    """The same page in each of `codes`; nothing where there is no choice."""
    found = []
    for code in codes if len(codes) > 1 else []:
        query = request.GET.copy()
        query["language"] = code
        found.append(Spoken(code, own_name(code), f"{request.path}?{query.urlencode()}", code == written))
    return found


@dataclass(frozen=True)
class Script:
    """A block of script, and what the policy calls it."""

    code: SafeString
    source: str


@lru_cache
def script_from(template: str) -> Script:
    """The same bytes for everybody, so that one hash allows them."""
    code = render_to_string(template).strip()
    digest = base64.b64encode(sha256(code.encode()).digest()).decode()
    return Script(mark_safe(code), f"sha256-{digest}")  # noqa: S308 - our own template


@dataclass(frozen=True)
class Style:
    """The one block of CSS, and what the policy calls it."""

    css: SafeString
    source: str


@lru_cache(maxsize=512)
def style_for(brand: str, template: str = STYLE) -> Style:
    """The CSS of customer pages in a company's colour, made readable on both grounds (GUIDE: What customers see)."""
    css = render_to_string(template, brand_colours(brand))
    digest = base64.b64encode(sha256(css.encode()).digest()).decode()
    return Style(mark_safe(css), f"sha256-{digest}")  # noqa: S308 - our own template and six hexadecimal digits


def brand_colours(brand: str) -> dict[str, str]:
    """A company's colour on the light and on the dark ground, and the colour of words on each."""
    try:
        colour.parse(brand)
    except colour.ColourError:
        brand = DEFAULT_BRAND
    light = colour.readable(brand, colour.WHITE, colour.EDGE_CONTRAST)
    dark = colour.readable(brand, DARK_GROUND, colour.TEXT_CONTRAST)
    return {"light": light, "on_light": colour.text_on(light), "dark": dark, "on_dark": colour.text_on(dark)}
