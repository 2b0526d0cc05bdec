"""What a survey starts with: the template of its kind in each language, and what a language that is added brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization
from surveys.authoring.content import (
    CLASSES,
    NPS_KEY,
    Condition,
    Content,
    MailTexts,
    NextStep,
    Question,
    QuestionKind,
    Texts,
    ThanksPage,
)
from surveys.authoring.wording import has_own_words, mail_texts, question_text, wording
from surveys.models import Survey, SurveyKind

UNHAPPY = (NpsClass.DETRACTOR.value, NpsClass.PASSIVE.value)


@dataclass(frozen=True)
class Place:
    """What a survey asks about."""

    kind: str
    subject: str
    stage: str = ""
    touchpoint: str = ""

    @classmethod
    def of(cls, survey: Survey, subject: str) -> Place:
        stage, touchpoint = survey.stage, survey.touchpoint
        return cls(survey.kind, subject, stage.name if stage else "", touchpoint.name if touchpoint else "")

    @property
    def names(self) -> dict[str, str]:
        return {"subject": self.subject, "stage": self.stage, "touchpoint": self.touchpoint}

    @property
    def is_employee(self) -> bool:
        return self.kind == SurveyKind.EMPLOYEE


def template(place: Place, languages: Sequence[str]) -> Content:
    """Score, a follow-up and a thank-you page for each class, consent and mail; without words where we have none ourselves."""
    own = [language for language in languages if has_own_words(language)]
    return Content(
        languages=tuple(languages),
        subject=place.subject,
        questions=tuple(_questions(place, own)),
        thanks=tuple(_thanks(place, c, own) for c in CLASSES),
        mail={
            language: mail_texts(place.kind, language, current_organization(), **place.names)
            if language in own
            else MailTexts()
            for language in languages
        },
    )


def with_languages(content: Content, place: Place, languages: Sequence[str]) -> Content:
    """`content` in `languages`: what is new starts with the template's texts, what was there before keeps its own."""
    fresh = template(place, languages)
    by_key = {question.key: question.texts for question in fresh.questions}
    pages = {page.nps_class: page.texts for page in fresh.thanks}
    return replace(
        content,
        languages=tuple(languages),
        questions=tuple(replace(q, texts=by_key.get(q.key, {}) | q.texts) for q in content.questions),
        thanks=tuple(replace(p, texts=pages.get(p.nps_class, {}) | p.texts) for p in content.thanks),
        mail=fresh.mail | content.mail,
    )


def contact_question(languages: Sequence[str], organization: Organization) -> Question:
    """The consent to be contacted, asked of those who are not happy."""
    texts = {one: dict(wording(one, organization)["contact"]) for one in languages if has_own_words(one)}
    return Question("contact", QuestionKind.CONTACT.value, texts, shown=Condition(classes=UNHAPPY))


def _questions(place: Place, own: Sequence[str]) -> list[Question]:
    organization = current_organization()
    nps: Texts = {
        language: {"text": question_text(place.kind, language, organization, **place.names), "help": ""}
        | {end: wording(language, organization)["scale"][end] for end in ("low", "high")}
        for language in own
    }
    questions = [Question(NPS_KEY, QuestionKind.NPS.value, nps, required=True)]
    for c in CLASSES:
        said = {language: dict(_told(place, language)["follow_up"][c]) for language in own}
        questions.append(Question(f"why-{c.value}", QuestionKind.TEXT.value, said, shown=Condition(classes=(c.value,))))
    return questions if place.is_employee else [*questions, contact_question(own, organization)]


def _thanks(place: Place, nps_class: NpsClass, own: Sequence[str]) -> ThanksPage:
    promised = nps_class == NpsClass.DETRACTOR and not place.is_employee
    step = NextStep.CONTACT.value if promised else ""
    return ThanksPage(nps_class.value, step=step, texts={one: _thanks_words(place, nps_class, one) for one in own})


def _thanks_words(place: Place, nps_class: NpsClass, language: str) -> dict[str, str]:
    told = _told(place, language)["thanks"]
    return dict(told if place.is_employee else told[nps_class])


def _told(place: Place, language: str) -> dict:
    """The texts of follow-ups and thanks: employees are asked in other words."""
    words = wording(language, current_organization())
    employee: dict = words["employee"]
    return employee if place.is_employee else words
