"""CSAT and CES (METHOD §1): the share of good answers and, for effort, the mean; and the mean of any scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nps_platform.lib.nps import Z95

CSAT_POINTS = 5
CES_POINTS = 7


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """A scale's answers: `share` of good ones with its 95 % Wilson interval, fractions 0–1; `mean` on the scale.

    All but `n` is None where nobody answered.
    """

    n: int
    share: float | None
    low: float | None
    high: float | None
    mean: float | None


def csat(counts: Sequence[int]) -> ScaleScore:
    """Satisfaction from the counts of answers 1…5: good is 4–5 (METHOD §1)."""
    return _scale(counts, CSAT_POINTS, good_from=4)


def ces(counts: Sequence[int]) -> ScaleScore:
    """Effort ("made it easy", 7 = agree) from the counts of answers 1…7: good is 5–7 (METHOD §1)."""
    return _scale(counts, CES_POINTS, good_from=5)


def _scale(counts: Sequence[int], points: int, *, good_from: int) -> ScaleScore:
    if len(counts) != points or min(counts) < 0:
        raise ValueError(f"one count, not negative, for each answer 1 to {points}")
    n = sum(counts)
    if not n:
        return ScaleScore(0, None, None, None, None)
    share = sum(counts[good_from - 1 :]) / n
    low, high = wilson(share, n)
    return ScaleScore(n, share, low, high, sum(i * c for i, c in enumerate(counts, start=1)) / n)


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of numbers of a scale with its 95 % interval, kept within the scale; None of a single answer."""

    value: float
    low: float | None
    high: float | None


def mean_of(counts: Mapping[int, int], bottom: int, top: int) -> Mean:
    """The mean of answers from `bottom` to `top` by how often each was given, at least one; its interval by their own spread."""
    n = sum(counts.values())
    mean = sum(number * count for number, count in counts.items()) / n
    if n == 1:
        return Mean(mean, None, None)
    variance = sum(count * (number - mean) ** 2 for number, count in counts.items()) / (n - 1)
    half = Z95 * math.sqrt(variance / n)
    return Mean(mean, max(float(bottom), mean - half), min(float(top), mean + half))


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share of `n`, as fractions; n is at least 1."""
    spread = Z95 * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    middle, scale = share + Z95**2 / (2 * n), 1 + Z95**2 / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
