"""Where the bubbles of the priority matrix stand: importance across, score up (METHOD §6). Arithmetic only, no ORM.

Places are shares of the box in percent, sizes are pixels: the box grows with the page, letters do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dashboards.queries.journey import JourneyMap, Point

LETTERED = 15  # further ones are dots: past that, letters cover each other
SMALLEST, LARGEST, DOT = 24, 36, 9
NARROWEST, HEIGHT = 260, 240  # the box on the smallest screen, in pixels: what keeps apart there keeps apart everywhere
BAND = 20  # percent of the width for each importance, 1 to 5
MARGIN = 14  # percent above the best and below the worst score


@dataclass(frozen=True, slots=True)
class Bubble:
    """One touchpoint; `size` is the diameter in pixels, its area grows with the answers. A dot carries no letter."""

    point: Point
    left: float
    top: float
    size: int
    lettered: bool


@dataclass(frozen=True, slots=True)
class Tick:
    value: int
    top: float


@dataclass(frozen=True, slots=True)
class Matrix:
    """`cut_left` and `cut_top` are where the mean importance and the mean score lie."""

    bubbles: list[Bubble]
    ticks: list[Tick]
    cut_left: float
    cut_top: float


def matrix(journey: JourneyMap) -> Matrix | None:
    """The drawing; None while nothing has a score."""
    points = journey.by_priority
    if not points:
        return None
    low, high = _scale(points)
    importance, score = journey.means
    # The urgent ones first: they keep their own place, others make way.
    placed: list[Bubble] = []
    most = max(point.reading.score.n for point in points)
    for rank, point in enumerate(points):
        placed.append(_placed(point, _size(point, most, rank < LETTERED), rank < LETTERED, low, high, placed))
    return Matrix(placed, _ticks(low, high), _left(importance), _top(score, low, high))


def _scale(points: tuple[Point, ...]) -> tuple[int, int]:
    """Whole tens around the scores, at least forty points apart."""
    scores = [point.reading.score.nps or 0.0 for point in points]
    low, high = math.floor(min(scores) / 10) * 10, math.ceil(max(scores) / 10) * 10
    short = max(0, 40 - (high - low))
    low = max(-100, low - math.ceil(short / 20) * 10)
    return low, min(100, max(high, low + 40))


def _size(point: Point, most: int, lettered: bool) -> int:
    if not lettered:
        return DOT
    return round(SMALLEST + (LARGEST - SMALLEST) * math.sqrt(point.reading.score.n / most))


def _left(importance: float) -> float:
    return BAND * (importance - 0.5)


def _top(score: float, low: int, high: int) -> float:
    return MARGIN + (100 - 2 * MARGIN) * (high - score) / (high - low)


def _ticks(low: int, high: int) -> list[Tick]:
    step = 20 if high - low <= 80 else 50
    return [Tick(value, _top(value, low, high)) for value in range(-100, 101, step) if low <= value <= high]


def _placed(point: Point, size: int, lettered: bool, low: int, high: int, others: list[Bubble]) -> Bubble:
    """At its score; across its band as near the middle as the others leave room."""
    middle, top = _left(point.importance), _top(point.reading.score.nps or 0.0, low, high)
    room = BAND / 2 - 1
    steps = [0.0] + [sign * room * share / 4 for share in range(1, 5) for sign in (1, -1)]
    tried = [Bubble(point, middle + step, top, size, lettered) for step in steps]
    return max(tried, key=lambda bubble: min(0.0, *(_gap(bubble, other) for other in others)) if others else 0.0)


def _gap(one: Bubble, other: Bubble) -> float:
    """Pixels between two bubbles' edges; negative where they overlap."""
    across = (one.left - other.left) * NARROWEST / 100
    down = (one.top - other.top) * HEIGHT / 100
    return math.hypot(across, down) - (one.size + other.size) / 2
