"""What a tablet is given once and keeps: the survey in each of its languages, the order of questions for each class, and the
words around them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nps_platform.lib.languages import direction, own_name
from nps_platform.lib.nps import class_of
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.public_door import speaking
from responses.kiosk_staff import staff_words
from responses.sent_answers import shown_version
from responses.survey_page import form_of, survey_page
from surveys.authoring.content import CLASSES, Content, Question, QuestionKind, content_for
from surveys.models import Collector

# The form of the question whose answer is the comment, and of the one for consent.
COMMENT, CONTACT = "comment", "contact"
# Of an idle screen's time, the last seconds are counted aloud.
WARNED = 10


def kiosk_data(collector: Collector, organization: Organization, address: str) -> dict[str, Any]:
    """Everything that templates/public/_kiosk.js draws. The same for the same survey, settings and code, so that a tablet can
    tell whether what it keeps is still right."""
    content = content_for(collector.survey)
    languages = kiosk_languages(collector, content, organization)
    return {
        "address": address,
        "version": shown_version(collector),
        "idle": collector.idle_seconds,
        "warned": min(WARNED, collector.idle_seconds // 2),
        "pin": collector.pin,
        "classes": [class_of(score) for score in range(11)],
        "flows": {nps_class: [q.key for q in _flow(content, nps_class)] for nps_class in CLASSES},
        "questions": [_question(content, question) for question in content.questions],
        "texts": {code: _texts(content, code, organization) for code in languages},
        "staff": staff_words(organization),
        "staff_language": organization.language,
    }


def kiosk_languages(collector: Collector, content: Content, organization: Organization) -> list[str]:
    """What the screen can be had in; it comes back to the first for the next person."""
    spoken = list(content.languages)
    first = next((code for code in (collector.language, organization.language) if code in spoken), None)
    return [first, *(code for code in spoken if code != first)] if first else spoken


def asks_who(content: Content) -> bool:
    """Whether anything on the way asks for a name or an address."""
    return content.contact is not None


def _flow(content: Content, nps_class: str) -> Iterable[Question]:
    """What this class may be asked after the score; those that wait for an answer are decided on the tablet."""
    own = content.comment_for(nps_class)
    shared = {question.key for question in content.comments}
    for question in content.questions:
        if question.kind == QuestionKind.NPS or (question.key in shared and question != own):
            continue
        if question == own or question.shown.for_class(nps_class):
            yield question


def _question(content: Content, question: Question) -> dict[str, Any]:
    is_comment = question.key in {one.key for one in content.comments}
    forms = {QuestionKind.NPS: "score", QuestionKind.CONTACT: CONTACT}
    return {
        "key": question.key,
        "form": COMMENT if is_comment else forms.get(QuestionKind(question.kind)) or form_of(question),
        "required": question.required,
        "after": [question.shown.question, question.shown.answers] if question.shown.waits else None,
        "values": question.values,
    }


def _texts(content: Content, code: str, organization: Organization) -> dict[str, Any]:
    """The survey's own texts in `code`, and ours in the nearest language that has them."""
    with speaking(organization, code):
        first = survey_page(content, code, None, extras=False)
        usual = {q.key: _usual(q) for q in content.questions}
        return {
            "name": own_name(code),
            "direction": direction(code),
            "score": {"text": first.question, "low": first.low, "high": first.high},
            "questions": {q.key: _question_texts(q, code, usual[q.key]) for q in content.questions},
            "thanks": {c: thanks_title(content, c, code) for c in CLASSES},
            "words": _words(organization, content),
        }


def _usual(question: Question) -> str:
    return _("I would like to be contacted") if question.kind == QuestionKind.CONTACT else ""


def _question_texts(question: Question, code: str, usual: str) -> dict[str, Any]:
    return {
        "text": question.text(code) or usual or _("What is the main reason for your score?"),
        "help": question.text(code, "help"),
        "low": question.text(code, "low"),
        "high": question.text(code, "high"),
        "options": {option.key: option.text(code) or option.key for option in question.options},
    }


def thanks_title(content: Content, nps_class: str, code: str) -> str:
    """The heading of the page for everybody of this class: nobody here is known to be in a segment."""
    page = content.page(nps_class)
    return (page.text(code, "title") if page else "") or _("Thank you for your answer")


def _words(organization: Organization, content: Content) -> dict[str, str]:
    """Translators: Spanish here speaks impersonally, neither tú nor usted. %(seconds)s stays as it is."""
    who = _("It carries a name only where one was left here.") if asks_who(content) else _("It carries no name.")
    return {
        "hint": _("Tap a number."),
        "next": pgettext("to the question after", "Next"),
        "send": _("Send"),
        "skip": _("Skip"),
        "back": pgettext("to the page before", "Back"),
        "missing": _("An answer is missing here."),
        "name": _("Name (optional)"),
        "reach": _("E-mail or telephone"),
        "unreachable": _("Write an e-mail address or a telephone number."),
        "no": _("No, thank you"),
        "another": _("Next person"),
        "there": _("Still there?"),
        "over": _("What was begun here is wiped in %(seconds)s s."),
        "stay": _("Go on"),
        "closed": _("No answers are taken here at the moment."),
        "usage": _("How we use your answer"),
        "used": " ".join(
            [
                _("People who work at %(company)s read the score and the words, to act on them and to improve.")
                % {"company": organization.name},
                who,
                _("It is not published and not sold, and nothing of it stays on this device once it was sent."),
            ]
        ),
        "close": _("Close"),
    }
