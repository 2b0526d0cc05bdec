"""The page behind an open link or its QR: whoever comes by answers. GET and HEAD never write, and nobody gets a cookie."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from nps_platform.lib.signing import Door, is_short_mark, make_token
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import (
    Ended,
    PublicRequest,
    nothing_here,
    public_door,
    public_page,
    speaking,
)
from responses.collecting import ReceiptUsed, record_visit
from responses.employee_views import employee_privacy, employee_visit
from responses.floods import is_flood
from responses.models import Response
from responses.public_pages import (
    address_of_more,
    ask_more,
    privacy_page,
    question_page,
    spoken_by,
    waiting_for,
)
from responses.public_visit_forms import VisitForm
from responses.survey_page import page_language
from responses.thanks_page import visit_thanks_context
from surveys.authoring.content import Content
from surveys.models import Collector

HTTP_SEE_OTHER = 303
UNPROCESSABLE = 422
TOO_MANY = 429
_KINDS = (Collector.Kind.LINK, Collector.Kind.EMPLOYEE)


@public_door(Door.COLLECTOR, methods=("GET", "HEAD", "POST"))
def visit(request: PublicRequest, pk: int) -> HttpResponse:
    """The question; a POST with a score records it and leads on."""
    collector = _collector(pk)
    if not collector.is_open:
        raise Ended(_("No more answers are taken here. Thank you for wanting to give one."))
    if collector.kind == Collector.Kind.EMPLOYEE:
        return employee_visit(request, collector, _content(collector))
    if request.method != "POST":
        return _ask(request, collector)
    form = VisitForm(request.POST, collector)
    if not form.is_valid():
        return _ask(request, collector, form, status=UNPROCESSABLE)
    return _record(request, collector, form)


@require_safe
def visit_by_hand(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The address as it stands on a poster leads to the page: `/l/andina/12-k7qf`."""
    pk, _dash, mark = number.lower().partition("-")
    organization = Organization.objects.filter(slug=slug.lower()).first()
    if organization is None or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return nothing_here(request)
    if not is_short_mark(mark, Door.COLLECTOR, organization.pk, int(pk)):
        return nothing_here(request)
    return HttpResponseRedirect(reverse("visit_page", args=[make_token(Door.COLLECTOR, organization.pk, int(pk))]))


@public_door(Door.COLLECTOR)
def visit_privacy(request: PublicRequest, pk: int) -> HttpResponse:
    """How the answer is used."""
    collector = _collector(pk)
    if collector.kind == Collector.Kind.EMPLOYEE:
        return employee_privacy(request, collector, _content(collector))
    back = request.path.removesuffix("/privacy")
    return privacy_page(request, _content(collector), _language_for(request, collector), back, visit=True)


@public_door(Door.LOOP, methods=("GET", "HEAD", "POST"))
def visit_more(request: PublicRequest, pk: int) -> HttpResponse:
    """What the first answers brought up, as for whoever was invited."""
    response = _answer(pk)
    language = page_language(response.content, spoken_by(request), response.language)
    thanks = reverse("visit_thanks", args=[response.loop_token]) + f"?language={language}"
    questions = waiting_for(request, response.content, response)
    if not questions:
        return HttpResponseRedirect(thanks)
    page = ask_more(request, response, questions, language)
    if page:
        return page
    return _onwards(response, language, shown=[question.key for question in questions])


@public_door(Door.LOOP)
def visit_thanks(request: PublicRequest, pk: int) -> HttpResponse:
    """Where the answer leads to."""
    response = _answer(pk)
    language = page_language(response.content, spoken_by(request), response.language)
    with speaking(request.organization, language):
        return public_page(request, "public/thanks.html", visit_thanks_context(response, language), language=language)


def _collector(pk: int) -> Collector:
    rows = Collector.objects.select_related("survey__published", "survey__touchpoint", "touchpoint", "unit")
    collector = rows.filter(pk=pk, kind__in=_KINDS).first()
    if collector is None or collector.survey.published is None:
        raise Http404
    return collector


def _answer(pk: int) -> Response:
    """What was answered by an open link; whoever was invited has pages of their own."""
    rows = Response.objects.select_related("survey__touchpoint", "survey__published", "version", "collector")
    response = rows.filter(pk=pk, collector__kind=Collector.Kind.LINK).first()
    if response is None:
        raise Http404
    return response


def _content(collector: Collector) -> Content:
    version = collector.survey.published
    assert version
    return version.parsed


def _language_for(request: PublicRequest, collector: Collector) -> str:
    """The place's; else the first of the browser's that the survey speaks; else the company's."""
    spoken = _content(collector).languages
    told = [code for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    wanted = [form for code in told for form in (code, code.partition("-")[0])]
    known = next((code for code in wanted if code in spoken), "")
    return collector.language or known or request.organization.language


def _ask(
    request: PublicRequest,
    collector: Collector,
    form: VisitForm | None = None,
    *,
    status: int = 200,
    busy: bool = False,
) -> HttpResponse:
    page = question_page(
        request,
        _content(collector),
        _language_for(request, collector),
        form,
        collector=collector,
        client_key=(form["client_key"].value() if form else "") or str(uuid4()),
        busy=busy,
    )
    page.status_code = status
    return page


def _record(request: PublicRequest, collector: Collector, form: VisitForm) -> HttpResponse:
    key = form.cleaned_data["client_key"] or uuid4()
    is_again = Response.objects.filter(client_key=key, collector=collector).exists()
    if not is_again and is_flood(request, collector):
        return _too_many(request, collector, form)
    said = form.answer()
    said["language"] = page_language(_content(collector), said["language"], _language_for(request, collector))
    try:
        response, _new = record_visit(collector, **said, answers=form.said(), visitor=form.visitor(), client_key=key)
    except ReceiptUsed:
        form.add_error("receipt", _("This receipt’s answer has arrived already: each receipt counts once."))
        return _ask(request, collector, form, status=UNPROCESSABLE)
    return _onwards(response, said["language"])


def _too_many(request: PublicRequest, collector: Collector, form: VisitForm) -> HttpResponse:
    page = _ask(request, collector, form, status=TOO_MANY, busy=True)
    page["Retry-After"] = "60"
    return page


def _onwards(response: Response, language: str, shown: list[str] | tuple[()] = ()) -> HttpResponse:
    """To what the answers bring up, else to the thanks."""
    more = reverse("visit_more", args=[response.loop_token])
    thanks = reverse("visit_thanks", args=[response.loop_token])
    address = address_of_more(more, response.content, response, language, shown)
    return HttpResponseRedirect(address or f"{thanks}?language={language}", status=HTTP_SEE_OTHER)
