"""The score of each part of the answers: side by side with verdicts, as groups, and by channel (METHOD §1–§3)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from dashboards.periods import Period
from dashboards.queries.filters import Filters, answers_in, matching, own_zone, within
from dashboards.queries.privacy import hidden_cells
from dashboards.queries.scores import any_of, counts_of
from nps_platform.lib import nps
from nps_platform.lib.nps import Change, Counts, Score, Verdict
from responses.models import Response


class Dimension(StrEnum):
    """What a table may be cut by."""

    TOUCHPOINT = "touchpoint"
    STAGE = "stage"
    UNIT = "unit"
    SURVEY = "survey"
    CHANNEL = "channel"
    COLLECTOR = "collector"


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
    return {key: (_named(dimension, key, names[key]), counts_of(found)) for key, found in grouped.items()}


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
    made = [Group(key, name, month, counts_of(by_class)) for (key, name, month), by_class in found.items()]
    return sorted(made, key=lambda group: (group.key is None, group.name, str(group.key), group.month or date.min))


# --- a changed mix of channels ---------------------------------------------------------------------------------------
SHIFT = 0.1


def phone_shift(filters: Filters, against: Period) -> float | None:
    """By how much the share of answers taken by telephone rose or fell, where it did by a tenth or more (METHOD §3).

    People score higher to a person's voice: such a change of score is not to be read without knowing this.
    """
    by_phone = Q(channel=Response.Channel.PHONE)
    now, before = filters.period, against
    found = (
        matching(filters)
        .filter(any_of([now, before]))
        .aggregate(
            now=Count("id", filter=within(now)),
            now_phone=Count("id", filter=within(now) & by_phone),
            before=Count("id", filter=within(before)),
            before_phone=Count("id", filter=within(before) & by_phone),
        )
    )
    if not found["now"] or not found["before"]:
        return None
    shift = found["now_phone"] / found["now"] - found["before_phone"] / found["before"]
    return shift if abs(shift) >= SHIFT else None
