"""The page a customer answers on. GET and HEAD never write; one POST with a score confirms."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from nps_platform.lib.signing import BadToken, Door, read_token
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import Ended, PublicRequest, public_door, public_page
from nps_platform.tenancy.scope import entered
from responses.actions import CorrectionClosed, record_response
from responses.models import Response
from responses.public_forms import AnswerForm
from responses.public_pages import chosen_score, privacy_page, question_page, spoken_by, try_out_thanks
from responses.recording import record_at_once
from responses.survey_page import page_language
from responses.thanks_page import thanks_context
from surveys.models import Invitation, Survey

HTTP_SEE_OTHER = 303
UNPROCESSABLE = 422
CONFLICT = 409


@csrf_exempt
def answer(request: HttpRequest, token: str) -> HttpResponseBase:
    """The survey's page. A first answer is recorded at once; the door decides about everything else."""
    recorded = _record_at_once(request, token) if request.method == "POST" else None
    return recorded or answer_page(request, token=token)


def _record_at_once(request: HttpRequest, token: str) -> HttpResponse | None:
    form = AnswerForm(request.POST)
    try:
        opened = read_token(Door.SURVEY, token)
    except BadToken:
        return None
    if not form.is_valid():
        return None
    with entered(Organization.known_by_id(opened.organization_id)):
        first = record_at_once(opened.id, **form.answer())
    return _to_thanks(token, first.language, first.asked_in) if first else None


@public_door(Door.SURVEY, Door.TEST_SURVEY, methods=("GET", "HEAD", "POST"))
def answer_page(request: PublicRequest, pk: int) -> HttpResponse:
    """The question; once answered, the thank-you page with its correction."""
    if request.door == Door.TEST_SURVEY:
        return _try_out(request, _survey(pk))
    invitation = _invitation(pk)
    response = _answer_to(invitation)
    if request.method == "POST":
        return _record(request, invitation, response)
    return _thanks(request, invitation, response) if response else _ask(request, invitation)


@public_door(Door.SURVEY)
def thanks(request: PublicRequest, pk: int) -> HttpResponse:
    """Where the answer leads to."""
    invitation = _invitation(pk)
    response = _answer_to(invitation)
    if response is None:
        return HttpResponseRedirect(reverse("survey_page", args=[invitation.token]))
    return _thanks(request, invitation, response)


@public_door(Door.SURVEY, Door.TEST_SURVEY)
def privacy(request: PublicRequest, pk: int) -> HttpResponse:
    """How the answer is used."""
    back = request.path.removesuffix("/privacy")
    if request.door == Door.TEST_SURVEY:
        return privacy_page(request, _survey(pk), request.organization.language, back)
    invitation = _invitation(pk)
    return privacy_page(request, invitation.survey, invitation.language, back)


def _survey(pk: int) -> Survey:
    survey = Survey.objects.filter(pk=pk).first()
    if survey is None:
        raise Http404
    return survey


def _invitation(pk: int) -> Invitation:
    """The invitation behind a token, with what its pages read."""
    invitation = Invitation.objects.select_related("survey", "customer").filter(pk=pk).first()
    if invitation is None or invitation.state == Invitation.State.SKIPPED:
        raise Http404
    if invitation.customer.erased_at:
        raise Ended(_("What we knew about you was erased, as was asked for."))
    return invitation


def _answer_to(invitation: Invitation) -> Response | None:
    """The answer, if there is one; without, the invitation must still be open."""
    if invitation.answered_at:
        return Response.objects.filter(invitation=invitation).first()
    over = invitation.expires_at is not None and invitation.expires_at <= timezone.now()
    if over or invitation.state == Invitation.State.CLOSED:
        raise Ended(_("This survey takes no more answers. Thank you for wanting to give one."))
    return None


def _record(request: PublicRequest, invitation: Invitation, response: Response | None) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        page = _thanks(request, invitation, response, form) if response else _ask(request, invitation, form)
        page.status_code = UNPROCESSABLE
        return page
    said = form.answer()
    said["language"] = page_language(invitation.survey, said["language"], invitation.language)
    try:
        record_response(invitation, **said)
    except CorrectionClosed:
        page = _thanks(request, invitation, Response.objects.get(invitation=invitation), too_late=True)
        page.status_code = CONFLICT
        return page
    return _to_thanks(invitation.token, said["language"], invitation.language)


def _to_thanks(token: str, language: str, asked_in: str) -> HttpResponse:
    suffix = f"?language={language}" if language != asked_in else ""
    return HttpResponseRedirect(reverse("survey_thanks", args=[token]) + suffix, status=HTTP_SEE_OTHER)


def _ask(request: PublicRequest, invitation: Invitation, form: AnswerForm | None = None) -> HttpResponse:
    return question_page(request, invitation.survey, invitation.language, form)


def _thanks(
    request: PublicRequest,
    invitation: Invitation,
    response: Response,
    form: AnswerForm | None = None,
    *,
    too_late: bool = False,
) -> HttpResponse:
    language = page_language(invitation.survey, spoken_by(request), response.language, invitation.language)
    with translation.override(language):
        context = thanks_context(invitation, response, language, chosen_score(request, form), form)
        return public_page(request, "public/thanks.html", {**context, "too_late": too_late})


def _try_out(request: PublicRequest, survey: Survey) -> HttpResponse:
    """A test that somebody sent themselves: the same pages, nothing is kept."""
    form = AnswerForm(request.POST) if request.method == "POST" else None
    if form is None or not form.is_valid():
        page = question_page(request, survey, request.organization.language, form, test=True)
        page.status_code = UNPROCESSABLE if form else page.status_code
        return page
    return try_out_thanks(request, survey, form.cleaned_data["score"], form.cleaned_data["comment"])
