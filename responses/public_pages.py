"""The pages around an answer that more than one door shows: the question, a trial's thanks, how answers are used."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone, translation

from nps_platform.lib.nps import class_of
from nps_platform.tenancy.public_door import PublicRequest, public_page
from responses.actions import CORRECTION_DAYS
from responses.models import Response
from responses.public_forms import AnswerForm
from responses.survey_page import page_language, survey_page
from responses.thanks_page import thanks_context
from surveys.models import Survey


def question_page(
    request: PublicRequest,
    survey: Survey,
    own_language: str,
    form: AnswerForm | None = None,
    *,
    preview: bool = False,
    **context: Any,
) -> HttpResponse:
    """Draw the question for an invitation, a test or the editor's preview."""
    score = chosen_score(request, form)
    language = page_language(survey, spoken_by(request), own_language)
    with translation.override(language):
        page = survey_page(survey, language, score)
        data = {
            "page": page,
            "spoken": [] if preview else survey.languages,
            "preview": preview,
            "form": form,
            "comment": form["comment"].value() if form else "",
            "contact": bool(form and form["contact"].value()),
            "from_mail": request.method != "POST" and score is not None,
            "score": score,
            "action": request.path,
            "privacy_url": "" if preview else f"{request.path}/privacy",
        }
        return public_page(request, "public/survey.html", data | context, framed=preview)


def spoken_by(request: PublicRequest) -> str | None:
    """The language that the address or the form asks for."""
    return request.POST.get("language") or request.GET.get("language")


def chosen_score(request: PublicRequest, form: AnswerForm | None = None) -> int | None:
    """The valid score that is to be ticked: what was just sent, else what the mail's link chose."""
    given = form["score"].value() if form else request.GET.get("score")
    return int(given) if given in {str(n) for n in range(11)} else None


def try_out_thanks(
    request: PublicRequest, survey: Survey, score: int, comment: str, *, framed: bool = False
) -> HttpResponse:
    """The thank-you page of a class, as it would look; `framed` in the editor's preview."""
    language = page_language(survey, spoken_by(request), request.organization.language)
    said = Response(survey=survey, score=score, nps_class=class_of(score), comment=comment, answered_at=timezone.now())
    said.organization = request.organization
    with translation.override(language):
        context = thanks_context(None, said, language, None, None)
        spoken = [] if framed else survey.languages
        return public_page(
            request, "public/thanks.html", {**context, "test": not framed, "spoken": spoken}, framed=framed
        )


def privacy_page(request: PublicRequest, survey: Survey, own_language: str, back: str) -> HttpResponse:
    """How the answer is used, with the way back."""
    language = page_language(survey, spoken_by(request), own_language)
    context = {"back": back, "spoken": survey.languages, "language": language, "days": CORRECTION_DAYS}
    with translation.override(language):
        return public_page(request, "public/privacy.html", context)
