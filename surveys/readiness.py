"""What keeps a survey from being published: every text in every language, and somewhere to send answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from nps_platform.lib.words import blanks
from nps_platform.tenancy.models import Language
from surveys.models import Question, Survey

MAIL_BLANKS = frozenset({"first_name"})


@dataclass(frozen=True)
class Problem:
    """One thing that is missing or wrong. `part` is the editor's place ("mail", "thanks", a question's key)."""

    part: str
    language: str
    message: str


def problems(survey: Survey) -> list[Problem]:
    """Everything that keeps `survey` from being published; [] when it may go out."""
    if not survey.languages:
        return [Problem("settings", "", _("Choose at least one language."))]
    found = [problem for language in survey.languages for problem in _in_language(survey, language)]
    return found


def _in_language(survey: Survey, language: str) -> list[Problem]:
    found = [
        Problem(question.key, language, _("The question has no text in %(language)s.") % _named(language))
        for question in survey.questions.all()
        if (question.kind != Question.Kind.CONTACT or survey.ask_contact)
        and not question.texts.get(language, {}).get("text", "").strip()
    ]
    found += [
        Problem("thanks", language, _("A thank-you page has no title in %(language)s.") % _named(language))
        for page in survey.thanks.all()
        if not page.texts.get(language, {}).get("title", "").strip()
    ]
    return found + _mail_problems(survey, language)


def _mail_problems(survey: Survey, language: str) -> list[Problem]:
    texts = survey.mail_texts.get(language, {})
    labels = {"subject": _("subject"), "intro": _("opening"), "signature": _("signature")}
    found = [
        Problem(
            "mail",
            language,
            _("The mail has no %(field)s in %(language)s.") % {"field": label, **_named(language)},
        )
        for field, label in labels.items()
        if not texts.get(field, "").strip()
    ]
    unknown = sorted({name for text in texts.values() for name in blanks(text)} - MAIL_BLANKS)
    if unknown:
        message = _("The mail speaks of {{%(name)s}}, which we do not know. Only {{first_name}} is filled in.")
        found.append(Problem("mail", language, message % {"name": unknown[0]}))
    return found


def _named(language: str) -> dict[str, str]:
    return {"language": str(dict(Language.choices).get(language, language))}
