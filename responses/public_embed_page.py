"""What the question on a website says, in one language: what it asks, and its thanks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.lib.languages import direction
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import brand_colours, speaking
from nps_platform.tenancy.templatetags.circulo import when
from responses.models import Response
from responses.sent_answers import SentAnswer, shown_version
from responses.survey_page import page_language, survey_page
from responses.thanks_page import thanks_for
from responses.walked import way_through, words_of
from surveys.authoring.content import Content, NextStep, Question, content_for
from surveys.models import Collector


def embed_data(collector: Collector, organization: Organization, asked: str, *, knows: bool) -> dict[str, Any]:
    """Everything that templates/public/_embed.js draws before the thanks. `knows`: whether we know who is there, and how to
    reach them."""
    content = content_for(collector.survey)
    plain = asked.lower()
    language = page_language(content, collector.language, plain, plain.partition("-")[0], organization.language)
    with speaking(organization, language):
        page, way = survey_page(content, language, None, extras=False), way_through(content)
        texts = {question.key: _texts(question, language) for question in content.questions}
        return {
            **way,
            "questions": {one["key"]: {**one, **texts[one["key"]]} for one in way["questions"]},
            "version": shown_version(collector),
            "language": language,
            "direction": direction(language),
            "colours": brand_colours(organization.brand_colour),
            "score": {"text": page.question, "low": page.low, "high": page.high},
            "knows": knows,
            "words": _words(organization, content, knows=knows),
        }


def _texts(question: Question, language: str) -> dict[str, Any]:
    """With what can be chosen as pairs of value and text."""
    words = words_of(question, language)
    options = words.pop("options")
    return {**words, "values": [(value, options.get(value, value)) for value in question.values]}


def _words(organization: Organization, content: Content, *, knows: bool) -> dict[str, str]:
    left = _("It carries a name only where one was left here.") if content.contact else _("It carries no name.")
    return {
        "from": organization.programme,
        "asks": _("%(company)s asks for your opinion.") % {"company": organization.name},
        "optional": _("(optional)"),
        "next": pgettext("to the question after", "Next"),
        "back": pgettext("to the page before", "Back"),
        "send": _("Send"),
        "close": _("Close"),
        "missing": _("An answer is missing here."),
        "reach": _("E-mail or telephone"),
        "unreachable": _("Write an e-mail address or a telephone number."),
        "failed": _("It could not be sent. Please try again."),
        "usage": _("How we use your answer"),
        "used": " ".join(
            [
                _("People who work at %(company)s read the score and the words, to act on them and to improve.")
                % {"company": organization.name},
                _("It carries your name: this website knows who you are.") if knows else left,
                _("It is not published and not sold."),
            ]
        ),
    }


def embed_thanks(response: Response, organization: Organization, language: str) -> dict[str, Any]:
    """The thank-you page in few words: `lines`, a `code` to give away, `links` to leave by."""
    with speaking(organization, language):
        thanks, promise = thanks_for(response, response.content, language)
        lines, links, code = [thanks.body], [], ""
        if thanks.step == NextStep.REFERRAL and thanks.code:
            lines, code = [*lines, thanks.step_text], thanks.code
        if thanks.step == NextStep.OFFER and thanks.url:
            lines, links = [*lines, thanks.step_text], [(thanks.url, thanks.label)]
        if promise:
            told = {"company": organization.name, "deadline": when(promise)}
            lines.append(_("A person from %(company)s gets in touch about it, by %(deadline)s at the latest.") % told)
        if thanks.review_url:
            lines.append(_("Whatever your score, your experience helps others:"))
            links.append((thanks.review_url, _("write a public review")))
        return {"title": thanks.title, "lines": [line for line in lines if line], "code": code, "links": links}


def as_if_recorded(sent: SentAnswer, collector: Collector) -> Response:
    """The answer of a trial: like any, and never saved."""
    said = Response(
        survey=collector.survey, score=sent.score, nps_class=class_of(sent.score), answered_at=timezone.now()
    )
    said.organization, said.collector, said.wants_contact = collector.organization, collector, sent.wants_contact
    said.visitor_address = sent.visitor.address
    return said
