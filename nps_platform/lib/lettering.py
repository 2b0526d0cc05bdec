"""Text as outlines, so that a printer needs no font of ours. Lengths are in the drawing's own unit, y grows downwards."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles import finders

from nps_platform.lib.outlines import Stroke

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONT = "build/inter.woff2"
# A letter that the font lacks, as a share of the size: only good for breaking lines.
_UNKNOWN = 0.6
_KINDS = {"moveTo": "M", "lineTo": "L", "closePath": "Z", "endPath": "Z"}


class Lettering:
    """One weight (100–900) of the interface's own font."""

    def __init__(self, weight: int) -> None:
        font = _font()
        self._glyphs: Any = font.getGlyphSet(location={"wght": weight})
        self._names: dict[int, str] = font.getBestCmap()
        self._unit: int = font["head"].unitsPerEm
        self._read: dict[str, list[Stroke]] = {}

    def covers(self, text: str) -> bool:
        """Whether the font has every letter."""
        return all(ord(letter) in self._names for letter in text)

    def width(self, text: str, size: float) -> float:
        return sum(self._advance(letter) for letter in text) * size

    def outline(self, text: str, x: float, y: float, size: float) -> list[Stroke]:
        """The text's curves, its baseline beginning at x, y. Letters that the font lacks leave a gap."""
        found: list[Stroke] = []
        for letter in text:
            scale = size / self._unit
            for kind, points in self._strokes(letter):
                found.append((kind, tuple((x + px * scale, y - py * scale) for px, py in points)))
            x += self._advance(letter) * size
        return found

    def _strokes(self, letter: str) -> list[Stroke]:
        """In the font's own unit, y upwards; read once a letter."""
        if letter not in self._read:
            self._read[letter] = self._drawn(letter)
        return self._read[letter]

    def _drawn(self, letter: str) -> list[Stroke]:
        from fontTools.pens.basePen import decomposeQuadraticSegment  # noqa: PLC0415 - large, and rarely needed
        from fontTools.pens.recordingPen import DecomposingRecordingPen  # noqa: PLC0415

        name, found = self._names.get(ord(letter)), []
        if name is None:
            return []
        pen = DecomposingRecordingPen(self._glyphs)
        self._glyphs[name].draw(pen)
        for kind, points in pen.value:
            if kind == "qCurveTo":
                found += [("Q", pair) for pair in decomposeQuadraticSegment(points)]
            else:
                found.append((_KINDS[kind], tuple(points)))
        return found

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """Broken between words so that each line fits into `width`; a word that is too long stands alone."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _advance(self, letter: str) -> float:
        name = self._names.get(ord(letter))
        return float(self._glyphs[name].width) / self._unit if name else _UNKNOWN


@lru_cache
def lettering(weight: int) -> Lettering:
    """Read once, since it takes a second."""
    return Lettering(weight)


@lru_cache
def _font() -> TTFont:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - large, and rarely needed

    found = finders.find(FONT)
    if not isinstance(found, str):
        raise FileNotFoundError(f"{FONT}: static/build.py makes it")
    return TTFont(found)
