"""Scores, their changes, and who gave them (METHOD §1–§3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from dashboards.periods import Period, end_of_month, last_months, month_of, shifted
from dashboards.queries.filters import Filters, matching, own_zone, within
from nps_platform.lib import nps
from nps_platform.lib.nps import Change, Counts, NpsClass, Score
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
    rows = matching(filters).filter(any_of(periods)).values("score").annotate(**wanted)
    columns = [[0] * 11 for _period in periods]
    for row in rows:
        for i, column in enumerate(columns):
            column[row["score"]] = row[f"in_{i}"]  # type: ignore[literal-required]
    return [Distribution(tuple(column)) for column in columns]


def any_of(periods: Iterable[Period]):
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
    scores = {month: nps.score(counts_of(found.get(month, {}))) for month in span.months()}
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


def counts_of(by_class: dict[str, int]) -> Counts:
    """Counts from class names."""
    return Counts(*(by_class.get(c, 0) for c in (NpsClass.PROMOTER, NpsClass.PASSIVE, NpsClass.DETRACTOR)))
