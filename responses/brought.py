"""Answers to a survey's questions as programs and files bring them: each is put where it belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nps_platform.lib.values import Unreadable, parse_bool
from nps_platform.lib.words import fold
from responses.answers import Said
from responses.public_forms import COMMENT_LENGTH
from surveys.authoring.content import NUMBERS, WITH_OPTIONS, Content, Question, QuestionKind

# "4", "4,0", "4/5", "4 - very easy".
_NUMBER = re.compile(r"(-?[0-9]{1,3})(?:[.,]0+)?(?: ?/ ?[0-9]+|\s*[-–—:(].*)?", re.S)
_PARTED = re.compile(r"([|;,\n])")


@dataclass(slots=True)
class Brought:
    """What was said beside the score."""

    comment: str = ""
    wants_contact: bool | None = None
    answers: list[Said] = field(default_factory=list)

    def take(self, content: Content, question: Question, given: Any) -> None:
        """Put `given` into the comment, the wish for contact or the further answers.

        Raises ValueError or TypeError for what can't be said to `question`. A comment that is there already stays.
        """
        if isinstance(given, str) and len(given) > COMMENT_LENGTH:
            raise ValueError(question.key)
        if question.kind == QuestionKind.CONTACT:
            self.wants_contact = _typed(given, bool, question)
        elif question in content.comments:
            self.comment = self.comment or _typed(given, str, question)
        elif said := Said.of(question, given):
            self.answers.append(said)


def _typed(given: Any, kind: type, question: Question) -> Any:
    if not isinstance(given, kind):
        raise ValueError(question.key)
    return given


def value_in(question: Question, cell: str) -> Any:
    """What a file's cell says to `question`, as programs would say it: choices by key or by their text in any language,
    several parted by bar, semicolon, comma or line. Raises ValueError."""
    if question.kind == QuestionKind.CONTACT:
        return _yes_or_no(question, cell)
    if question.kind in NUMBERS:
        return _number(question, cell)
    if question.kind not in WITH_OPTIONS:
        return cell
    names = _names(question)
    if (whole := names.get(_plain(cell))) is not None:
        return [whole] if question.kind == QuestionKind.MULTIPLE else whole
    if question.kind == QuestionKind.CHOICE:
        raise ValueError(question.key)
    return _several(question, cell, names)


def _yes_or_no(question: Question, cell: str) -> bool:
    try:
        return parse_bool(cell)
    except Unreadable as error:
        raise ValueError(question.key) from error


def _number(question: Question, cell: str) -> int:
    match = _NUMBER.fullmatch(cell.strip())
    if match is None or match[1] not in question.values:
        raise ValueError(question.key)
    return int(match[1])


def _names(question: Question) -> Mapping[str, str]:
    """Whatever an option may be called → its key; keys come before texts."""
    by_text = {_plain(text): option.key for option in reversed(question.options) for text in option.texts.values()}
    return {name: key for name, key in by_text.items() if name} | {_plain(one.key): one.key for one in question.options}


def _plain(text: str) -> str:
    """Without accents, case and doubled spaces."""
    return " ".join(fold(text).split())


def _several(question: Question, cell: str, names: Mapping[str, str]) -> list[str]:
    """The options a cell lists. Their texts may hold what parts them: the longest that fits is taken."""
    parts = _PARTED.split(cell)
    longest = max((len(_PARTED.split(name)) for name in names), default=1)
    found, at = [], 0
    while at < len(parts):
        ends = range(min(len(parts), at + longest), at, -2)  # every second part is what parts them
        end = next((end for end in ends if _plain("".join(parts[at:end])) in names), None)
        if end is None and parts[at].strip():
            raise ValueError(question.key)
        if end is not None:
            found.append(names[_plain("".join(parts[at:end]))])
        at = (end or at + 1) + 1  # behind what parted it
    return found
