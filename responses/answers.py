"""Answers to a survey's further questions: what was said, what is kept, and what it brings up next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from responses.models import Answer, Response
from surveys.authoring.content import NUMBERS, WITH_OPTIONS, Content, Question, QuestionKind


@dataclass(frozen=True)
class Said:
    """One answer on its way to a row; nothing said is not a row."""

    key: str
    kind: str
    number: int | None = None
    text: str = ""
    choices: tuple[str, ...] = ()

    @classmethod
    def of(cls, question: Question, value: int | str | Sequence[str] | None) -> Said | None:
        """What `value` says to `question`; None where it says nothing. ValueError for what can't be said."""
        if value in (None, "", [], ()):
            return None
        if question.kind in WITH_OPTIONS:
            return cls._chosen(question, (value,) if isinstance(value, str) else tuple(value))  # type: ignore[arg-type]
        if question.kind in NUMBERS:
            return cls._counted(question, value)
        if not isinstance(value, str):
            raise ValueError(question.key)
        return cls(question.key, question.kind, text=value)

    @classmethod
    def _chosen(cls, question: Question, chosen: tuple[str, ...]) -> Said:
        many = question.kind == QuestionKind.MULTIPLE
        if (len(chosen) > 1 and not many) or not all(isinstance(one, str) for one in chosen):
            raise ValueError(question.key)
        if set(chosen) - set(question.values):
            raise ValueError(question.key)
        return cls(question.key, question.kind, choices=tuple(v for v in question.values if v in chosen))

    @classmethod
    def _counted(cls, question: Question, value: object) -> Said:
        if isinstance(value, bool) or not isinstance(value, int) or str(value) not in question.values:
            raise ValueError(question.key)
        return cls(question.key, question.kind, number=value)

    @classmethod
    def in_row(cls, answer: Answer) -> Said:
        return cls(answer.key, answer.kind, answer.number, answer.text, tuple(answer.choices))

    @property
    def chosen(self) -> tuple[str, ...]:
        """As conditions name answers."""
        return (str(self.number),) if self.number is not None else self.choices


def keep(response: Response, said: Iterable[Said]) -> None:
    """Write the answers beside `response`; one given again takes the earlier one's place."""
    rows = rows_of(response, said)
    if rows:
        Answer.objects.filter(response=response, key__in=[row.key for row in rows]).delete()
        Answer.objects.bulk_create(rows)


def rows_of(response: Response, said: Iterable[Said]) -> list[Answer]:
    """Unsaved rows of what was said."""
    return [
        Answer(
            response=response, key=one.key, kind=one.kind, number=one.number, text=one.text, choices=list(one.choices)
        )
        for one in said
    ]


def values_in(rows: Iterable[Answer]) -> dict[str, int | str | list[str]]:
    """Answers by question, as the API and the history write them."""
    return {row.key: row.value for row in rows}


def said_in(response: Response) -> dict[str, tuple[str, ...]]:
    """The chosen answers of `response` by question, as conditions name them."""
    return {
        answer.key: (str(answer.number),) if answer.number is not None else tuple(answer.choices)
        for answer in response.answers.all()
    }


def brought_up(content: Content, nps_class: str, said: Mapping[str, tuple[str, ...]]) -> list[Question]:
    """The questions that an earlier answer brings up for this class and that have no answer yet."""
    return [
        question
        for question in content.extras
        if question.shown.waits
        and question.key not in said
        and question.shown.for_class(nps_class)
        and set(question.shown.answers) & set(said.get(question.shown.question, ()))
    ]


def fitting(content: Content, nps_class: str, said: Iterable[Said]) -> list[Said]:
    """Of `said` what this class is asked, in the survey's order: not what the answer that brought it up no longer does."""
    given, kept = {one.key: one for one in said}, dict[str, Said]()
    for question in content.extras:
        shown, one = question.shown, given.get(question.key)
        before = kept.get(shown.question)
        follows = not shown.waits or (before is not None and set(shown.answers) & set(before.chosen))
        if one and follows and shown.for_class(nps_class):
            kept[question.key] = one
    return list(kept.values())


@dataclass(frozen=True)
class Told:
    """A question and its answer in words, for people who read."""

    question: str
    answer: str
    key: str
    in_words: bool = False


def told_in(response: Response, language: str = "") -> list[Told]:
    """The further answers in the order they were asked, in `language` where the survey speaks it, else as it was read."""
    content = response.content
    wanted = [one for one in (language, response.language, *content.languages) if one in content.languages]
    spoken = wanted[0] if wanted else ""
    rows = {answer.key: answer for answer in response.answers.all()}
    asked = [question for question in content.extras if question.key in rows]
    known = [
        Told(q.text(spoken) or q.key, _in_words(q, rows[q.key], spoken), q.key, q.kind == QuestionKind.TEXT)
        for q in asked
    ]
    gone = [Told(key, str(row.value), key) for key, row in rows.items() if content.question(key) is None]
    return known + gone


def _in_words(question: Question, answer: Answer, language: str) -> str:
    if answer.number is not None:
        return f"{answer.number} / {question.range[1]}"
    if answer.choices:
        options = [question.option(key) for key in answer.choices]
        return ", ".join(option.text(language) or option.key for option in options if option)
    return answer.text
