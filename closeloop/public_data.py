"""A person's choices, their copy of what is held about them, and their erasure. GET and HEAD never write."""

from __future__ import annotations

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from closeloop.actions.choices import choose
from closeloop.actions.own_data import address_on_record, ask_for_data, erase_as_asked, person_of
from closeloop.data_page import choices_for, masked, shown
from closeloop.models import DataRequest
from closeloop.public_views import CONFLICT, HTTP_SEE_OTHER, UNPROCESSABLE, answer_behind
from closeloop.refusals import AlreadyAsked, LinkClosed
from nps_platform.customers.held import Part, as_data, as_table, held_about
from nps_platform.lib.csvio import write_csv
from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import Ended, PublicRequest, public_door, public_page, speaking
from responses.models import Response
from responses.public_pages import spoken_by
from responses.survey_page import page_language

WRITES = ("GET", "HEAD", "POST")
Kind = DataRequest.Kind


@public_door(Door.LOOP, methods=WRITES)
def loop_choices(request: PublicRequest, pk: int) -> HttpResponse:
    """What they hear from us: each purpose said yes or no to with one button, and back with the same."""
    response, _case = answer_behind(pk)
    language = page_language(response.content, spoken_by(request), response.language)
    with speaking(request.organization, language):
        if request.method != "POST":
            return _choices(request, response, language)
        try:
            choose(response, purpose=request.POST.get("purpose", ""), yes=request.POST.get("wish") == "yes")
        except ValueError:
            return _choices(request, response, language, status=UNPROCESSABLE)
        return HttpResponseRedirect(f"{request.path}?done=1&language={language}", status=HTTP_SEE_OTHER)


def _choices(request: PublicRequest, response: Response, language: str, *, status: int = 200) -> HttpResponse:
    context = {
        "choices": choices_for(response),
        "done": "done" in request.GET,
        "action": request.path,
        "back": request.path.removesuffix("/choices"),
        "language": language,
        "spoken": response.content.languages,
    }
    return public_page(request, "public/choices.html", context, status=status, language=language)


@public_door(Door.LOOP, methods=WRITES)
def loop_data(request: PublicRequest, pk: int) -> HttpResponse:
    """Ask for a copy, or to be erased; the second step goes by mail to the address on record."""
    response, _case = answer_behind(pk)
    language = page_language(response.content, spoken_by(request), response.language)
    with speaking(request.organization, language):
        if request.method != "POST":
            return _data(request, response, language)
        if request.POST.get("kind") not in Kind.values:
            return _data(request, response, language, status=UNPROCESSABLE)
        try:
            ask_for_data(response, kind=request.POST["kind"])
        except AlreadyAsked:
            return _data(request, response, language, too_often=True, status=CONFLICT)
        asked = request.POST["kind"]
        return HttpResponseRedirect(f"{request.path}?done={asked}&language={language}", status=HTTP_SEE_OTHER)


def _data(
    request: PublicRequest, response: Response, language: str, *, too_often: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "address": masked(address_on_record(response)),
        "done": request.GET.get("done", ""),
        "too_often": too_often,
        "action": request.path,
        "back": request.path.removesuffix("/data"),
        "language": language,
        "spoken": response.content.languages,
    }
    return public_page(request, "public/data.html", context, status=status, language=language)


@public_door(Door.DATA, methods=WRITES)
def own_data(request: PublicRequest, pk: int) -> HttpResponse:
    """Where the mail leads: the copy, to read or to take as a file; or the last question before the erasure."""
    asked, response = _asked(pk)
    language = page_language(response.content, spoken_by(request), response.language)
    with speaking(request.organization, language):
        if asked.kind == Kind.COPY:
            return _copy(request, asked, response, language)
        context = {"asked": asked, "action": request.path, "language": language, "done": False}
        if request.method == "POST":
            _erase(asked)
            context["done"] = True
        return public_page(request, "public/erase.html", context, language=language)


def _erase(asked: DataRequest) -> None:
    try:
        erase_as_asked(asked)
    except LinkClosed as closed:
        raise Ended(str(closed.message)) from closed


def _asked(pk: int) -> tuple[DataRequest, Response]:
    asked = DataRequest.objects.filter(pk=pk).first()
    if asked is None:
        raise Http404
    if not asked.is_open:
        raise Ended(_("This link has expired. A new one can be asked for on the page of your answer."))
    response = Response.objects.select_related("survey", "version", "customer").get(pk=asked.response_id)
    person = person_of(response)
    if asked.done_at or (person.customer is None and not person.address):
        raise Ended(_("What we knew about you was erased, as was asked for."))
    return asked, response


def _copy(request: PublicRequest, asked: DataRequest, response: Response, language: str) -> HttpResponse:
    parts = held_about(person_of(response))
    form = request.GET.get("file")
    if form in _FILES:
        return _FILES[form](parts)
    context = {"parts": shown(parts), "asked": asked, "action": request.path, "language": language}
    return public_page(request, "public/copy.html", context, language=language)


def _as_json(parts: list[Part]) -> HttpResponse:
    body = json.dumps(as_data(parts), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return _file(body.encode(), "application/json", "json")


def _as_csv(parts: list[Part]) -> HttpResponse:
    return _file(b"".join(write_csv(as_table(parts))), "text/csv; charset=utf-8", "csv")


def _file(body: bytes, kind: str, ending: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="my-data.{ending}"'}
    return HttpResponse(body, content_type=kind, headers=headers)


_FILES = {"json": _as_json, "csv": _as_csv}
