"""The page a customer answers on. GET and HEAD never write; one POST with a score confirms."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nps_platform.lib.signing import Door
from nps_platform.tenancy.public_door import Ended, PublicRequest, public_door, public_page
from responses.actions import CorrectionClosed, record_response
from responses.models import Response
from responses.public_forms import AnswerForm
from responses.public_pages import chosen_score, privacy_page, question_page, spoken_by, try_out_thanks
from responses.survey_page import page_language
from responses.thanks_page import thanks_context
from surveys.models import Invitation, Survey

HTTP_SEE_OTHER = 303
UNPROCESSABLE = 422
CONFLICT = 409


@public_door(Door.SURVEY, Door.TEST_SURVEY, methods=("GET", "HEAD", "POST"))
def answer(request: PublicRequest, pk: int) -> HttpResponse:
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
    said = form.cleaned_data
    language = page_language(invitation.survey, said["language"], invitation.language)
    try:
        record_response(
            invitation,
            score=said["score"],
            comment=said["comment"],
            wants_contact=form.wants_contact(),
            language=language,
        )
    except CorrectionClosed:
        page = _thanks(request, invitation, Response.objects.get(invitation=invitation), too_late=True)
        page.status_code = CONFLICT
        return page
    url = reverse("survey_thanks", args=[invitation.token])
    suffix = f"?language={language}" if language != invitation.language else ""
    return HttpResponseRedirect(url + suffix, status=HTTP_SEE_OTHER)


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
