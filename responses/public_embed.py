"""The question on the company's own website: a script, what it asks, and where it answers. No cookie, no page of ours."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone

from nps_platform.customers.models import Customer
from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import PublicRequest, public_door
from responses.collecting import record_visit
from responses.floods import is_flood
from responses.models import Response
from responses.public_embed_page import as_if_recorded, embed_data, embed_thanks
from responses.sent_answers import Refused, read_object, read_sent
from surveys.models import Collector
from surveys.planning.on_site import may_be_asked_on_site
from surveys.planning.rules import asked_since, quarantine_days_of

LARGEST = 64 * 1024
# A page that stays open all day asks for the script again now and then.
KEPT_SECONDS = 600


class NotOurs(Exception):
    """Another site asks, a customer is named without their signature, or it is closed or too much. `status` and `error`
    answer it."""

    def __init__(self, error: str, status: int = 403) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@public_door(Door.COLLECTOR)
def embed_script(request: PublicRequest, pk: int) -> HttpResponse:
    """The one tag that a website needs."""
    collector = _website(pk)
    code = render_to_string("public/_embed.js", {"after": collector.after_seconds, "every": collector.every_days})
    response = HttpResponse(code, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@public_door(Door.COLLECTOR, methods=("POST",))
def embed_ask(request: PublicRequest, pk: int) -> HttpResponse:
    """Whether to ask, and what. Reads only."""
    collector = _website(pk)
    try:
        sent, customer = _read(request, collector)
    except NotOurs as refused:
        return _refusal(refused, request, collector)
    if not _is_trial(sent) and not (collector.is_open and _is_free(collector, customer)):
        return _told(request, {"show": False})
    data = embed_data(collector, request.organization, str(sent.get("language", "")), knows=customer is not None)
    return _told(request, {"show": True, **data})


@public_door(Door.COLLECTOR, methods=("POST",))
def embed_answers(request: PublicRequest, pk: int) -> HttpResponse:
    """Record the answer, once, and say thanks; the same key sent again finds it. A trial is thanked alone."""
    collector = _website(pk)
    try:
        sent, customer = _read(request, collector)
        if not collector.is_open and not _is_trial(sent):
            raise NotOurs("closed", 410)
        answer = replace(read_sent(sent, collector), answered_at=None)
        if _is_trial(sent):
            return _thanked(request, as_if_recorded(answer, collector), answer.language, "trial")
        is_again = Response.objects.filter(client_key=answer.client_key, collector=collector).exists()
        if not is_again and is_flood(request, collector):
            raise NotOurs("busy", 429)
    except NotOurs as refused:
        return _refusal(refused, request, collector)
    except Refused as refused:
        return _told(request, {"error": refused.reason}, status=422)
    response, new = record_visit(collector, **vars(answer), customer=customer)
    return _thanked(request, response, answer.language, "recorded" if new else "known")


def _website(pk: int) -> Collector:
    rows = Collector.objects.select_related("survey__published", "touchpoint")
    return get_object_or_404(rows, pk=pk, kind=Collector.Kind.EMBED, survey__published__isnull=False)


def _is_trial(sent: Mapping[str, Any]) -> bool:
    """Whether somebody only looks: asked at once, and nothing is kept."""
    return sent.get("trial") is True


def _read(request: PublicRequest, collector: Collector) -> tuple[Mapping[str, Any], Customer | None]:
    """What a page of the company's sent, and who it says is there. Browsers name the site that a script runs in; a trial
    runs on a page of ours too. Raises NotOurs."""
    origin = request.headers.get("Origin", "")
    ours = f"{request.scheme}://{request.get_host()}"
    if not origin:
        raise NotOurs("origin", 400)
    sent = read_object(request.body, largest=LARGEST)
    trial = sent is not None and _is_trial(sent)
    if origin not in collector.sites and not (trial and origin == ours):
        raise NotOurs("origin")
    if sent is None:
        raise NotOurs("unreadable", 400)
    return sent, _customer(collector, str(sent.get("customer") or ""), str(sent.get("signature") or ""))


def _customer(collector: Collector, number: str, signature: str) -> Customer | None:
    """Who the company's server says is there; somebody we don't know is a visitor like any. Raises NotOurs."""
    if not number:
        return None
    right = hmac.new(collector.secret.encode(), number.encode(errors="replace"), "sha256").hexdigest()
    given = signature.lower().encode(errors="replace")
    if not collector.secret or not hmac.compare_digest(right.encode(), given):
        raise NotOurs("signature")
    return Customer.objects.filter(external_id=number, erased_at=None).first()


def _is_free(collector: Collector, customer: Customer | None) -> bool:
    """Whether a customer is not resting from us: asked by a programme, or answered anywhere. Nobody knows that of a visitor."""
    if customer is None:
        return True
    now = timezone.now()
    days = quarantine_days_of(collector.survey.kind)
    lately = Response.objects.filter(customer=customer, answered_at__gte=asked_since(days, now)) if days else None
    if lately is not None and lately.exists():
        return False
    return may_be_asked_on_site(collector.survey, customer, now)


def _thanked(request: PublicRequest, response: Response, language: str, state: str) -> HttpResponse:
    return _told(request, {"state": state, "thanks": embed_thanks(response, request.organization, language)})


def _told(request: PublicRequest, data: dict[str, Any], status: int = 200) -> HttpResponse:
    response = JsonResponse(data, status=status)
    response["Access-Control-Allow-Origin"] = request.headers["Origin"]
    response["Vary"] = "Origin"
    response["Cache-Control"] = "no-store"
    return response


def _refusal(refused: NotOurs, request: PublicRequest, collector: Collector) -> HttpResponse:
    """Only the company's own pages may read why."""
    if request.headers.get("Origin") in collector.sites:
        return _told(request, {"error": refused.error}, status=refused.status)
    return JsonResponse({"error": refused.error}, status=refused.status)
