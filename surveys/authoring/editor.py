"""What the survey editor shows: the parts of a draft, the languages, what is missing where, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.customers.models import Customer
from nps_platform.lib.languages import direction, own_name
from nps_platform.lib.nps import NpsClass
from surveys.authoring.content import Content, Question, QuestionKind
from surveys.authoring.differences import Difference, condition_words, differences, stays_comparable
from surveys.authoring.drafting import MOST_QUESTIONS, blocks, place_of
from surveys.authoring.length import Length, length_of
from surveys.authoring.question_forms import QuestionForm, kinds_for
from surveys.authoring.readiness import MAIL, SETTINGS, THANKS, Problem, problems
from surveys.authoring.text_forms import MailForm, ThanksForm
from surveys.forms import SettingsForm
from surveys.models import Survey, SurveyKind

SCORES = {NpsClass.PROMOTER: 9, NpsClass.PASSIVE: 7, NpsClass.DETRACTOR: 2}
FIRST = "nps"
PHONE, DESKTOP = "phone", "desktop"


@dataclass(frozen=True)
class Part:
    """A line of the outline."""

    key: str
    title: str
    note: str
    url: str
    current: bool
    problem: str = ""
    nps_class: str = ""


@dataclass(frozen=True)
class Block:
    """Questions that are moved together: one, or the group that shares the comment's box."""

    number: int
    parts: list[Part]
    is_group: bool
    fixed: bool
    first: bool
    last: bool

    @property
    def key(self) -> str:
        return self.parts[0].key

    @property
    def current(self) -> bool:
        return any(part.current for part in self.parts)


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
    """One part of a survey's draft in one language, with everything around it."""

    def __init__(self, survey: Survey, *, slug: str, home: str, asked: dict[str, str]) -> None:
        self.survey, self._slug = survey, slug
        self.content: Content = survey.draft_content
        languages = self.content.languages
        self._home = home if home in languages else next(iter(languages), "en")
        known = {*(question.key for question in self.content.questions), THANKS, SETTINGS}
        if not self.asks_employees:
            known.add(MAIL)
        self.part = asked["part"] if asked["part"] in known else FIRST
        self.language = asked["language"] if asked["language"] in languages else self._home
        self.device = DESKTOP if asked["device"] == DESKTOP else PHONE
        self.which = asked["which"] if self.content.page(asked["which"]) else ""
        self.score = int(asked["score"]) if asked["score"] in {"2", "7", "9"} else self._score_of_part()
        self.problems = problems(survey)

    @property
    def is_editable(self) -> bool:
        return self.survey.state != Survey.State.ARCHIVED

    @property
    def asks_employees(self) -> bool:
        """They answer by their unit's link: nobody mails them, and they are no customers."""
        return self.survey.kind == SurveyKind.EMPLOYEE

    @property
    def question(self) -> Question | None:
        return self.content.question(self.part)

    @property
    def original_language(self) -> str:
        """The organisation's own language, or the survey's first, beside which the others stand; empty while editing it."""
        return self._home if self._home != self.language and self.part != SETTINGS else ""

    @property
    def original_name(self) -> str:
        return own_name(self.original_language)

    @property
    def language_name(self) -> str:
        return own_name(self.language)

    @property
    def readers(self) -> int:
        """Customers who would be asked in the edited language."""
        return Customer.objects.filter(language=self.language, erased_at=None).count()

    @property
    def can_leave_out(self) -> bool:
        """Whether the survey could be published without the edited language alone."""
        others = {problem.language for problem in self.problems} - {self.language}
        return bool(self.original_language and self.holes and not others)

    @property
    def holes(self) -> list[Problem]:
        """What is missing in the edited language."""
        return [problem for problem in self.problems if problem.language == self.language]

    @property
    def part_problems(self) -> list[Problem]:
        """What is wrong with the edited part itself, whatever the language."""
        return [problem for problem in self.problems if problem.part == self.part and not problem.language]

    def url(self, **changes: str) -> str:
        """This page with another part, language, score or device."""
        told = {"part": self.part, "language": self.language} | changes
        if self.device != PHONE:
            told.setdefault("device", self.device)
        return f"{reverse('survey', args=[self._slug, self.survey.pk])}?{urlencode(told)}"

    @property
    def settings_url(self) -> str:
        return self.url(part=SETTINGS)

    @property
    def question_title(self) -> str:
        """The edited question in this language, else in the original's words."""
        question = self.question
        words = [question.text(one) for one in (self.language, *self.content.languages)] if question else []
        return next((text for text in words if text), "") or _("New question")

    @property
    def preview_url(self) -> str:
        told = {"language": self.language, "score": str(self.score)}
        question = self.question
        if self.part == THANKS:
            told |= {"page": "thanks"} | ({"which": self.which} if self.which else {})
        elif question and question.shown.waits:
            told |= {"page": "more", "question": question.key}
        return f"{reverse('survey_preview', args=[self._slug, self.survey.pk])}?{urlencode(told)}{self._place_on_page}"

    @property
    def _place_on_page(self) -> str:
        """The question's own place, so that the preview shows what is edited."""
        if self.question in self.content.comments:
            return "#q-comment"
        return f"#q-{self.part}" if self.question in self.content.extras else ""

    @property
    def mail_url(self) -> str:
        return f"{reverse('survey_mail', args=[self._slug, self.survey.pk])}?{urlencode({'language': self.language})}"

    def scores(self) -> list[tuple[str, int, str, bool]]:
        """Class, score, address, chosen: the switch above the preview."""
        return [(c.value, n, self.url(score=str(n)), n == self.score) for c, n in SCORES.items()]

    def devices(self) -> list[tuple[str, str, bool]]:
        """Words, address, chosen: phone or desktop."""
        names = {PHONE: _("Phone"), DESKTOP: _("Desktop")}
        score = {"score": str(self.score)}
        return [(name, self.url(device=one, **score), one == self.device) for one, name in names.items()]

    def form(self, data: Any = None) -> forms.Form:
        """The form of this part."""
        form = self._form(data)
        if isinstance(form, QuestionForm | ThanksForm | MailForm):
            # Labels and hints stay in the colleague's language: only what is typed is in the customer's.
            for name in form.written:
                form.fields[name].widget.attrs |= {"lang": self.language, "dir": direction(self.language)}
        if not self.is_editable:
            for field in form.fields.values():
                field.disabled = True
        return form

    def _form(self, data: Any) -> forms.Form:
        told: dict[str, Any] = {"content": self.content, "language": self.language, "first": self._home}
        if self.question:
            return QuestionForm(data, question=self.question, **told)
        if self.part == THANKS:
            return ThanksForm(data, kind=self.survey.kind, **told)
        return MailForm(data, **told) if self.part == MAIL else SettingsForm(data, survey=self.survey)

    def rows(self, form: forms.Form) -> list[tuple[forms.BoundField, str, bool]]:
        """Each text of `form`, what the original says, and whether it is missing."""
        if not isinstance(form, QuestionForm | MailForm):
            return []
        return [
            (field, form.original_of(field.name), field.name in form.essential and not str(field.value() or "").strip())
            for field in form.text_rows()
        ]

    def tabs(self) -> list[Tab]:
        missing = [problem.language for problem in self.problems]
        return [
            Tab(code, own_name(code), self.url(language=code), code == self.language, missing.count(code))
            for code in self.content.languages
        ]

    def outline(self) -> list[Block]:
        """The questions in order, as they can be moved."""
        groups = blocks(self.content)
        last = len(groups) - 1
        return [
            Block(n + 1, [self._question_part(q) for q in group], len(group) > 1, n == 0, n <= 1, n == last)
            for n, group in enumerate(groups)
        ]

    def rest(self) -> list[Part]:
        """What is not a question."""
        pages = ngettext("after the answer, %(n)d page", "after the answer, %(n)d pages", len(self.content.thanks))
        thanks = self._part(THANKS, _("Thank-you pages"), pages % {"n": len(self.content.thanks)})
        mail = self._part(MAIL, _("Mail"), _("subject, opening, signature, reminder"))
        settings = self._part(SETTINGS, _("Settings"), _("name, languages, what is recommended"))
        return [thanks, settings] if self.asks_employees else [thanks, mail, settings]

    def _question_part(self, question: Question) -> Part:
        classes = question.shown.classes
        single = classes[0] if len(classes) == 1 else ""
        title = _("Recommendation, 0 to 10") if question.kind == QuestionKind.NPS else question.text(self.language)
        return self._part(question.key, title or _("Without text"), _note(question), single)

    def _part(self, key: str, title: str, note: str, nps_class: str = "") -> Part:
        found = [problem for problem in self.problems if problem.part == key]
        languages = sorted({problem.language.upper() for problem in found if problem.language})
        wrong = _("missing in %(languages)s") % {"languages": ", ".join(languages)} if languages else ""
        wrong = wrong or (_("needs a change") if found else "")
        return Part(key, title, note, self.url(part=key), key == self.part, wrong, nps_class)

    def placed_problems(self) -> list[Placed]:
        return [
            Placed(problem, self.url(part=problem.part, language=problem.language or self.language))
            for problem in self.problems
        ]

    @property
    def length(self) -> Length:
        return length_of(self.content, self.language)

    @property
    def addable(self) -> list[tuple[str, str]]:
        """Kinds of question that can be added."""
        full = len(self.content.questions) >= MOST_QUESTIONS
        return [] if full or not self.is_editable else kinds_for(self.survey.kind, self.content)

    @property
    def differences(self) -> list[Difference]:
        """From the live version to this draft."""
        published = self.survey.published
        return differences(published.parsed, self.content) if published else []

    @property
    def is_comparable(self) -> bool:
        published = self.survey.published
        return published is None or stays_comparable(published.parsed, self.content)

    def place(self, key: str) -> int:
        """The place of a question's block, from 0."""
        return place_of(self.content, key)

    def _score_of_part(self) -> int:
        page = self.content.page(self.which) if self.part == THANKS else None
        question = self.question
        classes = (page.nps_class,) if page else (question.shown.classes if question else ())
        return SCORES[NpsClass(classes[0])] if classes else SCORES[NpsClass.PROMOTER]


def _note(question: Question) -> str:
    if question.kind == QuestionKind.NPS:
        return _("score, required")
    kinds = {
        QuestionKind.CSAT: _("satisfaction, 1 to 5"),
        QuestionKind.CES: _("ease, 1 to 7"),
        QuestionKind.CHOICE: _("one of several"),
        QuestionKind.MULTIPLE: _("any of several"),
        QuestionKind.SCALE: _("own scale"),
        QuestionKind.TEXT: _("text"),
        QuestionKind.CONTACT: _("consent"),
    }
    words = [kinds[QuestionKind(question.kind)]]
    if question.kind != QuestionKind.CONTACT:
        words.append(_("required") if question.required else _("optional"))
    if question.shown.waits or len(question.shown.classes) > 1:
        words.append(condition_words(question.shown).lower())
    return " · ".join(words)
