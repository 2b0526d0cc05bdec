"""The journey as it stands: each stage and touchpoint with its score, what listens there, and who answers for it.

Three kinds of score stand on one page and are never mixed (METHOD §1): the company's is relational, a stage's comes from
surveys of that stage, a touchpoint's from surveys after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import count, product
from string import ascii_uppercase

from django.db.models import Count

from dashboards.queries.filters import Filters
from dashboards.queries.parts import Dimension, breakdown
from dashboards.queries.scores import standing
from nps_platform.lib import nps
from nps_platform.lib.nps import Change, Counts, Score
from nps_platform.lib.priority import priority
from surveys.models import QualitativeNote, Stage, Survey, SurveyKind, Touchpoint

MATTERS = 4  # an interaction of this declared importance, or a moment of truth, should be heard


class Aim(StrEnum):
    """A score against its target, as far as its interval decides."""

    NONE = "none"
    REACHED = "reached"
    MISSED = "missed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Ear:
    """A survey at its place; only a published one listens."""

    id: int
    name: str
    listens: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A score with what may be said against the period before. `hidden`: too few answered for this reader."""

    score: Score
    change: Change
    hidden: bool = False

    @property
    def below_zero(self) -> bool:
        return self.score.high is not None and self.score.high < 0

    def aim(self, target: int | None) -> Aim:
        """Reached or missed only where the whole interval says so, and never on few answers (METHOD §2)."""
        low, high = self.score.low, self.score.high
        if target is None or low is None or high is None:
            return Aim.NONE
        if self.score.few or low < target <= high:
            return Aim.OPEN
        return Aim.REACHED if low >= target else Aim.MISSED


SILENCE = Reading(nps.score(Counts()), nps.compare(Counts(), Counts()))


@dataclass(frozen=True)
class Place:
    """What a stage and a touchpoint have in common."""

    id: int
    name: str
    target: int | None
    owner: str
    ears: tuple[Ear, ...]
    notes: int
    reading: Reading

    @property
    def heard(self) -> bool:
        return any(ear.listens for ear in self.ears)

    @property
    def aim(self) -> Aim:
        return self.reading.aim(self.target)

    @property
    def tone(self) -> str:
        """The colour that the interval allows: below zero, short of the target, at it; "" where it decides nothing."""
        if self.reading.score.few:
            return ""
        if self.reading.below_zero:
            return "detractor"
        return {Aim.REACHED: "promoter", Aim.MISSED: "passive"}.get(self.aim, "")


@dataclass(frozen=True)
class Point(Place):
    """A touchpoint. `letter` names it on the map and in the matrix alike."""

    letter: str
    importance: int
    moment_of_truth: bool
    stage_id: int

    @property
    def matters(self) -> bool:
        return self.moment_of_truth or self.importance >= MATTERS

    @property
    def priority(self) -> float | None:
        """Declared importance × room to improve (METHOD §6); None without answers."""
        score = self.reading.score.nps
        return None if score is None else priority(importance=self.importance, nps=score)


@dataclass(frozen=True)
class Part(Place):
    """A stage with its touchpoints, in order."""

    kind_label: str
    is_channel: bool
    points: tuple[Point, ...]

    @property
    def covered(self) -> bool:
        """Asked about as a whole, or at every one of its touchpoints."""
        return self.heard or (bool(self.points) and all(point.heard for point in self.points))


@dataclass(frozen=True)
class JourneyMap:
    """The whole journey in one period."""

    filters: Filters
    company: Reading
    company_ears: tuple[Ear, ...]
    parts: tuple[Part, ...]

    @cached_property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for part in self.parts for point in part.points)

    @property
    def heard(self) -> int:
        return sum(point.heard for point in self.points)

    @cached_property
    def by_priority(self) -> tuple[Point, ...]:
        """Touchpoints with a score, the most urgent first; few answers never lead over enough (METHOD §6)."""
        scored = [point for point in self.points if point.priority is not None]
        return tuple(sorted(scored, key=lambda point: (point.reading.score.few, -(point.priority or 0.0))))

    @cached_property
    def fix_first(self) -> tuple[Point, ...]:
        """At or below the mean score and short of its target, the most urgent first (METHOD §6)."""
        if not self.by_priority:
            return ()
        _importance, mean = self.means
        low = [point for point in self.by_priority if (point.reading.score.nps or 0.0) <= mean]
        return tuple(point for point in low if point.aim != Aim.REACHED)

    @property
    def means(self) -> tuple[float, float]:
        """Where the matrix is cut: the mean importance and the mean score (METHOD §6); few answers don't shift it."""
        scored = [point for point in self.by_priority if not point.reading.score.few] or self.by_priority
        importances = [point.importance for point in scored]
        return sum(importances) / len(scored), sum(point.reading.score.nps or 0.0 for point in scored) / len(scored)

    def point(self, pk: int | None) -> Point | None:
        """The touchpoint with this id, else the first to fix, else the first that has a score, else none."""
        found = next((point for point in self.points if point.id == pk), None)
        return found or next(iter((*self.fix_first, *self.by_priority)), None)


def journey_map(filters: Filters, *, threshold: int = 1) -> JourneyMap:
    """Read the journey: a fixed number of queries, however long it is. `filters` narrow by period, unit and segment."""
    company = standing(filters, threshold=threshold)
    ears, notes = _ears(), _notes()
    at_points = _readings(replace(filters, kind=SurveyKind.TRANSACTIONAL), Dimension.TOUCHPOINT, threshold)
    at_stages = _readings(replace(filters, kind=SurveyKind.PHASE), Dimension.STAGE, threshold)
    points: dict[int, list[Point]] = defaultdict(list)
    for letter, row in zip(letters(), Touchpoint.objects.select_related("owner__user"), strict=False):
        points[row.stage_id].append(_point(row, letter, ears, notes, at_points))
    parts = tuple(
        _part(row, tuple(points[row.pk]), ears, notes, at_stages) for row in Stage.objects.select_related("owner__user")
    )
    reading = Reading(company.score, company.against_before, company.hidden)
    return JourneyMap(filters, reading, tuple(ears[None, None]), parts)


def letters() -> Iterator[str]:
    """A … Z, AA, AB …"""
    for length in count(1):
        yield from ("".join(some) for some in product(ascii_uppercase, repeat=length))


Key = tuple[str | None, int | None]


def _ears() -> dict[Key, list[Ear]]:
    """The surveys of each place: ("touchpoint", id), ("stage", id), (None, None) for the company; archived ones are gone."""
    found: dict[Key, list[Ear]] = defaultdict(list)
    rows = Survey.objects.exclude(state=Survey.State.ARCHIVED).order_by("name", "id")
    for pk, name, kind, state, stage, touchpoint in rows.values_list(
        "id", "name", "kind", "state", "stage_id", "touchpoint_id"
    ):
        ear = Ear(pk, name, state == Survey.State.PUBLISHED)
        if kind == SurveyKind.TRANSACTIONAL and touchpoint:
            found["touchpoint", touchpoint].append(ear)
        elif kind == SurveyKind.PHASE and stage:
            found["stage", stage].append(ear)
        elif kind == SurveyKind.RELATIONAL:
            found[None, None].append(ear)
    return found


def _notes() -> dict[Key, int]:
    rows = QualitativeNote.objects.order_by().values_list("stage_id", "touchpoint_id").annotate(n=Count("id"))
    return {("touchpoint", touchpoint) if touchpoint else ("stage", stage): n for stage, touchpoint, n in rows}


def _readings(filters: Filters, dimension: Dimension, threshold: int) -> dict[int | str | None, Reading]:
    """Scores by place with their verdicts, which hold for all of them together (METHOD §3)."""
    found = breakdown(filters, dimension, filters.period.before, threshold=threshold)
    return {cell.key: Reading(cell.score, cell.change, cell.hidden) for cell in found.cells}


def _point(row: Touchpoint, letter: str, ears: dict, notes: dict, readings: dict) -> Point:
    return Point(
        **_place(row, "touchpoint", ears, notes, readings),
        letter=letter,
        importance=row.importance,
        moment_of_truth=row.moment_of_truth,
        stage_id=row.stage_id,
    )


def _part(row: Stage, points: tuple[Point, ...], ears: dict, notes: dict, readings: dict) -> Part:
    return Part(
        **_place(row, "stage", ears, notes, readings),
        kind_label=row.get_kind_display(),
        is_channel=row.kind == Stage.Kind.CHANNEL,
        points=points,
    )


def _place(row: Stage | Touchpoint, key: str, ears: dict, notes: dict, readings: dict) -> dict:
    return {
        "id": row.pk,
        "name": row.name,
        "target": row.target,
        "owner": str(row.owner) if row.owner else "",
        "ears": tuple(ears.get((key, row.pk), ())),
        "notes": notes.get((key, row.pk), 0),
        "reading": readings.get(row.pk, SILENCE),
    }
