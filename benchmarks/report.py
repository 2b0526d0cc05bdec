"""How a benchmark says what it found."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """`ratio` against `goal`: reached when at least that (or at most, where less is better)."""

    name: str
    ratio: float
    goal: float
    detail: str
    less_is_better: bool = False

    def line(self) -> str:
        reached = self.ratio <= self.goal if self.less_is_better else self.ratio >= self.goal
        sign = "≤" if self.less_is_better else "≥"
        return f"{self.name}: ratio {self.ratio:.2f} (goal {sign} {self.goal:g}) {'ok' if reached else 'short'} · {self.detail}"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def rate(work: Callable[[int], None], count: int) -> float:
    """Things a second when `work(count)` does `count` of them."""
    begun = time.perf_counter()
    work(count)
    return count / (time.perf_counter() - begun)


def interleaved(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 5
) -> tuple[float, list[float], list[float]]:
    """Median of ours/theirs pair by pair, the sides in turn so that a drifting machine hurts both; and the two series."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return statistics.median(a / b for a, b in pairs), [a for a, _ in pairs], [b for _, b in pairs]
