"""Scores, their changes, and who gave them (METHOD §1–§3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db.models import Count, F
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from dashboards.periods import Period, end_of_month, last_months, month_of, shifted
from dashboards.queries.filters import Filters, answers_in, matching, own_zone, within
from dashboards.queries.privacy import hidden_cells
from nps_platform.lib import nps
from nps_platform.lib.nps import Change, Counts, NpsClass, Score, Verdict
from responses.models import Response
from surveys.models import SurveyKind

SCALE = range(11)


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many gave each score, 0 to 10."""

    counts: tuple[int, ...] = (0,) * 11

    @property
    def classes(self) -> Counts:
        return Counts(sum(self.counts[9:]), sum(self.counts[7:9]), sum(self.counts[:7]))


@dataclass(frozen=True, slots=True)
class Standing:
    """A score with what may be said of it against the period before and the same period a year ago (METHOD §2, §3).

    `hidden`: too few answered for this reader to see anything.
    """

    period: Period
    score: Score
    distribution: Distribution
    against_before: Change
    against_year_ago: Change
    hidden: bool = False


def standing(filters: Filters, *, threshold: int = 1) -> Standing:
    """Where the score stands in the filters' period."""
    period = filters.period
    now, before, year_ago = distributions(filters, [period, period.before, period.year_ago])
    hidden = 0 < now.classes.n < threshold
    if hidden:
        now = Distribution()
    before, year_ago = (Distribution() if d.classes.n < threshold else d for d in (before, year_ago))
    return Standing(
        period,
        nps.score(now.classes),
        now,
        nps.compare(before.classes, now.classes),
        nps.compare(year_ago.classes, now.classes),
        hidden,
    )


def distributions(filters: Filters, periods: Sequence[Period]) -> list[Distribution]:
    """The distribution of each period, in one query. ValueError where kinds would be mixed (METHOD §1)."""
    if not filters.kind:
        raise ValueError("a score is of one kind of survey")
    wanted = {f"in_{i}": Count("id", filter=within(period)) for i, period in enumerate(periods)}
    rows = matching(filters).filter(_any_of(periods)).values("score").annotate(**wanted)
    columns = [[0] * 11 for _period in periods]
    for row in rows:
        for i, column in enumerate(columns):
            column[row["score"]] = row[f"in_{i}"]  # type: ignore[literal-required]
    return [Distribution(tuple(column)) for column in columns]


def _any_of(periods: Iterable[Period]):
    first, *others = periods
    condition = within(first)
    for period in others:
        condition |= within(period)
    return condition


# --- over time -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MonthScore:
    """One month of the trend; `hidden` where too few answered for this reader."""

    month: date
    score: Score
    hidden: bool = False


def trend(filters: Filters, *, months: int = 13, threshold: int = 1) -> list[MonthScore]:
    """The last `months` months up to the period's end, each with its interval; months without answers are there too.

    No total stands beside the months, so a small one is hidden alone.
    """
    last = filters.period.last
    span = Period(shifted(last, 1 - months), end_of_month(last))
    rows = (
        matching(filters)
        .filter(within(span))
        .annotate(month=TruncMonth("answered_at", tzinfo=own_zone()))
        .values("month", "nps_class")
        .annotate(n=Count("id"))
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["month"].date()][row["nps_class"]] = row["n"]
    scores = {month: nps.score(_counts(found.get(month, {}))) for month in span.months()}
    return [
        MonthScore(month, nps.score(Counts()), hidden=True) if 0 < score.n < threshold else MonthScore(month, score)
        for month, score in scores.items()
    ]


def latest_month(today: date, enough: int) -> Period | None:
    """The last complete month of the past year in which `enough` customers gave a relational score."""
    span = last_months(12, today)
    months = (
        Response.objects.filter(within(span), kind=SurveyKind.RELATIONAL)
        .annotate(month=TruncMonth("answered_at", tzinfo=own_zone()))
        .values("month")
        .annotate(n=Count("id"))
        .filter(n__gte=enough)
        .order_by("-month")
    )
    found = months.first()
    return month_of(found["month"].date()) if found else None


def _counts(by_class: dict[str, int]) -> Counts:
    return Counts(*(by_class.get(c, 0) for c in (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR)))


# --- side by side ----------------------------------------------------------------------------------------------------
class Dimension(StrEnum):
    """What a table may be cut by."""

    TOUCHPOINT = "touchpoint"
    STAGE = "stage"
    UNIT = "unit"
    SURVEY = "survey"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of such a table. `key` is the row's id, or the channel; None for answers without any."""

    key: int | str | None
    name: str
    score: Score
    before: Score
    change: Change
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Rows by what they are cut by, and the whole. Verdicts hold for the table as a whole (Benjamini–Hochberg, §3)."""

    dimension: Dimension
    cells: list[Cell]
    total: Cell

    @property
    def hidden(self) -> int:
        return sum(cell.hidden for cell in self.cells)


def breakdown(filters: Filters, dimension: Dimension, against: Period, *, threshold: int = 1) -> Breakdown:
    """The score of each part in the filters' period, compared with `against`."""
    now = _by(filters, dimension)
    before = _by(filters.during(against), dimension)
    small = hidden_cells({key: counts.n for key, (_name, counts) in now.items()}, threshold)
    small_before = hidden_cells({key: counts.n for key, (_name, counts) in before.items()}, threshold)
    cells = [
        _cell(key, name, now, before, hidden=key in small, without_before=key in small_before)
        for key, (name, _counts) in now.items()
    ]
    whole_now = sum((counts for _name, counts in now.values()), Counts())
    whole_before = sum((counts for _name, counts in before.values()), Counts())
    if whole_before.n < threshold:
        whole_before = Counts()
    total = Cell(None, "", nps.score(whole_now), nps.score(whole_before), nps.compare(whole_before, whole_now))
    return Breakdown(dimension, _verdicts_held(sorted(cells, key=lambda cell: (cell.key is None, cell.name))), total)


Found = dict[int | str | None, tuple[str, Counts]]


def _by(filters: Filters, dimension: Dimension) -> Found:
    rows = (
        answers_in(filters)
        .values(key=F(dimension.value), name=_name_field(dimension), by_class=F("nps_class"))
        .annotate(n=Count("id"))
        .order_by()
    )
    grouped: dict[int | str | None, dict[str, int]] = defaultdict(dict)
    names: dict[int | str | None, str] = {}
    for row in rows:
        grouped[row["key"]][row["by_class"]] = row["n"]
        names[row["key"]] = row["name"] or ""
    return {key: (_named(dimension, key, names[key]), _counts(found)) for key, found in grouped.items()}


def _name_field(dimension: Dimension) -> F:
    return F("channel") if dimension == Dimension.CHANNEL else F(f"{dimension}__name")


def _named(dimension: Dimension, key: int | str | None, name: str) -> str:
    if key is None:
        return _("None named")
    return str(Response.Channel(str(key)).label) if dimension == Dimension.CHANNEL else name


def _cell(key: int | str | None, name: str, now: Found, before: Found, *, hidden: bool, without_before: bool) -> Cell:
    counts = Counts() if hidden else now[key][1]
    earlier = Counts() if hidden or without_before or key not in before else before[key][1]
    return Cell(key, name, nps.score(counts), nps.score(earlier), nps.compare(earlier, counts), hidden)


def _verdicts_held(cells: list[Cell]) -> list[Cell]:
    """Of many cells some differ by luck: those that don't hold over the whole table lose their verdict."""
    tested = [cell for cell in cells if cell.change.p is not None and cell.change.verdict != Verdict.FEW]
    held = dict(zip((c.key for c in tested), nps.benjamini_hochberg([c.change.p or 0.0 for c in tested]), strict=True))
    return [
        replace(cell, change=replace(cell.change, verdict=Verdict.NO_CHANGE))
        if cell.change.is_change and not held[cell.key]
        else cell
        for cell in cells
    ]


# --- groups for the API ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one part, one month, or both; all of them where nothing splits."""

    key: int | str | None
    name: str
    month: date | None
    counts: Counts


def groups(filters: Filters, dimension: Dimension | None, *, by_month: bool) -> list[Group]:
    """Counts by part and month, by name and in time; every kind stays by itself (METHOD §1)."""
    if not filters.kind:
        raise ValueError("a score is of one kind of survey")
    rows = answers_in(filters).order_by()
    parts: dict[str, F] = {}
    if dimension:
        parts = {"part": F(dimension.value), "part_name": _name_field(dimension)}
    months = {"month": TruncMonth("answered_at", tzinfo=own_zone())} if by_month else {}
    found: dict[tuple[int | str | None, str, date | None], dict[str, int]] = defaultdict(dict)
    for row in rows.annotate(**months).values(*months, **parts, by_class=F("nps_class")).annotate(n=Count("id")):
        key = row.get("part")
        name = _named(dimension, key, row["part_name"] or "") if dimension else ""
        found[key, name, row["month"].date() if by_month else None][row["by_class"]] = row["n"]
    made = [Group(key, name, month, _counts(by_class)) for (key, name, month), by_class in found.items()]
    return sorted(made, key=lambda group: (group.key is None, group.name, str(group.key), group.month or date.min))
