"""Net Promoter arithmetic: classes, scores, intervals, changes, sample sizes, movement (METHOD §1–§5).

Nothing here rounds: figures are rounded where they are shown. Scores and intervals are in points (−100 … 100); centres,
variances and standard errors are fractions (−1 … 1), as in METHOD §2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import NormalDist
from typing import Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Z95 = 1.959964
Z_POWER_80 = NormalDist().inv_cdf(0.8)
SIGNIFICANCE = 0.05
FEW_ANSWERS = 100
_ADDED_ANSWERS = 3

Key = TypeVar("Key")


class NpsClass(TextChoices):
    """The class of a customer; `SILENT` is everyone without a score in force (METHOD §7)."""

    PROMOTER = "promoter", _("Promoter")
    PASSIVE = "passive", _("Passive")
    DETRACTOR = "detractor", _("Detractor")
    SILENT = "silent", _("Silent")


def class_of(score: int) -> NpsClass:
    """The class of an answer (METHOD §1). ValueError for anything but an integer 0–10."""
    if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= 10:
        raise ValueError("a score is an integer from 0 to 10")
    if score >= 9:
        return NpsClass.PROMOTER
    return NpsClass.PASSIVE if score >= 7 else NpsClass.DETRACTOR


@dataclass(frozen=True, slots=True)
class Counts:
    """How many answers fell in each class."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    def __post_init__(self) -> None:
        if min(self.promoters, self.passives, self.detractors) < 0:
            raise ValueError("counts are never negative")

    @classmethod
    def of(cls, scores: Iterable[int]) -> Counts:
        """Count raw scores 0–10."""
        classes = [class_of(score) for score in scores]
        return cls(*(classes.count(c) for c in (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR)))

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> float | None:
        """Plain NPS in points; None without answers, never 0 (METHOD §1)."""
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.promoters + other.promoters, self.passives + other.passives, self.detractors + other.detractors
        )


@dataclass(frozen=True, slots=True)
class _Adjusted:
    """§2's adjusted figures: `size` = n + 3, `centre` and `variance` as fractions."""

    size: int
    centre: float
    variance: float

    @property
    def se(self) -> float:
        return math.sqrt(self.variance / self.size)


def _adjusted(counts: Counts) -> _Adjusted:
    size = counts.n + _ADDED_ANSWERS
    promoters, detractors = (counts.promoters + 0.75) / size, (counts.detractors + 0.75) / size
    centre = promoters - detractors
    return _Adjusted(size, centre, promoters + detractors - centre**2)


def variance(counts: Counts) -> float:
    """§2's variance of one answer, a fraction: what `answers_needed` plans with."""
    return _adjusted(counts).variance


def _clamped(points: float) -> float:
    return max(-100.0, min(100.0, points))


@dataclass(frozen=True, slots=True)
class Score:
    """An NPS with its 95 % interval (METHOD §2). All but `counts` is None where nobody answered.

    `nps`, `low`, `high` in points; `centre`, `se` fractions.
    """

    counts: Counts
    nps: float | None
    low: float | None
    high: float | None
    centre: float | None
    se: float | None

    @property
    def n(self) -> int:
        return self.counts.n

    @property
    def few(self) -> bool:
        """Under 100 answers: shown faded, with the words "few answers"."""
        return self.n < FEW_ANSWERS


def score(counts: Counts) -> Score:
    """The score of a group with its adjusted Wald interval (METHOD §2)."""
    if not counts.n:
        return Score(counts, None, None, None, None, None)
    a = _adjusted(counts)
    low, high = (_clamped(100 * (a.centre + sign * Z95 * a.se)) for sign in (-1, 1))
    return Score(counts, counts.nps, low, high, a.centre, a.se)


class Verdict(StrEnum):
    """What may be said of two scores. Only UP and DOWN allow an arrow, a colour or the words (METHOD §3)."""

    UP = "up"
    DOWN = "down"
    NO_CHANGE = "no_change"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Change:
    """Two independent groups or periods compared (METHOD §3).

    `delta` is the difference of the plain scores, in points; `delta_low`/`delta_high` its 95 % interval from §2's centres
    and standard errors; `needed` how many more answers *in each* group would show a change of this size with 80 % power
    (None for UP and DOWN, and where both are exactly alike). FEW: a group has under 100 answers, whatever p says.
    All figures are None where a group is empty.
    """

    before: Counts
    after: Counts
    delta: float | None
    delta_low: float | None
    delta_high: float | None
    z: float | None
    p: float | None
    verdict: Verdict
    needed: int | None

    @property
    def is_change(self) -> bool:
        return self.verdict in (Verdict.UP, Verdict.DOWN)


def compare(before: Counts, after: Counts) -> Change:
    """Compare two independent groups or periods (METHOD §3)."""
    if before.nps is None or after.nps is None:
        return Change(before, after, None, None, None, None, None, Verdict.FEW, None)
    a, b = _adjusted(before), _adjusted(after)
    gap, se = b.centre - a.centre, math.hypot(a.se, b.se)
    z = gap / se
    p = math.erfc(abs(z) / math.sqrt(2))
    verdict = _verdict(before, after, gap, p)
    low, high = 100 * (gap - Z95 * se), 100 * (gap + Z95 * se)
    return Change(before, after, after.nps - before.nps, low, high, z, p, verdict, _needed(before, after, gap, verdict))


def _verdict(before: Counts, after: Counts, gap: float, p: float) -> Verdict:
    if min(before.n, after.n) < FEW_ANSWERS:
        return Verdict.FEW
    if p >= SIGNIFICANCE:
        return Verdict.NO_CHANGE
    return Verdict.UP if gap > 0 else Verdict.DOWN


def _needed(before: Counts, after: Counts, gap: float, verdict: Verdict) -> int | None:
    """The smallest m with var₁/(N₁+m) + var₂/(N₂+m) ≤ (gap/(z.975 + z.80))²; at least what lifts FEW."""
    if verdict in (Verdict.UP, Verdict.DOWN):
        return None
    until_enough = max(0, FEW_ANSWERS - min(before.n, after.n))
    if not gap:
        return until_enough or None
    a, b = _adjusted(before), _adjusted(after)
    target = (gap / (Z95 + Z_POWER_80)) ** 2
    linear = target * (a.size + b.size) - a.variance - b.variance
    constant = target * a.size * b.size - a.variance * b.size - b.variance * a.size
    root = (-linear + math.sqrt(max(0.0, linear**2 - 4 * target * constant))) / (2 * target)
    return max(math.ceil(root), until_enough, 1)


def answers_needed(var: float, margin_points: float, population: int | None = None) -> int:
    """Answers for ± `margin_points` at 95 % (METHOD §4), rounded up; `var` a fraction, see `variance`."""
    if var < 0 or margin_points <= 0 or (population is not None and population < 0):
        raise ValueError("a margin is positive, a variance and a population are not negative")
    if population == 0:
        return 0
    unlimited = var * (Z95 / (margin_points / 100)) ** 2
    needed = unlimited if population is None else unlimited / (1 + (unlimited - 1) / population)
    needed = math.ceil(max(needed, 1))
    return needed if population is None else min(needed, population)


def margin_for(counts_or_var: Counts | float, n: int, population: int | None = None) -> float | None:
    """The ± margin in points that `n` answers will give: §4 read backwards. None for n = 0, 0 where all answer.

    At most 100: a score and what it stands for lie on one scale of ±100, wherever few answers leave it open.
    """
    var = variance(counts_or_var) if isinstance(counts_or_var, Counts) else counts_or_var
    if n <= 0:
        return None
    if population is None:
        return min(100.0, 100 * Z95 * math.sqrt(var / n))
    if n >= population:
        return 0.0
    return min(100.0, 100 * Z95 * math.sqrt(var * (population - n) / (n * (population - 1))))


def invitations_needed(answers: int, response_rate: float) -> int:
    """Invitations = answers / expected response rate, a fraction in (0, 1] (METHOD §4), rounded up."""
    if not 0 < response_rate <= 1:
        raise ValueError("a response rate is above 0 and at most 1")
    return math.ceil(round(answers / response_rate, 9))


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum: its weight in the population (people, revenue; any unit) and its answers."""

    weight: float
    counts: Counts


@dataclass(frozen=True, slots=True)
class StratifiedScore:
    """Σ W·NPS with its interval, in points. `covered` is the share of the weight whose strata have answers:
    below 1 the figure speaks only for that share, and says so."""

    nps: float | None
    low: float | None
    high: float | None
    covered: float


def stratified(strata: Sequence[Stratum]) -> StratifiedScore:
    """The score weighted by the population's strata (METHOD §5); strata without answers lower `covered`."""
    if any(s.weight < 0 for s in strata):
        raise ValueError("weights are never negative")
    total = math.fsum(s.weight for s in strata)
    heard = [(s.weight, s.counts, s.counts.nps) for s in strata if s.weight]
    answered = [(weight, counts, nps) for weight, counts, nps in heard if nps is not None]
    weight_heard = math.fsum(weight for weight, _counts, _nps in answered)
    if not weight_heard:
        return StratifiedScore(None, None, None, 0.0)
    shares = [(weight / weight_heard, nps, _adjusted(counts)) for weight, counts, nps in answered]
    centre = math.fsum(share * a.centre for share, _nps, a in shares)
    se = math.sqrt(math.fsum((share * a.se) ** 2 for share, _nps, a in shares))
    return StratifiedScore(
        nps=math.fsum(share * nps for share, nps, _a in shares),
        low=_clamped(100 * (centre - Z95 * se)),
        high=_clamped(100 * (centre + Z95 * se)),
        covered=weight_heard / total,
    )


def revenue_weighted(revenue: Mapping[NpsClass, Decimal]) -> float | None:
    """Each answer weighted by that customer's revenue (METHOD §5), from revenue by class; silent revenue is left out."""
    promoters, passives, detractors = (
        revenue.get(c, Decimal(0)) for c in (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR)
    )
    total = promoters + passives + detractors
    return float(100 * (promoters - detractors) / total) if total > 0 else None


Exact = int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """A group's share of the whole (a fraction) and its score (points)."""

    share: Exact
    score: Exact


@dataclass(frozen=True, slots=True)
class Moved:
    """Points a group contributed: by its changed share (`mix`) and its changed score (`within`)."""

    mix: Fraction
    within: Fraction

    @property
    def total(self) -> Fraction:
        return self.mix + self.within

    def __add__(self, other: Moved) -> Moved:
        return Moved(self.mix + other.mix, self.within + other.within)


@dataclass(frozen=True, slots=True)
class Movement(Generic[Key]):
    """How the total moved, in points, split without remainder: `total == mix + within` to the last digit."""

    whole: Moved
    parts: dict[Key, Moved]

    @property
    def mix(self) -> float:
        return float(self.whole.mix)

    @property
    def within(self) -> float:
        return float(self.whole.within)

    @property
    def total(self) -> float:
        return float(self.whole.total)


def movement(before: Mapping[Key, Part], after: Mapping[Key, Part]) -> Movement[Key]:
    """Split the change of Σ share·score at midpoints (METHOD §5). A group absent on one side moves by mix alone."""
    moved = {key: _moved(before.get(key), after.get(key)) for key in dict.fromkeys((*before, *after))}
    return Movement(sum(moved.values(), Moved(Fraction(0), Fraction(0))), moved)


def _moved(before: Part | None, after: Part | None) -> Moved:
    known = before or after
    assert known is not None  # every key comes from one of the two
    w0, w1 = (_exact(part.share) if part else Fraction(0) for part in (before, after))
    s0, s1 = (_exact((part or known).score) for part in (before, after))
    return Moved((w1 - w0) * (s0 + s1) / 2, (w0 + w1) / 2 * (s1 - s0))


def _exact(x: Exact) -> Fraction:
    """A float as it is written: 0.6 is six tenths, not its nearest binary neighbour."""
    return Fraction(repr(x)) if isinstance(x, float) else Fraction(x)


def parts_of(groups: Mapping[Key, Counts]) -> dict[Key, Part]:
    """Shares and scores of groups as `movement` takes them, exact; groups without answers are left out."""
    total = sum(counts.n for counts in groups.values())
    return {
        key: Part(Fraction(c.n, total), Fraction(100 * (c.promoters - c.detractors), c.n))
        for key, c in groups.items()
        if c.n
    }


def benjamini_hochberg(ps: Sequence[float], q: float = SIGNIFICANCE) -> list[bool]:
    """Which of many tests hold at false discovery rate `q` (METHOD §3), in the order given."""
    order = sorted(range(len(ps)), key=ps.__getitem__)
    passing = [rank for rank, i in enumerate(order, start=1) if ps[i] <= q * rank / len(ps)]
    kept = set(order[: passing[-1]]) if passing else set()
    return [i in kept for i in range(len(ps))]
