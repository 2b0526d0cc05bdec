"""What the thank-you page says: thanks by class and segment, what happens next, what was said, and its correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nps_platform.customers.models import Customer, Segment
from nps_platform.customers.segments import BrokenSegment, customers_in
from responses.actions import correctable_until
from responses.answers import told_in
from responses.models import Answer, Response
from responses.promises import first_contact_by
from responses.public_forms import AnswerForm, typed, wrong
from responses.survey_page import FIELD, SurveyPage, survey_page
from surveys.authoring.content import Content, NextStep, ThanksPage
from surveys.models import Invitation

CUSTOMER, EXAMPLE = "{{customer}}", "0000"


@dataclass(frozen=True)
class Thanks:
    """The page in one language. `code` is the customer's own; `url` and `label` lead to an offer, `review_url` to a review."""

    title: str
    body: str
    step: str = ""
    step_text: str = ""
    code: str = ""
    url: str = ""
    label: str = ""
    review_url: str = ""


def thanks_context(
    invitation: Invitation | None,
    response: Response,
    content: Content,
    language: str,
    newly_chosen: int | None,
    form: AnswerForm | None,
    page: str = "",
) -> dict[str, Any]:
    """The context of public/thanks.html. Without an invitation it is a test: nothing to correct, nothing to follow.

    `page` names the thank-you page to show; without, the first that fits.
    """
    thanks, promise = thanks_for(response, content, language, page)
    context = {
        "said": response,
        "thanks": thanks,
        "promise": promise,
        "spoken": content.languages,
        "page": survey_page(content, language, response.score, extras=False),
    }
    if invitation is None:
        return context
    address = reverse("survey_page", args=[invitation.token])
    return {
        **context,
        **correction_context(response, language, newly_chosen, form),
        "customer": response.customer,
        "loop_url": reverse("loop_page", args=[response.loop_token]),
        "privacy_url": f"{address}/privacy",
        "action": address,
    }


def thanks_for(response: Response, content: Content, language: str, page: str = "") -> tuple[Thanks, datetime | None]:
    """The thank-you page named `page`, without it the first that fits, and by when somebody will be in touch."""
    shown = content.page(page) or fitting_page(content, response.nps_class, response.customer)
    promised = response.wants_contact or (shown is not None and shown.step == NextStep.CONTACT)
    return _thanks(shown, language, response), first_contact_by(response) if promised else None


def visit_thanks_context(response: Response, language: str) -> dict[str, Any]:
    """The same for whoever came by a link that is open to all: corrections and what becomes of it are behind their own link."""
    context = thanks_context(None, response, response.content, language, None, None)
    loop = reverse("loop_page", args=[response.loop_token])
    return {
        **context,
        **correction_context(response, language, None, None),
        "loop_url": loop,
        "privacy_url": f"{loop}/privacy",
        "action": loop,
    }


def fitting_page(content: Content, nps_class: str, customer: Customer | None) -> ThanksPage | None:
    """The first page for this class whose segment the customer is in; a page without a segment is for everybody."""
    for page in sorted(content.thanks, key=lambda page: page.segment is None):
        if page.nps_class == nps_class and (not page.segment or _is_in(customer, page.segment)):
            return page
    return None


def _is_in(customer: Customer | None, segment_id: int) -> bool:
    segment = Segment.objects.filter(pk=segment_id).first() if customer else None
    if customer is None or segment is None:
        return False
    try:
        return customers_in(segment).filter(pk=customer.pk).exists()
    except BrokenSegment:
        return False


def _thanks(page: ThanksPage | None, language: str, response: Response) -> Thanks:
    plain = _("Thank you for your answer")
    if page is None:
        return Thanks(plain, "")
    step, code = page.step, _code(page, response)
    if step == NextStep.REFERRAL and not code:
        step = ""
    return Thanks(
        title=page.text(language, "title") or plain,
        body=page.text(language, "body"),
        step=step,
        step_text=page.text(language, "step"),
        code=code,
        url=page.url,
        label=page.text(language, "label"),
        review_url=page.review_url,
    )


def _code(page: ThanksPage, response: Response) -> str:
    """The referral's code; none where it is made from the customer's number and nobody knows who answered: a code that is
    nobody's could be honoured for nobody. Before anything was answered, an example."""
    customer = response.customer
    if customer is None and CUSTOMER in page.code and (response.pk or response.collector_id):
        return ""
    number = (customer.external_id or str(customer.pk)) if customer else EXAMPLE
    return page.code.replace(CUSTOMER, number)


def correction_context(
    response: Response, language: str, newly_chosen: int | None, form: AnswerForm | None
) -> dict[str, Any]:
    """What public/_correction.html draws: `correction` is "open", "after_contact" or "" where it is too late."""
    until = correctable_until(response)
    in_time = "open" if timezone.now() <= until else ""
    score = newly_chosen if newly_chosen is not None else response.score
    kept_words = "" if response.contacted_at else response.comment
    correction = "after_contact" if response.contacted_at else in_time
    return {
        "correction": correction,
        "until": until,
        "page": _page_again(response, language, score, form, extras=correction == "open"),
        "form": form,
        "first_error": next(iter(form.errors), "") if form else "",
        "told": told_in(response, language),
        "score": score,
        "comment": form["comment"].value() if form else kept_words,
        "contact": bool(form["contact"].value() if form else response.wants_contact),
        "open": bool(form) or (newly_chosen is not None and newly_chosen != response.score),
    }


def _page_again(response: Response, language: str, score: int, form: AnswerForm | None, *, extras: bool) -> SurveyPage:
    """The questions with what was said to them, or what was just sent; what an answer brought up where it was answered."""
    content, answers = response.content, list(response.answers.all())
    brought = {question.key for question in content.extras if question.shown.waits}
    return survey_page(
        content,
        language,
        score,
        extras=extras,
        values=typed(form) if form else {f"{FIELD}{answer.key}": _sent(answer) for answer in answers},
        errors=wrong(form),
        again=tuple(answer.key for answer in answers if extras and answer.key in brought),
    )


def _sent(answer: Answer) -> list[str]:
    """As the form sends it."""
    if answer.number is not None:
        return [str(answer.number)]
    return answer.choices or [answer.text]
