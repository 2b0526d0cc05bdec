"""What the survey page says, in one language: texts of the survey, and the product's own words where it has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nps_platform.lib.nps import NpsClass, class_of
from surveys.models import Question, Survey, ThankYou

# Short names of the classes on the page: they pick the follow-up by `:has()`.
MARKS = {NpsClass.DETRACTOR: "d", NpsClass.PASSIVE: "p", NpsClass.PROMOTER: "r"}


@dataclass(frozen=True)
class Cell:
    """One number of the scale."""

    score: int
    mark: str
    checked: bool


@dataclass(frozen=True)
class FollowUp:
    """What is asked beside the comment box; shown for the classes in `marks`, `n` before a score is chosen."""

    marks: tuple[str, ...]
    text: str
    help: str
    on: bool

    @property
    def css(self) -> str:
        return " ".join(f"q{mark}" for mark in self.marks)


@dataclass(frozen=True)
class ContactQuestion:
    """The consent to be contacted; asked of the classes in `marks`."""

    text: str
    help: str
    marks: str
    on: bool

    @property
    def css(self) -> str:
        """Hidden until a class is chosen that is asked; shown from the start where all are."""
        if len(self.marks) == len(MARKS):
            return ""
        return " ".join(["only", *(f"q{mark}" for mark in self.marks), *(["on"] if self.on else [])])


@dataclass(frozen=True)
class SurveyPage:
    """Everything that templates/public/_answer_form.html draws."""

    survey: Survey
    language: str
    question: str
    low: str
    high: str
    cells: list[Cell]
    follow_ups: list[FollowUp]
    contact: ContactQuestion | None

    @property
    def has_help(self) -> bool:
        """Whether any follow-up says more beside its question."""
        return any(asked.help for asked in self.follow_ups)


def survey_page(survey: Survey, language: str, score: int | None) -> SurveyPage:
    """The page with `score` chosen, or none."""
    questions = list(survey.questions.all())
    asked = next((q for q in questions if q.kind == Question.Kind.NPS), None)
    scale = _texts(asked, language)
    return SurveyPage(
        survey=survey,
        language=language,
        question=scale.get("text") or _recommend(survey),
        low=scale.get("low") or _("Not at all likely"),
        high=scale.get("high") or _("Extremely likely"),
        cells=[Cell(n, MARKS[class_of(n)], n == score) for n in range(11)],
        follow_ups=_follow_ups(questions, language, score),
        contact=_contact(survey, questions, language, score),
    )


def page_language(survey: Survey, *wanted: str | None) -> str:
    """The first of `wanted` that the survey speaks, else its own first."""
    spoken = survey.languages or ["en"]
    return next((language for language in wanted if language and language in spoken), spoken[0])


def thank_you_texts(survey: Survey, language: str, nps_class: str) -> dict[str, str]:
    """Title and body of the page after the answer."""
    row = ThankYou.objects.filter(survey=survey, nps_class=nps_class).first()
    return {
        "title": _("Thank you for your answer"),
        "body": "",
        **{k: v for k, v in _texts(row, language).items() if v},
    }


def _recommend(survey: Survey) -> str:
    subject = survey.subject_name or survey.organization.name
    return _("How likely are you to recommend %(subject)s to a friend or family member?") % {"subject": subject}


def _texts(row: Question | ThankYou | None, language: str) -> dict[str, Any]:
    return (row.texts.get(language) or {}) if row else {}


def _follow_ups(questions: list[Question], language: str, score: int | None) -> list[FollowUp]:
    """One a class and one for no class yet; classes that read the same share one."""
    chosen = MARKS[class_of(score)] if score is not None else "n"
    found: dict[tuple[str, str], list[str]] = {}
    for nps_class, mark in [(None, "n"), *MARKS.items()]:
        texts = _texts(_text_question(questions, nps_class), language)
        key = (texts.get("text") or _("What is the main reason for your score?"), texts.get("help") or "")
        found.setdefault(key, []).append(mark)
    return [FollowUp(tuple(marks), text, hint, chosen in marks) for (text, hint), marks in found.items()]


def _text_question(questions: list[Question], nps_class: str | None) -> Question | None:
    """The one meant for this class, else the one for everybody."""
    texts = [q for q in questions if q.kind == Question.Kind.TEXT]
    own = next((q for q in texts if nps_class in q.shown_for), None)
    return own or next((q for q in texts if not q.shown_for), None)


def _contact(survey: Survey, questions: list[Question], language: str, score: int | None) -> ContactQuestion | None:
    """Never ticked beforehand."""
    row = next((q for q in questions if q.kind == Question.Kind.CONTACT), None)
    if not survey.ask_contact or row is None:
        return None
    texts = _texts(row, language)
    marks = "".join(mark for nps_class, mark in MARKS.items() if not row.shown_for or nps_class in row.shown_for)
    on = score is not None and MARKS[class_of(score)] in marks
    return ContactQuestion(texts.get("text") or _("I would like to be contacted"), texts.get("help") or "", marks, on)
