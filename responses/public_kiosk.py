"""The tablet at a counter: one page that it keeps, the worker that answers for it while the network is gone, and the door
where it hands in what it took."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_platform.lib.nps import class_of
from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import (
    Ended,
    PublicRequest,
    brand_colours,
    public_door,
    public_page,
    script_from,
    speaking,
)
from responses.collecting import record_visit, saw_device
from responses.floods import hands_in_too_much, is_flood
from responses.public_forms import typed, wrong
from responses.public_kiosk_page import asks_who, kiosk_data, kiosk_languages
from responses.public_pages import chosen_score, spoken_by
from responses.public_visit_forms import VisitForm
from responses.sent_answers import Refused, read_object, read_sent
from responses.survey_page import page_language, survey_page
from responses.walked import thanks_title
from surveys.authoring.content import content_for
from surveys.models import Collector

SCRIPT, WORKER, STYLE = "public/_kiosk.js", "public/_kiosk_worker.js", "public/_kiosk_style.html"
PAPER = "#faf9f7"
# For devices that draw no vectors: our own mark, as files (static/img/icon.svg, drawn on PAPER).
ICONS = (
    ("icon-192", "192x192", "any"),
    ("icon-512", "512x512", "any"),
    ("icon-maskable-512", "512x512", "maskable"),
)
AT_ONCE = 100
LARGEST = 1024 * 1024
UNPROCESSABLE, SEE_OTHER, TOO_MANY = 422, 303, 429


@public_door(Door.COLLECTOR, methods=("GET", "HEAD", "POST"))
def kiosk(request: PublicRequest, pk: int) -> HttpResponse:
    """The page for the tablet. Its script asks one question after the other; without, it is one form."""
    collector = _tablet(pk)
    if not collector.is_open:
        raise Ended(_("No answers are taken here at the moment."))
    if request.method != "POST":
        return _page(request, collector)
    form = VisitForm(request.POST, collector)
    if not form.is_valid():
        page = _page(request, collector, form)
        page.status_code = UNPROCESSABLE
        return page
    if is_flood(request, collector):
        page = _page(request, collector, form, busy=True)
        page.status_code = TOO_MANY
        return page
    return _record_form(request, collector, form)


@public_door(Door.COLLECTOR)
def kiosk_thanks(request: PublicRequest, pk: int) -> HttpResponse:
    """Thanks where no script runs; the next person's page comes by itself."""
    collector = _tablet(pk)
    content = content_for(collector.survey)
    language = page_language(content, spoken_by(request), *kiosk_languages(collector, content, request.organization))
    given = request.GET.get("class", "")
    with speaking(request.organization, language):
        title = thanks_title(content, given, language)
        context = {"title": title, "again": _home(request)}
        return public_page(request, "public/kiosk_thanks.html", context, language=language, style=STYLE)


@public_door(Door.COLLECTOR, methods=("POST",))
def kiosk_answers(request: PublicRequest, pk: int) -> HttpResponse:
    """Record what the tablet kept, each once, and say what became of each. Without answers it is a sign of life."""
    collector = _tablet(pk)
    sent = read_object(request.body, largest=LARGEST) or {}
    answers = sent.get("answers")
    if not isinstance(answers, list) or len(answers) > AT_ONCE:
        return JsonResponse({"error": "unreadable"}, status=400)
    if hands_in_too_much(request, collector, answers=len(answers)):
        return JsonResponse({"error": "busy"}, status=TOO_MANY, headers={"Retry-After": "300"})
    results = [_record(collector, one) for one in answers]
    refused = sum(1 for one in results if one["state"] == "refused")
    saw_device(collector, waiting=_count(sent) + refused)
    return JsonResponse({"open": collector.is_open, "results": results})


@public_door(Door.COLLECTOR)
def kiosk_worker(request: PublicRequest, pk: int) -> HttpResponse:
    """The service worker. It names the page it goes with by its content: a new survey, setting or version of ours is a new
    worker, which fetches the page again."""
    collector, home = _tablet(pk), _home(request)
    build = sha256(_page(request, collector).content).hexdigest()[:16]
    code = render_to_string(WORKER, {"build": build, "home": home, "manifest": f"{home}/manifest.webmanifest"})
    response = HttpResponse(code, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = home
    response["Cache-Control"] = "no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


@public_door(Door.COLLECTOR)
def kiosk_manifest(request: PublicRequest, pk: int) -> HttpResponse:
    """What the tablet needs to install the page as an app of its own, in the programme's name and colour."""
    _tablet(pk)
    organization, home = request.organization, _home(request)
    icon = render_to_string(
        "public/_kiosk_icon.svg", {"letter": organization.programme[:1], **brand_colours(organization.brand_colour)}
    )
    return JsonResponse(
        {
            "id": home,
            "name": f"{organization.programme} – {organization.name}",
            "short_name": organization.programme,
            "lang": organization.language,
            "start_url": home,
            "scope": home,
            "display": "fullscreen",
            "display_override": ["fullscreen", "standalone"],
            "orientation": "any",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": [
                {
                    "src": f"data:image/svg+xml,{quote(icon)}",
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "any maskable",
                },
                *(
                    {"src": static(f"img/{name}.png"), "sizes": sizes, "type": "image/png", "purpose": purpose}
                    for name, sizes, purpose in ICONS
                ),
            ],
        },
        content_type="application/manifest+json",
    )


def _tablet(pk: int) -> Collector:
    rows = Collector.objects.select_related("survey__published", "touchpoint")
    return get_object_or_404(rows, pk=pk, kind=Collector.Kind.KIOSK, survey__published__isnull=False)


def _home(request: PublicRequest) -> str:
    return reverse("kiosk", args=[_token(request)])


def _token(request: PublicRequest) -> str:
    assert request.resolver_match is not None
    token: str = request.resolver_match.kwargs["token"]
    return token


def _page(
    request: PublicRequest, collector: Collector, form: VisitForm | None = None, *, busy: bool = False
) -> HttpResponse:
    content, home = content_for(collector.survey), _home(request)
    languages = kiosk_languages(collector, content, request.organization)
    language = page_language(content, spoken_by(request), *languages)
    with speaking(request.organization, language):
        context = {
            "page": survey_page(content, language, chosen_score(request, form), values=typed(form), errors=wrong(form)),
            "form": form,
            "busy": busy,
            "first_error": next(iter(form.errors), "") if form else "",
            "comment": form["comment"].value() if form else "",
            "contact": bool(form and form["contact"].value()),
            "action": home,
            "data": kiosk_data(collector, request.organization, home),
            "spoken": languages,
            "asks_who": asks_who(content),
            "paper": PAPER,
        }
        return public_page(
            request,
            "public/kiosk.html",
            context,
            language=language,
            script=script_from(SCRIPT),
            style=STYLE,
            kept=True,
        )


def _record_form(request: PublicRequest, collector: Collector, form: VisitForm) -> HttpResponse:
    """Without script: what an earlier answer would bring up is not asked."""
    said, content = form.answer(), content_for(collector.survey)
    said["language"] = page_language(
        content, said["language"], *kiosk_languages(collector, content, request.organization)
    )
    record_visit(collector, **said, answers=form.said(), visitor=form.visitor())
    address = reverse("kiosk_thanks", args=[_token(request)])
    query = f"class={class_of(said['score'])}&language={said['language']}"
    return HttpResponseRedirect(f"{address}?{query}", status=SEE_OTHER)


def _record(collector: Collector, data: Any) -> dict[str, str]:
    """What became of one answer, for the tablet that waits to forget it."""
    key = str(data.get("client_key", "")) if isinstance(data, dict) else ""
    try:
        sent = read_sent(data, collector)
    except Refused as refused:
        return {"client_key": key, "state": "refused", "reason": refused.reason}
    _response, new = record_visit(collector, **vars(sent))
    return {"client_key": key, "state": "recorded" if new else "known"}


def _count(sent: dict[str, Any]) -> int:
    told = sent.get("waiting")
    return min(max(told, 0), 100_000) if isinstance(told, int) else 0
