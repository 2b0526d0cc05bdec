"""The page a customer answers on. GET and HEAD never write; one POST with a score confirms."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.lib.nps import class_of
from nps_platform.lib.signing import BadToken, Door, read_token
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import Ended, PublicRequest, public_door, public_page, speaking
from nps_platform.tenancy.scope import entered
from responses.actions import CorrectionClosed, record_response
from responses.answers import brought_up
from responses.models import Response
from responses.public_forms import AnswerForm, WholeForm, is_whole, read_answer
from responses.public_pages import (
    address_of_more,
    ask_more,
    chosen_score,
    more_page,
    privacy_page,
    question_page,
    spoken_by,
    try_out_thanks,
    waiting_for,
)
from responses.recording import record_at_once
from responses.survey_page import FIELD, page_language
from responses.thanks_page import thanks_context
from surveys.models import Invitation, Survey

HTTP_SEE_OTHER = 303
UNPROCESSABLE = 422
CONFLICT = 409


def _record_at_once(request: HttpRequest, token: str) -> HttpResponse | None:
    """Nearly every POST is a valid first answer: a test, a correction and whatever else there is go the long way."""
    if request.method != "POST":
        return None
    try:
        opened = read_token(Door.SURVEY, token)
    except BadToken:
        return None
    said = None if is_whole(request.POST) else read_answer(request.POST)
    if said is None:
        return None
    with entered(Organization.known_by_id(opened.organization_id)):
        first = record_at_once(opened.id, **said)
    return _to_thanks(token, first.language, first.asked_in) if first else None


@public_door(Door.SURVEY, Door.TEST_SURVEY, methods=("GET", "HEAD", "POST"), at_once=_record_at_once)
def answer(request: PublicRequest, pk: int) -> HttpResponse:
    """The question; once answered, the thank-you page with its correction."""
    if request.door == Door.TEST_SURVEY:
        return _try_out(request, _survey(pk))
    invitation = open_invitation(pk)
    response = answer_to(invitation)
    if request.method == "POST":
        return _record(request, invitation, response)
    return _thanks(request, invitation, response) if response else _ask(request, invitation)


@public_door(Door.SURVEY, methods=("GET", "HEAD", "POST"))
def more(request: PublicRequest, pk: int) -> HttpResponse:
    """What the first answers brought up. A POST adds to the answer; nothing left to ask leads to the thanks."""
    invitation = open_invitation(pk)
    response = answer_to(invitation)
    if response is None:
        return HttpResponseRedirect(reverse("survey_page", args=[invitation.token]))
    language = page_language(invitation.content, spoken_by(request), response.language, invitation.language)
    questions = waiting_for(request, invitation.content, response)
    if not questions:
        return _to_thanks(invitation.token, language, invitation.language)
    page = ask_more(request, response, questions, language)
    if page:
        return page
    return _onwards(invitation, response, language, shown=[question.key for question in questions])


@public_door(Door.SURVEY)
def thanks(request: PublicRequest, pk: int) -> HttpResponse:
    """Where the answer leads to."""
    invitation = open_invitation(pk)
    response = answer_to(invitation)
    if response is None:
        return HttpResponseRedirect(reverse("survey_page", args=[invitation.token]))
    return _thanks(request, invitation, response)


@public_door(Door.SURVEY, Door.TEST_SURVEY)
def privacy(request: PublicRequest, pk: int) -> HttpResponse:
    """How the answer is used."""
    back = request.path.removesuffix("/privacy")
    if request.door == Door.TEST_SURVEY:
        return privacy_page(request, _survey(pk).draft_content, request.organization.language, back)
    invitation = open_invitation(pk)
    return privacy_page(request, invitation.content, invitation.language, back)


def _survey(pk: int) -> Survey:
    survey = Survey.objects.filter(pk=pk).first()
    if survey is None:
        raise Http404
    return survey


def open_invitation(pk: int) -> Invitation:
    """The invitation behind a token, with what its pages read."""
    rows = Invitation.objects.select_related("survey", "version", "customer")
    invitation = get_object_or_404(rows.exclude(state=Invitation.State.SKIPPED), pk=pk)
    if invitation.customer.erased_at:
        raise Ended(_("What we knew about you was erased, as was asked for."))
    return invitation


def answer_to(invitation: Invitation) -> Response | None:
    """The answer, if there is one; without, the invitation must still be open."""
    if invitation.answered_at:
        return Response.objects.select_related("survey", "version").filter(invitation=invitation).first()
    over = invitation.expires_at is not None and invitation.expires_at <= timezone.now()
    if over or invitation.state == Invitation.State.CLOSED:
        raise Ended(_("This survey takes no more answers. Thank you for wanting to give one."))
    return None


def _record(request: PublicRequest, invitation: Invitation, response: Response | None) -> HttpResponse:
    whole = WholeForm(request.POST, invitation.content) if is_whole(request.POST) else None
    form = whole or AnswerForm(request.POST)
    if not form.is_valid():
        page = _thanks(request, invitation, response, form) if response else _ask(request, invitation, form)
        page.status_code = UNPROCESSABLE
        return page
    said = form.answer()
    said["language"] = page_language(invitation.content, said["language"], invitation.language)
    try:
        told = whole.said_beside(response) if whole and response else whole.said() if whole else None
        recorded, _new = record_response(invitation, **said, answers=told)
    except CorrectionClosed:
        closed = Response.objects.get(invitation=invitation)
        page = _thanks(request, invitation, closed, too_late=True)
        page.status_code = CONFLICT
        return page
    return _onwards(invitation, recorded, said["language"])


def _onwards(
    invitation: Invitation, response: Response, language: str, shown: list[str] | tuple[()] = ()
) -> HttpResponse:
    """To what the answers bring up beyond `shown`, else to the thanks."""
    more = reverse("survey_more", args=[invitation.token])
    address = address_of_more(more, invitation.content, response, language, shown)
    if not address:
        return _to_thanks(invitation.token, language, invitation.language)
    return HttpResponseRedirect(address, status=HTTP_SEE_OTHER)


def _to_thanks(token: str, language: str, asked_in: str) -> HttpResponse:
    suffix = f"?language={language}" if language != asked_in else ""
    return HttpResponseRedirect(reverse("survey_thanks", args=[token]) + suffix, status=HTTP_SEE_OTHER)


def _ask(request: PublicRequest, invitation: Invitation, form: AnswerForm | None = None) -> HttpResponse:
    return question_page(request, invitation.content, invitation.language, form, keeps_partial=True)


def _thanks(
    request: PublicRequest,
    invitation: Invitation,
    response: Response,
    form: AnswerForm | None = None,
    *,
    too_late: bool = False,
) -> HttpResponse:
    content = response.content
    language = page_language(content, spoken_by(request), response.language, invitation.language)
    with speaking(request.organization, language):
        context = thanks_context(invitation, response, content, language, chosen_score(request, form), form)
        return public_page(request, "public/thanks.html", {**context, "too_late": too_late}, language=language)


def _try_out(request: PublicRequest, survey: Survey) -> HttpResponse:
    """A test that somebody sent themselves: the same pages, nothing is kept."""
    content = survey.draft_content
    form = WholeForm(request.POST, content) if request.method == "POST" else None
    if form is None or not form.is_valid():
        page = question_page(request, content, request.organization.language, form, test=True)
        page.status_code = UNPROCESSABLE if form else page.status_code
        return page
    score = form.cleaned_data["score"]
    said = {one.key: one.chosen for one in form.said()}
    waiting = brought_up(content, class_of(score), said)
    if not waiting or "tried" in request.POST:
        return try_out_thanks(request, survey, score, form.cleaned_data["comment"])
    language = page_language(content, spoken_by(request), request.organization.language)
    kept = [(name, value) for name in request.POST for value in request.POST.getlist(name) if _is_kept(name)]
    return more_page(request, waiting, language, test=True, kept=[*kept, ("tried", "1")])


def _is_kept(name: str) -> bool:
    return name.startswith(FIELD) or name in ("score", "comment")
