"""The customer's loop page and the guest's page of a forwarded case. GET and HEAD never write."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from closeloop.actions import customer_handling, customer_reply, customer_verdict, guest_answer
from closeloop.actions.forwarding import note_view
from closeloop.actions.outside import VERDICTS
from closeloop.guest_page import guest_context
from closeloop.loop_page import open_until, standing, verdict_names
from closeloop.models import Case, Forward
from closeloop.public_forms import HandlingForm, VerdictForm, WordsForm
from closeloop.refusals import LinkClosed
from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import Ended, PublicRequest, public_door, public_page, speaking
from responses.actions import CorrectionClosed, correct_response
from responses.models import Response
from responses.public_forms import AnswerForm, WholeForm, is_whole
from responses.public_pages import address_of_more, page_of_more, privacy_page, spoken_by
from responses.survey_page import page_language
from responses.thanks_page import correction_context

HTTP_SEE_OTHER = 303
UNPROCESSABLE = 422
CONFLICT = 409


@public_door(Door.LOOP, methods=("GET", "HEAD", "POST"))
def loop_page(request: PublicRequest, pk: int) -> HttpResponse:
    """What was said, where it stands, what was written; reply, verdict and correction come back here."""
    response, case = answer_behind(pk)
    language = page_language(response.content, spoken_by(request), response.language)
    with speaking(request.organization, language):
        if request.method != "POST":
            return _page(request, response, case, language)
        if "rate" in request.POST:
            return _rate(request, response, case, language)
        if "verdict" in request.POST:
            return _judge(request, response, case, language)
        if "text" in request.POST:
            return _write(request, response, case, language)
        return _correct(request, response, case, language)


@public_door(Door.LOOP)
def loop_privacy(request: PublicRequest, pk: int) -> HttpResponse:
    """How the answer is used."""
    response, _case = answer_behind(pk)
    return privacy_page(request, response.content, response.language, request.path.removesuffix("/privacy"))


def answer_behind(pk: int) -> tuple[Response, Case | None]:
    """The answer behind the link and its case; Ended for an erased person and 90 days after the last activity."""
    rows = Response.objects.select_related("survey__touchpoint", "version", "customer", "invitation", "collector")
    response = rows.filter(pk=pk).first()
    if response is None:
        raise Http404
    is_visit = response.collector_id is not None
    if not is_visit and (response.customer is None or response.customer.erased_at):
        raise Ended(_("What we knew about you was erased, as was asked for."))
    case = Case.objects.filter(response=response).select_related("assignee__user", "team").first()
    if open_until(response, case) < timezone.now():
        raise Ended(_("It was open for 90 days after the last message."))
    return response, case


def _page(
    request: PublicRequest,
    response: Response,
    case: Case | None,
    language: str,
    *,
    status: int = 200,
    correction: AnswerForm | None = None,
    **context: Any,
) -> HttpResponse:
    data = {
        **correction_context(response, language, None, correction),
        "said": response,
        "case": case,
        "standing": standing(response, case),
        "open_until": open_until(response, case),
        "verdicts": verdict_names(),
        "chosen": _chosen(request),
        "done": request.GET.get("done", ""),
        "spoken": response.content.languages,
        "action": request.path,
        "privacy_url": f"{request.path}/privacy",
        "loop_url": request.path,
    }
    return public_page(request, "public/loop.html", data | context, status=status, language=language)


def _chosen(request: PublicRequest) -> str:
    """The word that a tap in the mail chose; it counts once it is said here."""
    chosen = request.GET.get("solved", "")
    return chosen if chosen in VERDICTS else ""


def _judge(request: PublicRequest, response: Response, case: Case | None, language: str) -> HttpResponse:
    form = VerdictForm(request.POST)
    if case is None or not form.is_valid():
        return _page(request, response, case, language, status=UNPROCESSABLE)
    customer_verdict(case, verdict=form.cleaned_data["verdict"])
    return _back(request, "verdict", response, language)


def _rate(request: PublicRequest, response: Response, case: Case | None, language: str) -> HttpResponse:
    form = HandlingForm(request.POST)
    if case is None or not form.is_valid():
        return _page(request, response, case, language, status=UNPROCESSABLE, rating=form)
    customer_handling(case, score=form.cleaned_data["handling"], text=form.cleaned_data["why"])
    return _back(request, "handling", response, language)


def _write(request: PublicRequest, response: Response, case: Case | None, language: str) -> HttpResponse:
    form = WordsForm(request.POST)
    if case is None or not form.is_valid():
        return _page(request, response, case, language, status=UNPROCESSABLE, words=form)
    customer_reply(case, text=form.cleaned_data["text"])
    return _back(request, "message", response, language)


def _correct(request: PublicRequest, response: Response, case: Case | None, language: str) -> HttpResponse:
    whole = WholeForm(request.POST, response.content) if is_whole(request.POST) else None
    form = whole or AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, response, case, language, status=UNPROCESSABLE, correction=form)
    said, told = form.cleaned_data, whole.said_beside(response) if whole else None
    try:
        correct_response(
            response, score=said["score"], comment=said["comment"], wants_contact=form.wants_contact(), answers=told
        )
    except CorrectionClosed:
        return _page(request, response, case, language, status=CONFLICT, too_late=True)
    more = page_of_more(response)
    address = address_of_more(more, response.content, response, language) if more and told is not None else ""
    if address:
        return HttpResponseRedirect(address, status=HTTP_SEE_OTHER)
    return _back(request, "answer", response, language)


def _back(request: PublicRequest, done: str, response: Response, language: str) -> HttpResponse:
    """To the page itself, which says what arrived, in the language it was sent in."""
    suffix = f"&language={language}" if language != response.language else ""
    return HttpResponseRedirect(f"{request.path}?done={done}{suffix}", status=HTTP_SEE_OTHER)


@public_door(Door.FORWARD, methods=("GET", "HEAD", "POST"))
def guest_page(request: PublicRequest, pk: int) -> HttpResponse:
    """A case shown to somebody outside, without the fields that were hidden, and a box for their answer."""
    forward = _forward(pk)
    if request.method != "POST":
        if request.method == "GET":
            note_view(forward)
        return _guest(request, forward)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _guest(request, forward, form, status=UNPROCESSABLE)
    try:
        guest_answer(forward, text=form.cleaned_data["text"])
    except LinkClosed as closed:
        raise Ended(str(closed.message)) from closed
    return HttpResponseRedirect(f"{request.path}?done=message", status=HTTP_SEE_OTHER)


def _forward(pk: int) -> Forward:
    rows = Forward.objects.select_related(
        "case__customer", "case__account", "case__response__touchpoint", "case__response__survey", "created_by__user"
    )
    forward = rows.filter(pk=pk).first()
    if forward is None:
        raise Http404
    if not forward.is_open:
        raise Ended(str(LinkClosed.message))
    return forward


def _guest(
    request: PublicRequest, forward: Forward, form: WordsForm | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"words": form, "done": request.GET.get("done", ""), "action": request.path}
    return public_page(request, "public/guest.html", guest_context(forward) | context, status=status)
