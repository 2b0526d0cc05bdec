"""Drawings made of filled outlines: one list of strokes, written as SVG path data or into a PDF page.

A stroke is its letter (M move, L line, Q quadratic curve, Z close) and its points; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydyf import Stream

Point = tuple[float, float]
Stroke = tuple[str, tuple[Point, ...]]


def box(x: float, y: float, width: float, height: float) -> list[Stroke]:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return [("M", (corners[0],)), *(("L", (corner,)) for corner in corners[1:]), ("Z", ())]


def moved(strokes: Iterable[Stroke], x: float, y: float, *, turned: bool = False) -> list[Stroke]:
    """Moved by x, y; `turned`: on their head first, around the origin."""
    sign = -1 if turned else 1
    return [(kind, tuple((sign * px + x, sign * py + y) for px, py in points)) for kind, points in strokes]


def path_data(strokes: Iterable[Stroke]) -> str:
    """For the attribute `d`."""
    return "".join(kind + " ".join(f"{x:.3f} {y:.3f}" for x, y in points) for kind, points in strokes)


def fill_in(page: Stream, strokes: Iterable[Stroke]) -> None:
    """Write them into a PDF's page, whose matrix lets y grow downwards, and fill them with its colour."""
    at: Point = (0.0, 0.0)
    for kind, points in strokes:
        if kind == "M":
            page.move_to(*points[0])
        elif kind == "L":
            page.line_to(*points[0])
        elif kind == "Q":
            page.curve_to(*_cubic(at, *points))
        else:
            page.close()
        at = points[-1] if points else at
    page.fill()


def _cubic(start: Point, control: Point, end: Point) -> tuple[float, ...]:
    """PDF knows no quadratic curves."""
    (x0, y0), (x1, y1), (x2, y2) = start, control, end
    return (x0 + 2 * (x1 - x0) / 3, y0 + 2 * (y1 - y0) / 3, x2 + 2 * (x1 - x2) / 3, y2 + 2 * (y1 - y2) / 3, x2, y2)
