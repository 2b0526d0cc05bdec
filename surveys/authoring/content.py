"""What a survey says: questions, thank-you pages and the mail's words, as immutable values kept as JSON.

A survey's draft and each of its published versions are one `Content`. Rooms above read surveys through `content_for(survey)`
(what is live), `invitation.content` and `response.content` (what that person saw).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from nps_platform.lib.nps import NpsClass

if TYPE_CHECKING:
    from surveys.models import Survey

CLASSES = (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR)
NPS_KEY = "nps"
# One text by language; several texts by language and field.
Words = dict[str, str]
Texts = dict[str, dict[str, str]]


class BrokenContent(ValueError):
    """The JSON is not a survey's content; says what is wrong where."""


class QuestionKind(models.TextChoices):
    NPS = "nps", _("Recommendation, 0 to 10")
    CSAT = "csat", _("Satisfaction, 1 to 5")
    CES = "ces", _("Ease, 1 to 7")
    CHOICE = "choice", _("One of several")
    MULTIPLE = "multiple", _("Any of several")
    SCALE = "scale", _("Own scale")
    TEXT = "text", _("Text")
    CONTACT = "contact", _("Consent to be contacted")


class NextStep(models.TextChoices):
    """What a thank-you page offers beside its thanks."""

    NONE = "", _("Plain thanks")
    CONTACT = "contact", _("A person will be in touch")
    REFERRAL = "referral", _("A referral code")
    OFFER = "offer", _("An offer")


# Lowest and highest number of the kinds that have them; a scale brings its own.
RANGES = {QuestionKind.NPS: (0, 10), QuestionKind.CSAT: (1, 5), QuestionKind.CES: (1, 7)}
NUMBERS = frozenset({*RANGES, QuestionKind.SCALE})
WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.MULTIPLE})
# A later question may depend on the answer to one of these.
BRANCHING = (NUMBERS | WITH_OPTIONS) - {QuestionKind.NPS}
LONGEST_SCALE = 11
MOST_OPTIONS = 30
# Longest text of each name, as customers can still read it.
LONGEST = {"text": 300, "help": 160, "low": 40, "high": 40, "title": 90, "body": 600, "step": 300, "label": 60}
LONGEST_OPTION = 80


@dataclass(frozen=True)
class Condition:
    """When a question is shown: to these classes (none: all), and after one of `answers` to the earlier `question`.

    `answers` are option keys, or numbers as texts.
    """

    classes: tuple[str, ...] = ()
    question: str = ""
    answers: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it needs an answer that is only known after the page was sent."""
        return bool(self.question)

    def for_class(self, nps_class: str | None) -> bool:
        return not self.classes or nps_class in self.classes


@dataclass(frozen=True)
class Option:
    """One thing to choose."""

    key: str
    texts: Words = field(default_factory=dict)

    def text(self, language: str) -> str:
        return self.texts.get(language, "").strip()


@dataclass(frozen=True)
class Question:
    """One thing asked. Texts by language: `text`, `help`, and `low` and `high`, the words at the ends of a scale."""

    key: str
    kind: str
    texts: Texts = field(default_factory=dict)
    required: bool = False
    shown: Condition = field(default_factory=Condition)
    options: tuple[Option, ...] = ()
    low: int = 1
    high: int = 5

    def text(self, language: str, name: str = "text") -> str:
        return self.texts.get(language, {}).get(name, "").strip()

    @property
    def range(self) -> tuple[int, int]:
        """Lowest and highest number of a scale, both included."""
        return RANGES.get(QuestionKind(self.kind), (self.low, self.high))

    @property
    def values(self) -> tuple[str, ...]:
        """What can be chosen: numbers as texts, or option keys; nothing for words and consent."""
        if self.kind in NUMBERS:
            low, high = self.range
            return tuple(str(number) for number in range(low, high + 1))
        return tuple(option.key for option in self.options)

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class ThanksPage:
    """The page after the answer, for one class and, where given, one segment. Texts: `title`, `body`, `step`, `label`.

    `step` is a NextStep: a referral shows `code` ({{customer}} becomes the customer's number), an offer leads to `url`.
    `review_url`: a public review page; the same for every class, never beside a reward (readiness refuses others).
    """

    nps_class: str
    segment: int | None = None
    step: str = ""
    code: str = ""
    url: str = ""
    review_url: str = ""
    texts: Texts = field(default_factory=dict)

    def text(self, language: str, name: str) -> str:
        return self.texts.get(language, {}).get(name, "").strip()

    @property
    def key(self) -> str:
        """Names the page within its survey."""
        return f"{self.nps_class}-{self.segment}" if self.segment else self.nps_class


@dataclass(frozen=True)
class MailTexts:
    """The invitation's own words in one language; the frame around them is the product's."""

    subject: str = ""
    greeting: str = ""
    intro: str = ""
    signature: str = ""
    reminder: str = ""
    # What a text says before its link and the way out; empty: the product's own words.
    sms: str = ""
    sms_reminder: str = ""
    # The number of the template with this survey's question that WhatsApp approved; empty: the organisation's.
    whatsapp: str = ""


@dataclass(frozen=True)
class Content:
    """Everything a survey says. `subject` is what is recommended: the company, a product, a service."""

    languages: tuple[str, ...] = ()
    subject: str = ""
    questions: tuple[Question, ...] = ()
    thanks: tuple[ThanksPage, ...] = ()
    mail: dict[str, MailTexts] = field(default_factory=dict)

    @property
    def nps(self) -> Question:
        """The question of the score. BrokenContent where there is none."""
        for question in self.questions:
            if question.kind == QuestionKind.NPS:
                return question
        raise BrokenContent("a survey asks for the score")

    @property
    def contact(self) -> Question | None:
        return next((question for question in self.questions if question.kind == QuestionKind.CONTACT), None)

    def question(self, key: str) -> Question | None:
        return next((question for question in self.questions if question.key == key), None)

    def page(self, key: str) -> ThanksPage | None:
        return next((page for page in self.thanks if page.key == key), None)

    def mail_in(self, language: str) -> MailTexts:
        return self.mail.get(language, MailTexts())

    def comment_for(self, nps_class: str | None) -> Question | None:
        """The text question whose answer is the comment: the one meant for this class, else the one for everybody."""
        texts = [q for q in self.questions if q.kind == QuestionKind.TEXT and not q.shown.waits]
        own = next((q for q in texts if nps_class in q.shown.classes), None)
        return own or next((q for q in texts if not q.shown.classes), None)

    @property
    def comments(self) -> tuple[Question, ...]:
        """The questions that share the comment's box: one of them for each class."""
        asked = {q.key for c in CLASSES if (q := self.comment_for(c))}
        return tuple(question for question in self.questions if question.key in asked)

    @property
    def extras(self) -> tuple[Question, ...]:
        """What is asked beside score, comment and consent; each has its own answer."""
        known = {question.key for question in self.comments}
        plain = (QuestionKind.NPS, QuestionKind.CONTACT)
        return tuple(q for q in self.questions if q.kind not in plain and q.key not in known)

    def with_questions(self, questions: Iterable[Question]) -> Content:
        return replace(self, questions=tuple(questions))

    def with_question(self, changed: Question) -> Content:
        """`changed` in the place of the question with its key."""
        return self.with_questions(changed if q.key == changed.key else q for q in self.questions)

    def dump(self) -> dict[str, Any]:
        """As JSON keeps it; `load` reads it back."""
        return asdict(self)

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Content:
        """Read what `dump` wrote. Raises BrokenContent."""
        try:
            content = cls(
                languages=tuple(data.get("languages", ())),
                subject=data.get("subject", ""),
                questions=tuple(_question(one) for one in data.get("questions", ())),
                thanks=tuple(ThanksPage(**one) for one in data.get("thanks", ())),
                mail={language: MailTexts(**texts) for language, texts in data.get("mail", {}).items()},
            )
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise BrokenContent(str(error)) from error
        _check(content)
        return content


def content_for(survey: Survey) -> Content:
    """What is live: the published version's content; the draft's where nothing is published."""
    return survey.published.parsed if survey.published else survey.draft_content


def _question(data: Mapping[str, Any]) -> Question:
    told = dict(data)
    told["kind"] = QuestionKind(told["kind"]).value
    shown = dict(told.pop("shown", None) or {})
    return Question(
        shown=Condition(
            classes=tuple(shown.get("classes", ())),
            question=shown.get("question", ""),
            answers=tuple(str(answer) for answer in shown.get("answers", ())),
        ),
        options=tuple(Option(**one) for one in told.pop("options", ())),
        **told,
    )


def _check(content: Content) -> None:
    """The shape that everything else relies on; holes and contradictions are readiness's matter."""
    keys = [question.key for question in content.questions]
    if len(set(keys)) != len(keys):
        raise BrokenContent("two questions have the same key")
    if sum(question.kind == QuestionKind.NPS for question in content.questions) > 1:
        raise BrokenContent("a survey asks for the score once")
    pages = [page.key for page in content.thanks]
    if len(set(pages)) != len(pages):
        raise BrokenContent("two thank-you pages for the same customers")
    for page in content.thanks:
        if page.nps_class not in CLASSES:
            raise BrokenContent(f"no class: {page.nps_class!r}")
        NextStep(page.step)
    for question in content.questions:
        if unknown := set(question.shown.classes) - set(CLASSES):
            raise BrokenContent(f"no class: {sorted(unknown)[0]!r}")
        options = [option.key for option in question.options]
        if len(set(options)) != len(options):
            raise BrokenContent("two options have the same key")
