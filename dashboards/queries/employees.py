"""eNPS: what employees answered, in groups of five or more for every reader, and never with customers (METHOD §1).

Figures are sums of closed groups (`responses/employees.py`), each of five people or more; whatever is subtracted from
whatever, at whatever time, what is left is a sum of such groups again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from django.utils.translation import get_language

from dashboards.periods import Period, end_of_month, shifted
from dashboards.queries.filters import Filters
from dashboards.queries.parts import Dimension, breakdown
from dashboards.queries.scores import MonthScore
from dashboards.readers import Reader
from dashboards.redaction import redact
from nps_platform.lib import nps
from nps_platform.lib.nps import Change, Counts, Score
from nps_platform.tenancy.models import Unit
from responses.employees import PEOPLE, close_ripe_groups, quarter_of, this_quarter
from responses.models import EmployeeGroup
from surveys.authoring.content import Content, Question, content_for
from surveys.models import FEWEST, Collector, Survey

State = EmployeeGroup.State
QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Closed:
    """Five people or more whose answers are shown together. `unit` is None where they work in several, or none is named."""

    survey_id: int
    unit: Unit | None
    quarter: date
    scores: tuple[int, ...]
    tallies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    words: Sequence[Mapping[str, str]] = ()
    pooled: bool = False

    @property
    def counts(self) -> Counts:
        return Counts(sum(self.scores[9:]), sum(self.scores[7:9]), sum(self.scores[:7]))


def closed(period: Period | None = None, *, survey: Survey | None = None, unit: Unit | None = None) -> list[Closed]:
    """Every closed group of the quarters that `period` touches; `unit` with all below it.

    What was pooled out of small units stands in no unit.
    """
    close_ripe_groups()
    rows = EmployeeGroup.objects.exclude(state=State.GATHERING).select_related("unit").order_by("quarter", "pk")
    if period:
        rows = rows.filter(quarter__gte=quarter_of(period.first), quarter__lte=period.last)
    if survey:
        rows = rows.filter(survey=survey)
    if unit:
        rows = rows.filter(state=State.UNIT, unit__path__startswith=unit.path)
    own = [_closed(row) for row in rows if row.state == State.UNIT]
    return own + _pooled(row for row in rows if row.state == State.POOL)


def _closed(row: EmployeeGroup) -> Closed:
    return Closed(row.survey_id, row.unit, row.quarter, tuple(row.scores), row.tallies, row.words)


def _pooled(rows: Iterable[EmployeeGroup]) -> list[Closed]:
    """The remainders of one survey's quarter are one group: each alone is too small to be told apart."""
    together: dict[tuple[int, date], list[EmployeeGroup]] = defaultdict(list)
    for row in rows:
        together[row.survey_id, row.quarter].append(row)
    return [
        Closed(
            survey_id,
            None,
            quarter,
            tuple(map(sum, zip(*(row.scores for row in parts), strict=True))),
            _added(row.tallies for row in parts),
            [word for row in parts for word in row.words],
            pooled=True,
        )
        for (survey_id, quarter), parts in together.items()
    ]


def _added(tallies: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    whole: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in tallies:
        for key, counted in one.items():
            for value, people in counted.items():
                whole[key][value] += people
    return whole


def counted(groups: Iterable[Closed]) -> Counts:
    """All their scores; no answers is no score."""
    return sum((group.counts for group in groups), Counts())


# --- one quarter, by unit --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit's employees in one quarter. `score` is empty while fewer than five have answered; `share` is of the people
    who have the link, where somebody said how many; `customers` is what the unit's customers gave, apart."""

    unit: Unit | None
    score: Score
    change: Change
    people: int | None
    customers: Score | None = None

    @property
    def share(self) -> float | None:
        return self.score.n / self.people if self.people and self.score.n else None

    @property
    def too_many(self) -> bool:
        """More answers than people: the link went round, or somebody answered twice."""
        return bool(self.people and self.score.n > self.people)


@dataclass(frozen=True, slots=True)
class Quarter:
    """Employees in one quarter: each unit that was asked, what small units gave together, and all."""

    period: Period
    rows: list[UnitRow]
    pooled: int
    total: UnitRow

    @property
    def hidden(self) -> int:
        return sum(not row.score.n for row in self.rows)


def quarter_period(first: date) -> Period:
    """The quarter that begins with `first`."""
    return Period(first, end_of_month(shifted(first, 2)))


def quarter_by_unit(period: Period, reader: Reader, survey: Survey | None = None) -> Quarter:
    """The quarter `period` against the one before."""
    now, before = closed(period, survey=survey), closed(period.before, survey=survey)
    asked = units_asked(survey)
    units = {unit.pk: unit for unit in asked if unit} | {g.unit.pk: g.unit for g in now if g.unit}
    people = {unit.pk if unit else None: n for unit, n in asked.items()}
    customers = _customers_by_unit(period, reader)
    keys = [*sorted(units, key=lambda pk: units[pk].name), None]
    named = {key: [g for g in now if _is_of(g, key)] for key in keys}
    rows = [
        UnitRow(
            units.get(key or 0),
            *moved(named[key], [g for g in before if _is_of(g, key)]),
            people.get(key),
            customers.get(key),
        )
        for key in keys
        if key or named[key] or None in people
    ]
    known = [n for n in people.values() if n]
    whole = UnitRow(None, *moved(now, before), sum(known) if people and len(known) == len(people) else None)
    return Quarter(period, rows, counted(g for g in now if g.pooled).n, whole)


def _is_of(group: Closed, key: int | None) -> bool:
    return not group.pooled and (group.unit.pk if group.unit else None) == key


def moved(now: list[Closed], before: list[Closed]) -> tuple[Score, Change]:
    """The score, and how it differs from the one before (METHOD §3)."""
    return nps.score(counted(now)), nps.compare(counted(before), counted(now))


def units_asked(survey: Survey | None) -> dict[Unit | None, int | None]:
    """The units that have a link, with how many people have it where each of a unit's links says so."""
    links = Collector.objects.filter(kind=Collector.Kind.EMPLOYEE, **({"survey": survey} if survey else {}))
    found: dict[Unit | None, list[int | None]] = defaultdict(list)
    for link in links.select_related("unit"):
        found[link.unit].append(link.people)
    return {unit: None if None in told else max(n for n in told if n) for unit, told in found.items()}


def _customers_by_unit(period: Period, reader: Reader) -> dict[int | str | None, Score]:
    """What customers of each unit gave in the same quarter: as their own page shows it to this reader."""
    cells = breakdown(Filters(period), Dimension.UNIT, period.before, threshold=reader.threshold).cells
    return {cell.key: cell.score for cell in cells if not cell.hidden and cell.key is not None}


# --- over quarters ---------------------------------------------------------------------------------------------------
def by_quarter(last: date, *, survey: Survey | None = None, unit: Unit | None = None) -> list[MonthScore]:
    """The score of the last QUARTERS quarters up to the one that begins with `last`; each stands at its first month."""
    firsts = [shifted(last, -3 * n) for n in reversed(range(QUARTERS))]
    found = closed(Period(firsts[0], end_of_month(shifted(last, 2))), survey=survey, unit=unit)
    return [MonthScore(first, nps.score(counted(g for g in found if g.quarter == first))) for first in firsts]


def newest_quarter() -> date:
    """The newest with something to show, else this one."""
    close_ripe_groups()
    rows = EmployeeGroup.objects.exclude(state=State.GATHERING).order_by("-quarter")
    return rows.values_list("quarter", flat=True).first() or this_quarter()


# --- their words, and the further questions --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Word:
    """A comment, or words to a further question: of a class, a unit and a quarter, of nobody."""

    text: str
    nps_class: str
    unit: str
    quarter: date
    question: str = ""


def words(groups: Sequence[Closed], reader: Reader, *, nps_class: str = "") -> list[Word]:
    """In an order that says nothing: neither when they came nor whose belong together."""
    contents = _contents(groups)
    found = [
        Word(
            word["text"] if reader.personal else redact(word["text"]),
            word["nps_class"],
            group.unit.name if group.unit else "",
            group.quarter,
            _text(contents[group.survey_id], word["key"]) if word["key"] else "",
        )
        for group in groups
        for word in group.words
        if not nps_class or word["nps_class"] == nps_class
    ]
    return sorted(found, key=lambda word: sha256(word.text.encode()).digest())


@dataclass(frozen=True, slots=True)
class Chosen:
    """One answer that could be chosen, and how many did."""

    text: str
    people: int
    share: float


@dataclass(frozen=True, slots=True)
class Further:
    """A further question: how many answered it, and what."""

    text: str
    n: int
    chosen: list[Chosen]


def further(groups: Sequence[Closed]) -> list[Further]:
    """Numbers and choices, in the survey's order; of each group only the questions that five or more of it answered."""
    contents = _contents(groups)
    return [
        found
        for survey_id, content in contents.items()
        for question in content.extras
        if question.values and (found := _further(question, content, [g for g in groups if g.survey_id == survey_id]))
    ]


def _further(question: Question, content: Content, groups: Iterable[Closed]) -> Further | None:
    tallies = [group.tallies.get(question.key, {}) for group in groups]
    whole = _added({"": told} for told in tallies if told.get(PEOPLE, 0) >= FEWEST)[""]
    n = whole.get(PEOPLE, 0)
    if not n:
        return None
    spoken = _spoken(content)
    labels = {value: option.text(spoken) if (option := question.option(value)) else value for value in question.values}
    chosen = [Chosen(label, whole.get(value, 0), whole.get(value, 0) / n) for value, label in labels.items()]
    return Further(_text(content, question.key), n, chosen)


def _contents(groups: Iterable[Closed]) -> dict[int, Content]:
    surveys = Survey.objects.select_related("published").in_bulk(sorted({group.survey_id for group in groups}))
    return {pk: content_for(survey) for pk, survey in surveys.items()}


def _text(content: Content, key: str) -> str:
    question = content.question(key)
    return (question.text(_spoken(content)) if question else "") or key


def _spoken(content: Content) -> str:
    """The reader's language where the survey speaks it, else the survey's first."""
    reads = get_language() or ""
    return reads if reads in content.languages else next(iter(content.languages), "")
