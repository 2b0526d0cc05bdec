"""The pages around an answer that more than one door shows: the question, what an answer brings up, a trial's thanks, how
answers are used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from nps_platform.lib.nps import class_of
from nps_platform.tenancy.public_door import PublicRequest, public_page, script_from, speaking
from responses.actions import CORRECTION_DAYS, add_answers
from responses.answers import brought_up, said_in
from responses.models import Response
from responses.public_forms import AnswerForm, MoreForm, typed, wrong
from responses.survey_page import FIELD, more_blocks, page_language, survey_page
from responses.thanks_page import thanks_context
from surveys.authoring.content import Content, Question
from surveys.models import Collector, Survey

PARTIAL = "public/_partial.js"
UNPROCESSABLE = 422


def question_page(
    request: PublicRequest,
    content: Content,
    own_language: str,
    form: AnswerForm | None = None,
    *,
    preview: bool = False,
    keeps_partial: bool = False,
    template: str = "public/survey.html",
    **context: Any,
) -> HttpResponse:
    """Draw the question for an invitation, a test or the editor's preview. `keeps_partial`: what is begun and not sent is
    kept as such (`responses/provisional.py`)."""
    score = chosen_score(request, form)
    language = page_language(content, spoken_by(request), own_language)
    with speaking(request.organization, language):
        data = {
            "page": survey_page(content, language, score, holes=preview, values=typed(form), errors=wrong(form)),
            "spoken": [] if preview else content.languages,
            "preview": preview,
            "form": form,
            "first_error": next(iter(form.errors), "") if form else "",
            "comment": form["comment"].value() if form else "",
            "contact": bool(form and form["contact"].value()),
            "from_mail": request.method != "POST" and score is not None,
            "score": score,
            "action": request.path,
            "privacy_url": "" if preview else f"{request.path}/privacy",
        }
        script = script_from(PARTIAL) if keeps_partial else None
        page = data | context
        return public_page(request, template, page, framed=preview, language=language, script=script)


def answered_page(request: PublicRequest, response: Response) -> HttpResponse:
    """The page that `response` was given on, filled in as it stands now, in its language and version: for colleagues, in a frame."""
    content = response.content
    language = page_language(content, response.language)
    rows = list(response.answers.all())
    values = {
        f"{FIELD}{row.key}": [str(row.number)] if row.number is not None else row.choices or [row.text] for row in rows
    }
    keys = {row.key for row in rows}
    again = tuple(question.key for question in content.extras if question.shown.waits and question.key in keys)
    with speaking(request.organization, language):
        page = survey_page(content, language, response.score, values=values, again=again)
        data = {
            "page": page,
            "preview": True,
            "answered": True,
            "comment": response.comment,
            "contact": bool(response.wants_contact),
        }
        return public_page(request, "public/survey.html", data, framed=True, language=language)


def more_page(
    request: PublicRequest,
    questions: Sequence[Question],
    language: str,
    form: forms.Form | None = None,
    *,
    framed: bool = False,
    **context: Any,
) -> HttpResponse:
    """What the first answers brought up; the score is recorded already."""
    with speaking(request.organization, language):
        data = {
            "blocks": more_blocks(questions, language, typed(form), wrong(form)),
            "form": form,
            "first_error": next(iter(form.errors), "") if form else "",
            "language": language,
            "action": request.path,
            "preview": framed,
        }
        return public_page(request, "public/more.html", data | context, framed=framed, language=language)


def waiting_for(request: PublicRequest, content: Content, response: Response) -> list[Question]:
    """What the answers brought up and the address asks for; all of it where the address names nothing."""
    questions = brought_up(content, response.nps_class, said_in(response))
    asked = request.GET.getlist("q")
    return [question for question in questions if question.key in asked] if asked else questions


def address_of_more(page: str, content: Content, response: Response, language: str, shown: Sequence[str] = ()) -> str:
    """Where `page` asks what the answers bring up beyond `shown`; empty where nothing is."""
    branches = any(question.shown.waits for question in content.questions)
    waiting = brought_up(content, response.nps_class, said_in(response)) if branches else []
    fresh = [question.key for question in waiting if question.key not in shown]
    named = "".join(f"&q={key}" for key in fresh) if shown else ""
    return f"{page}?language={language}{named}" if fresh else ""


def page_of_more(response: Response) -> str:
    """Where whoever gave `response` is asked what it brings up; empty where no link leads (tablets, files)."""
    if response.invitation:
        return reverse("survey_more", args=[response.invitation.token])
    by_link = response.collector is not None and response.collector.kind == Collector.Kind.LINK
    return reverse("visit_more", args=[response.loop_token]) if by_link else ""


def ask_more(
    request: PublicRequest, response: Response, questions: Sequence[Question], language: str
) -> HttpResponse | None:
    """The page with `questions`, again where an answer is missing; None once a POST has added them to `response`."""
    if request.method != "POST":
        return more_page(request, questions, language)
    form = MoreForm(request.POST, questions)
    if not form.is_valid():
        page = more_page(request, questions, language, form)
        page.status_code = UNPROCESSABLE
        return page
    add_answers(response, form.said())
    return None


def spoken_by(request: PublicRequest) -> str | None:
    """The language that the address or the form asks for."""
    return request.POST.get("language") or request.GET.get("language")


def chosen_score(request: PublicRequest, form: AnswerForm | None = None) -> int | None:
    """The valid score that is to be ticked: what was just sent, else what the mail's link chose."""
    given = form["score"].value() if form else request.GET.get("score")
    return int(given) if given in {str(n) for n in range(11)} else None


def try_out_thanks(
    request: PublicRequest, survey: Survey, score: int, comment: str, *, framed: bool = False, page: str = ""
) -> HttpResponse:
    """The thank-you page of a class in the draft, as it would look; `framed` in the editor's preview, which names its `page`."""
    content = survey.draft_content
    language = page_language(content, spoken_by(request), request.organization.language)
    said = Response(survey=survey, score=score, nps_class=class_of(score), comment=comment, answered_at=timezone.now())
    said.organization = request.organization
    with speaking(request.organization, language):
        context = thanks_context(None, said, content, language, None, None, page=page)
        spoken: Iterable[str] = [] if framed else content.languages
        data = {**context, "test": not framed, "spoken": spoken}
        return public_page(request, "public/thanks.html", data, framed=framed, language=language)


def privacy_page(
    request: PublicRequest, content: Content, own_language: str, back: str, *, visit: bool = False
) -> HttpResponse:
    """How the answer is used, with the way back; `visit`: by whoever came by, without an invitation."""
    language = page_language(content, spoken_by(request), own_language)
    context = {"back": back, "spoken": content.languages, "language": language, "days": CORRECTION_DAYS, "visit": visit}
    with speaking(request.organization, language):
        return public_page(request, "public/privacy.html", context, language=language)
