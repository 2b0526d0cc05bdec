"""A company's brand colour on customer pages: always readable, whatever was chosen (WCAG 2.2 contrast)."""

from __future__ import annotations

import re
from dataclasses import dataclass

TEXT_CONTRAST = 4.5
EDGE_CONTRAST = 3.0
INK = "#1d1b18"
WHITE = "#ffffff"
BLACK = "#000000"
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_STEPS = 256


class ColourError(ValueError):
    """Not a colour as #rrggbb or #rgb."""


@dataclass(frozen=True, slots=True)
class Colour:
    """sRGB, each channel 0–255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 black … 1 white (WCAG)."""
        red, green, blue = (_linear(channel / 255) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def towards(self, other: Colour, share: float) -> Colour:
        """Mixed with `share` (0–1) of another colour."""
        pairs = ((self.red, other.red), (self.green, other.green), (self.blue, other.blue))
        return Colour(*(round(a + (b - a) * share) for a, b in pairs))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def parse(text: str) -> Colour:
    """Read #rrggbb or #rgb. ColourError for anything else: the text ends up in CSS."""
    text = text.strip()
    if not _HEX.fullmatch(text):
        raise ColourError("a colour is written #rrggbb")
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    return Colour(*(int(digits[i : i + 2], 16) for i in (0, 2, 4)))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 … 21."""
    lighter, darker = sorted((parse(one).luminance, parse(other).luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """White where it reads well on `colour`, else ink, else black: always at least 4.5 : 1."""
    return next((text for text in (WHITE, INK) if contrast(text, colour) >= TEXT_CONTRAST), BLACK)


def readable(colour: str, on: str = WHITE, ratio: float = TEXT_CONTRAST) -> str:
    """`colour`, darkened or lightened no more than needed to stand at `ratio` on the ground `on`."""
    preferred = BLACK if contrast(on, BLACK) >= contrast(on, WHITE) else WHITE
    base, end = parse(colour), parse(preferred)
    mixes = (str(base.towards(end, step / _STEPS)) for step in range(_STEPS + 1))
    return next((mixed for mixed in mixes if contrast(mixed, on) >= ratio), preferred)
