"""A comment without what would name its writer, for readers who may not see personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nps_platform.lib.words import fold

MASK = "█████"
_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>(),;]+")
_WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
# Seven digits or more, however they are grouped: telephones, documents, accounts, cards.
_NUMBER = re.compile(r"\+?\d(?:[\s.\-/()]{0,2}\d){6,}")
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
# A name's little words (de, la, van) mask nothing by themselves.
_SHORTEST_NAME = 3
_PARTICLES = frozenset(
    ["del", "las", "los", "san", "von", "van", "der", "den", "dos", "das", "della", "delle", "degli"]
)


def redact(comment: str, names: Iterable[str] = ()) -> str:
    """`comment` with e-mails, links, long numbers and every word of `names` masked, accents and case ignored."""
    for pattern in (_EMAIL, _WEB, _NUMBER):
        comment = pattern.sub(MASK, comment)
    secret = {word for name in names for word in _words(name)}
    return _WORD.sub(lambda match: MASK if fold(match[0]) in secret else match[0], comment)


def _words(name: str) -> set[str]:
    words = {fold(word) for word in _WORD.findall(name)}
    return {word for word in words if len(word) >= _SHORTEST_NAME and word not in _PARTICLES}
