"""How many parts a text message is sent and charged as (3GPP TS 23.038).

Letters of the GSM alphabet take seven bits: 160 to a message, 153 to each part of a longer one. A single letter outside it
(á, í, ó, ú, every emoji) turns the whole text into UCS-2: 70, and 67 to a part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€\f")  # an escape and a letter
_PLAIN, _WIDE = (160, 153), (70, 67)


@dataclass(frozen=True)
class TextSize:
    """`length` in the units of its alphabet, of which `parts` parts hold `room`; `outside` are the letters that made it UCS-2."""

    parts: int
    length: int
    room: int
    outside: str = ""

    @property
    def is_wide(self) -> bool:
        return bool(self.outside)


def size_of(text: str) -> TextSize:
    """What sending `text` takes; an empty one is a part as well."""
    outside = "".join(dict.fromkeys(letter for letter in text if letter not in _GSM and letter not in _TWICE))
    length = _wide_length(text) if outside else sum(2 if letter in _TWICE else 1 for letter in text)
    alone, each = _WIDE if outside else _PLAIN
    parts = 1 if length <= alone else math.ceil(length / each)
    return TextSize(parts, length, alone if parts == 1 else parts * each, outside)


def _wide_length(text: str) -> int:
    """Letters beyond the first plane, such as emoji, take two places."""
    return len(text.encode("utf-16-be")) // 2
