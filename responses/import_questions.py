"""The survey's own questions as columns of a file: by key, or by their text in any of its languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from nps_platform.customers.cleaning import clean_text
from nps_platform.customers.import_fields import CUSTOMER_LABELS
from nps_platform.customers.import_kinds import FurtherField
from nps_platform.customers.reading import Cells
from nps_platform.customers.rows import RowProblem
from responses.brought import Brought, value_in
from responses.importing import ANSWER, SURVEY
from responses.public_forms import COMMENT_LENGTH
from surveys.authoring.content import NUMBERS, WITH_OPTIONS, Content, Question, QuestionKind, content_for
from surveys.models import Survey

_SHOWN = 200


def content_chosen(options: Mapping[str, str]) -> Content | None:
    """What the survey says that was chosen for the file; None while there is none."""
    chosen = options.get(SURVEY, "")
    found = Survey.objects.select_related("published").filter(pk=chosen).first() if chosen.isdigit() else None
    return content_for(found) if found else None


def further_fields(options: Mapping[str, str]) -> list[FurtherField]:
    """Columns that the chosen survey brings; and what its own words call the score, the comment and the consent."""
    content = content_chosen(options)
    if content is None:
        return []
    columns = [FurtherField(ANSWER + q.key, _words(content, q), _called(q), _look(q)) for q in _columns(content)]
    own = [(q, "wants_contact") for q in content.questions if q.kind == QuestionKind.CONTACT]
    own += [(q, "score") for q in content.questions if q.kind == QuestionKind.NPS]
    own += [(q, "comment") for q in content.comments if len(content.comments) == 1]
    return columns + [FurtherField(target, "", tuple(_texts(q)), _look(q)) for q, target in own]


def _columns(content: Content) -> list[Question]:
    """What has a column of its own: where each class has its own question for the comment, those too."""
    comments = content.comments if len(content.comments) > 1 else ()
    return [q for q in content.questions if q in content.extras or q in comments]


def _called(question: Question) -> tuple[str, ...]:
    return (*_texts(question), question.key)


def _texts(question: Question) -> list[str]:
    return [text for spoken in question.texts if (text := question.text(spoken))]


def _words(content: Content, question: Question) -> str:
    """In the reader's language where the survey speaks it, else in its first."""
    return question.text(get_language() or "") or question.text(next(iter(content.languages), "")) or question.key


# --- reading ---------------------------------------------------------------------------------------------------------
def asked_by(options: Mapping[str, str], places: Mapping[str, int]) -> tuple[Content, list[Question]]:
    """The survey, and those of its questions that have a column here."""
    content = content_chosen(options) or Content()
    return content, [question for question in _columns(content) if ANSWER + question.key in places]


def read_questions(cells: Cells, asked: tuple[Content, list[Question]], brought: Brought) -> Brought:
    """`brought` with what the row's cells say to the questions; what they can't say becomes a problem of its cell."""
    content, questions = asked
    for question in questions:
        cell = clean_text(cells.text(ANSWER + question.key) or "")
        if not cell:
            continue
        if problem := _problem(question, cell):
            cells.problems.append(problem)
        else:
            brought.take(content, question, value_in(question, cell))
    return brought


def _problem(question: Question, cell: str) -> RowProblem | None:
    """Why `cell` is no answer to `question`."""
    field = ANSWER + question.key
    if len(cell) > COMMENT_LENGTH:
        return RowProblem(field, "too_long", cell[:_SHOWN])
    try:
        value_in(question, cell)
    except ValueError:
        if question.kind in NUMBERS:
            return RowProblem(field, "not_a_number_of", "{}–{}".format(*question.range))
        return RowProblem(field, "not_a_choice_of", _choices(question))
    return None


def _choices(question: Question) -> str:
    """As many of them as fit."""
    listed = ", ".join(next(iter(option.texts.values()), "") or option.key for option in question.options)
    return listed if len(listed) <= _SHOWN else f"{listed[: _SHOWN - 1]}…"


def _look(question: Question) -> Callable[[str], str | RowProblem]:
    def look(cell: str) -> str | RowProblem:
        return _problem(question, cell) or _read_as(question, cell)

    return look


def _read_as(question: Question, cell: str) -> str:
    """What a cell is taken for, in words."""
    value = value_in(question, cell)
    if question.kind in WITH_OPTIONS:
        keys = [value] if isinstance(value, str) else value
        spoken = get_language() or ""
        options = [option for key in keys if (option := question.option(key))]
        return ", ".join(option.text(spoken) or next(iter(option.texts.values()), option.key) for option in options)
    return str(value) if question.kind in NUMBERS else _("as it is")


# --- a file to begin with --------------------------------------------------------------------------------------------
def example_rows(survey: str) -> list[Sequence[str]]:
    """Two made-up answers to the survey, with a column for each of its questions; it reads back as it is."""
    content = content_chosen({SURVEY: survey}) or Content()
    questions = _columns(content)
    words = [_words(content, question) for question in questions]
    heads = [text if words.count(text) == 1 else q.key for q, text in zip(questions, words, strict=True)]
    labels = [CUSTOMER_LABELS["external_id"], CUSTOMER_LABELS["email"], _("Score"), _("Answered on"), _("Comment")]
    head = [*map(str, labels), *heads]
    return [head, *(_example(content, questions, number) for number in (1, 2))]


def _example(content: Content, questions: Sequence[Question], number: int) -> list[str]:
    at = timezone.localtime(timezone.now() - timedelta(days=10 * number))
    who = [f"C-100{number}", f"customer{number}@example.com"]
    comment = _("What they wrote")
    return [
        *who,
        str(11 - 2 * number),
        f"{at:%Y-%m-%d %H:%M}",
        comment,
        *(_cell(content, q, number) for q in questions),
    ]


def _cell(content: Content, question: Question, number: int) -> str:
    """The first choices for the first answer, and further ones for the second."""
    if question.kind in NUMBERS:
        return question.values[-number]
    if question.kind not in WITH_OPTIONS:
        return "" if question in content.comments else _("What they wrote")
    spoken = get_language() or ""
    texts = [option.text(spoken) or next(iter(option.texts.values()), option.key) for option in question.options]
    several = question.kind == QuestionKind.MULTIPLE
    return " | ".join(texts[: 3 - number]) if several else texts[min(number, len(texts)) - 1]
