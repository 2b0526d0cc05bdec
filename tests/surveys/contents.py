"""Surveys made from what they say, live at once, for tests that start behind the editor."""

from __future__ import annotations

from typing import Any

from surveys.authoring.content import Condition, Content, Question, ThanksPage
from surveys.models import Survey, SurveyVersion


def question(key: str, kind: str, text: str = "", **fields: Any) -> Question:
    """In English; `classes` and `after=(question, *answers)` say when it is shown."""
    classes, after = tuple(fields.pop("classes", ())), fields.pop("after", ("",))
    texts = fields.pop("texts", None) or {"en": {"text": text or f"{key}?", "low": "Low", "high": "High"}}
    return Question(key, kind, texts, shown=Condition(classes, after[0], tuple(after[1:])), **fields)


def content(*questions: Question, languages: tuple[str, ...] = ("en",), **fields: Any) -> Content:
    """With the score's question before `questions`, unless they bring one."""
    asked = questions if any(q.kind == "nps" for q in questions) else (question("nps", "nps"), *questions)
    return Content(languages=languages, questions=asked, **fields)


def thanks(nps_class: str, title: str = "", **fields: Any) -> ThanksPage:
    texts = fields.pop("texts", None) or {"en": {"title": title or f"Thanks, {nps_class}"}}
    return ThanksPage(nps_class, texts=texts, **fields)


def live(said: Content, **fields: Any) -> Survey:
    """A published survey whose first version says this."""
    told = {"name": "Relational", "state": Survey.State.PUBLISHED} | fields
    survey: Survey = Survey.objects.create(draft=said.dump(), **told)
    return republished(survey, said)


def republished(survey: Survey, said: Content) -> Survey:
    """The next version, whatever readiness would say."""
    survey.draft = said.dump()
    survey.published = SurveyVersion.objects.create(survey=survey, number=survey.next_number, content=survey.draft)
    survey.save()
    return survey
