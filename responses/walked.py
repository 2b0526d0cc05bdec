"""A survey as the scripts of tablets and websites walk through it: what each class is asked in which order, and its words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from nps_platform.lib.nps import class_of
from responses.survey_page import form_of
from surveys.authoring.content import CLASSES, Content, Question, QuestionKind

# The form of the question whose answer is the comment, and of the one for consent.
COMMENT, CONTACT = "comment", "contact"


def way_through(content: Content) -> dict[str, Any]:
    """What is the same in every language. `flows` names what a class may be asked after the score; those that wait for an
    answer (`after`: the earlier question, and the answers that bring it up) are decided where they are asked."""
    return {
        "classes": [class_of(score) for score in range(11)],
        "flows": {nps_class: _flow(content, nps_class) for nps_class in CLASSES},
        "questions": [_question(content, question) for question in content.questions],
    }


def words_of(question: Question, code: str) -> dict[str, Any]:
    """The survey's own words in `code`, else the product's in the language that is spoken."""
    usual = {
        QuestionKind.CONTACT: _("I would like to be contacted"),
        QuestionKind.TEXT: _("What is the main reason for your score?"),
    }.get(QuestionKind(question.kind), "")
    return {
        "text": question.text(code) or usual,
        "help": question.text(code, "help"),
        "low": question.text(code, "low"),
        "high": question.text(code, "high"),
        "options": {option.key: option.text(code) or option.key for option in question.options},
    }


def thanks_title(content: Content, nps_class: str, code: str) -> str:
    """The heading of the page for everybody of this class: nobody here is known to be in a segment."""
    page = content.page(nps_class)
    return (page.text(code, "title") if page else "") or _("Thank you for your answer")


def _flow(content: Content, nps_class: str) -> list[str]:
    own = content.comment_for(nps_class)
    shared = {question.key for question in content.comments}
    return [
        question.key
        for question in content.questions
        if question == own
        or (question.kind != QuestionKind.NPS and question.key not in shared and question.shown.for_class(nps_class))
    ]


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
