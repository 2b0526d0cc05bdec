"""How long a survey takes, and what that costs. Assumptions, shown as such: reading four words a second, and a time to answer."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.authoring.content import CLASSES, Content, Question, QuestionKind

WORDS_A_SECOND = 4
# Seconds to answer once it is read; of optional words, what the half that writes takes, shared by all.
TO_ANSWER = {
    QuestionKind.NPS: 5,
    QuestionKind.CSAT: 3,
    QuestionKind.CES: 4,
    QuestionKind.SCALE: 4,
    QuestionKind.CHOICE: 4,
    QuestionKind.MULTIPLE: 7,
    QuestionKind.TEXT: 12,
    QuestionKind.CONTACT: 2,
}
WRITTEN = 25
LIMIT = 60
FREE_QUESTIONS = 4
# What each question beyond the fourth costs: of a hundred who begin, this many fewer finish.
COST = 5


@dataclass(frozen=True)
class Length:
    """`seconds` and `questions` of the class that is asked most; `fewest` of the one that is asked least."""

    seconds: int
    questions: int
    fewest: int

    @property
    def too_long(self) -> bool:
        return self.seconds > LIMIT

    @property
    def spare(self) -> int:
        """Seconds left of the minute."""
        return max(LIMIT - self.seconds, 0)

    @property
    def costs(self) -> list[tuple[int, int]]:
        """Each question beyond the fourth, and how many of a hundred who begin still finish with it."""
        return [
            (number, round(100 * (1 - COST / 100) ** (number - FREE_QUESTIONS)))
            for number in range(FREE_QUESTIONS + 1, self.questions + 1)
        ]


def length_of(content: Content, language: str) -> Length:
    """The whole way, questions that an earlier answer brings up included."""
    asked = [[q for q in content.questions if q.shown.for_class(c)] for c in CLASSES]
    return Length(
        seconds=max(round(sum(seconds(q, language) for q in questions)) for questions in asked),
        questions=max(len(questions) for questions in asked),
        fewest=min(len(questions) for questions in asked),
    )


def seconds(question: Question, language: str) -> float:
    """To read and to answer one question."""
    texts = [question.text(language, name) for name in ("text", "help", "low", "high")]
    words = len(" ".join([*texts, *(option.text(language) for option in question.options)]).split())
    answering = (
        WRITTEN if question.kind == QuestionKind.TEXT and question.required else TO_ANSWER[QuestionKind(question.kind)]
    )
    return words / WORDS_A_SECOND + answering
