"""Words people type: matching without accents or case, and templates with blanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"\w+")
_BLANK = re.compile(r"\{\{\s*(?P<name>[^{}|]*?)\s*(?:\|(?P<fallback>[^{}]*))?\}\}")
_BROKEN = re.compile(r"\{\{|\}\}")


def fold(text: str) -> str:
    """Without accents and case, for comparing: "Avería" and "AVERIA" fold alike."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> list[str]:
    """The words of `text`, folded, without what stands between them."""
    return _WORD.findall(fold(text))


def _tokens(text: str) -> str:
    return f" {' '.join(words_of(text))} "


def contains_any(text: str, words: Iterable[str]) -> str | None:
    """The first of `words` (words or phrases, as the caller spelt it) that stands whole in `text`, or None."""
    haystack = _tokens(text)
    for word in words:
        needle = _tokens(word)
        if needle.strip() and needle in haystack:
            return word
    return None


def blanks(text: str) -> list[str]:
    """Names of the `{{name}}` that still stand in `text`, once each; stray braces count, as they were meant to be filled."""
    names = [match["name"] or "{{}}" for match in _BLANK.finditer(text)]
    broken = _BROKEN.findall(_BLANK.sub("", text))
    return list(dict.fromkeys((*names, *broken)))


def fill(template: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Fill `{{name}}` and `{{name|fallback}}` from `values`; answers the text and the names that stayed blank.

    Names ignore case; an empty value counts as missing; what a value contains is never filled again.
    """
    known = {name.casefold(): value for name, value in values.items() if value.strip()}
    missing: dict[str, None] = {}

    def filled(match: re.Match[str]) -> str:
        name, fallback = match["name"], match["fallback"]
        if name.casefold() in known:
            return known[name.casefold()]
        if fallback is None:
            missing[name or match[0]] = None
            return match[0]
        return fallback.strip()

    return _BLANK.sub(filled, template), list(missing)
