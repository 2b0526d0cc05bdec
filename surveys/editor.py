"""What the survey editor shows: the parts of a survey, the languages, what is missing where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.models import Language
from surveys.forms import SettingsForm
from surveys.models import Question, Survey
from surveys.readiness import Problem, problems
from surveys.text_forms import MailForm, QuestionTextForm, ThanksForm

SCORES = {NpsClass.PROMOTER: 9, NpsClass.PASSIVE: 7, NpsClass.DETRACTOR: 2}
SETTINGS, THANKS, MAIL, FIRST = "settings", "thanks", "mail", "nps"


@dataclass(frozen=True)
class Part:
    """A line of the outline."""

    key: str
    number: str
    title: str
    note: str
    url: str
    current: bool
    missing: list[str]
    nps_class: str = ""


@dataclass(frozen=True)
class Tab:
    """A language and how complete it is."""

    code: str
    name: str
    url: str
    current: bool
    missing: int


@dataclass(frozen=True)
class Placed:
    """A problem and where to mend it."""

    problem: Problem
    url: str


class Editor:
    """One part of a survey in one language, with everything around it."""

    def __init__(
        self, survey: Survey, *, slug: str, home: str, part: str = "", language: str = "", score: str = ""
    ) -> None:
        self.survey = survey
        self._slug = slug
        self._home = home if home in survey.languages else next(iter(survey.languages), Language.EN.value)
        self.questions = list(survey.questions.all())
        self._by_key = {question.key: question for question in self.questions}
        known = {*self._by_key, THANKS, MAIL, SETTINGS}
        self.part = part if part in known else FIRST
        self.language = language if language in survey.languages else self._home
        self.score = int(score) if score in {"2", "7", "9"} else self._score_of_part()
        self.problems = problems(survey)

    @property
    def is_draft(self) -> bool:
        return self.survey.state == Survey.State.DRAFT

    @property
    def question(self) -> Question | None:
        return self._by_key.get(self.part)

    @property
    def original_language(self) -> str:
        """The organisation's own language, shown beside the others; empty while editing it."""
        return self._home if self._home != self.language and self.part != SETTINGS else ""

    def url(self, **changes: str) -> str:
        """This page with another part, language or score."""
        told = {"part": self.part, "language": self.language} | changes
        return f"{reverse('survey', args=[self._slug, self.survey.pk])}?{urlencode(told)}"

    @property
    def preview_url(self) -> str:
        told = {"language": self.language, "score": str(self.score)} | (
            {"page": "thanks"} if self.part == THANKS else {}
        )
        return f"{reverse('survey_preview', args=[self._slug, self.survey.pk])}?{urlencode(told)}"

    @property
    def mail_url(self) -> str:
        return f"{reverse('survey_mail', args=[self._slug, self.survey.pk])}?{urlencode({'language': self.language})}"

    def scores(self) -> list[tuple[str, int, str, bool]]:
        """Class, score, address, chosen: the switch above the preview."""
        return [(c.value, n, self.url(score=str(n)), n == self.score) for c, n in SCORES.items()]

    def form(self, data: Any = None) -> forms.Form:
        """The form of this part."""
        form = self._form(data)
        if not self.is_draft:
            for field in form.fields.values():
                field.disabled = True
        return form

    def _form(self, data: Any) -> forms.Form:
        if self.part == SETTINGS:
            return SettingsForm(data, kind=self.survey.kind, initial=_facts(self.survey))
        if self.part == THANKS:
            return ThanksForm(data, pages=list(self.survey.thanks.all()), language=self.language)
        if self.part == MAIL:
            return MailForm(data, survey=self.survey, language=self.language)
        return QuestionTextForm(data, question=self._by_key[self.part], language=self.language)

    def original(self) -> dict[str, str]:
        """The texts of this part in the survey's first language, by field."""
        language = self.original_language
        if not language:
            return {}
        if self.part == THANKS:
            pages = self.survey.thanks.all()
            return {f"{p.nps_class}_{name}": text for p in pages for name, text in p.texts.get(language, {}).items()}
        texts = self.survey.mail_texts if self.part == MAIL else self._by_key[self.part].texts
        return texts.get(language, {})

    def rows(self, form: forms.Form) -> list[tuple[forms.BoundField, str, bool]]:
        """Each field of `form`, what the original says, and whether it is missing."""
        original, essential = self.original(), getattr(form, "essential", ())
        return [
            (field, original.get(field.name, ""), field.name in essential and not str(field.value() or "").strip())
            for field in form
        ]

    def tabs(self) -> list[Tab]:
        missing = [problem.language for problem in self.problems]
        names = dict(Language.choices)
        return [
            Tab(code, str(names.get(code, code)), self.url(language=code), code == self.language, missing.count(code))
            for code in self.survey.languages
        ]

    def outline(self) -> list[Part]:
        """Questions in order (a question for one class is indented below its number), then the rest."""
        parts: list[Part] = []
        number = 0
        for question in self.questions:
            single = question.shown_for[0] if len(question.shown_for) == 1 else ""
            if not single or not parts or not parts[-1].nps_class:
                number += 1
                if single:
                    parts.append(Part("", str(number), _("By the score"), _("one of them"), "", False, []))
            parts.append(
                self._part(question.key, str(number), self._title(question), _note(question, self.survey), single)
            )
        return [
            *parts,
            self._part(THANKS, "", _("Thank-you pages"), _("after the answer, one a class")),
            self._part(MAIL, "", _("Mail"), _("subject, opening, signature, reminder")),
            self._part(SETTINGS, "", _("Settings"), _("name, languages, what is recommended")),
        ]

    def _part(self, key: str, number: str, title: str, note: str, nps_class: str = "") -> Part:
        missing = sorted({problem.language for problem in self.problems if problem.part == key})
        return Part(key, number, title, note, self.url(part=key), key == self.part, missing, nps_class)

    def _title(self, question: Question) -> str:
        text: str = question.texts.get(self.language, {}).get("text", "")
        if question.kind == Question.Kind.NPS:
            return _("Recommendation, 0 to 10")
        return text or _("Without text")

    def placed_problems(self) -> list[Placed]:
        return [
            Placed(problem, self.url(part=problem.part, language=problem.language or self.language))
            for problem in self.problems
        ]

    def _score_of_part(self) -> int:
        question = self._by_key.get(self.part)
        classes = question.shown_for if question else []
        return SCORES[NpsClass(classes[0])] if classes else SCORES[NpsClass.PROMOTER]


def _note(question: Question, survey: Survey) -> str:
    if question.kind == Question.Kind.NPS:
        return _("score, required")
    if question.kind == Question.Kind.CONTACT:
        return _("consent, detractors and passives") if survey.ask_contact else _("not asked")
    return _("text, optional")


def _facts(survey: Survey) -> dict[str, Any]:
    return {
        "name": survey.name,
        "stage": survey.stage,
        "touchpoint": survey.touchpoint,
        "subject_name": survey.subject_name,
        "languages": survey.languages,
        "ask_contact": survey.ask_contact,
    }
