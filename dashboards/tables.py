"""The pages' tables as files: plain numbers, a row a line, hidden cells left empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from dashboards.queries.comments import Voice, Voices
from dashboards.queries.coverage import Coverage
from dashboards.queries.employees import Quarter
from dashboards.queries.journey import JourneyMap
from dashboards.queries.notes import NotePage
from dashboards.queries.parts import Breakdown, Cell
from dashboards.queries.questions import Summary, SurveyQuestions
from dashboards.queries.scores import SCALE, Distribution, MonthScore
from nps_platform.lib.csvio import write_csv
from nps_platform.lib.nps import Score

Row = Sequence[object]
SCORE_COLUMNS = ("answers", "promoters", "passives", "detractors", "nps", "interval_low", "interval_high")


def csv_response(rows: Iterable[Row], name: str) -> HttpResponse:
    """A finished download: built while the organisation is entered, so nothing is read after the view has left it."""
    response = HttpResponse(b"".join(write_csv(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def trend_rows(months: Iterable[MonthScore]) -> list[Row]:
    return [("month", *SCORE_COLUMNS), *((f"{m.month:%Y-%m}", *_score(m.score, hidden=m.hidden)) for m in months)]


def distribution_rows(distribution: Distribution) -> list[Row]:
    return [("score", "answers"), *zip(SCALE, distribution.counts, strict=True)]


def breakdown_rows(found: Breakdown) -> list[Row]:
    head = (found.dimension.value, *SCORE_COLUMNS, "nps_before", "difference", "low", "high", "p", "verdict")
    return [head, *map(_cell, found.cells), ("total", *_cell(found.total)[1:])]


def coverage_rows(found: Coverage) -> list[Row]:
    rates = [(r.name, r.sent, r.bounced, r.answered, _rounded(r.share, 4)) for r in [*found.programmes, found.total]]
    return [("programme", "invitations", "bounced", "answered", "response_rate"), *rates]


def _cell(cell: Cell) -> Row:
    change = cell.change
    compared = (cell.before.nps, change.delta, change.delta_low, change.delta_high)
    verdict = change.verdict.value if change.delta is not None else ""
    return (
        cell.name,
        *_score(cell.score, hidden=cell.hidden),
        *(_rounded(x) for x in compared),
        _rounded(change.p, 6),
        verdict,
    )


def _score(score: Score, *, hidden: bool) -> Row:
    if hidden:
        return [None] * len(SCORE_COLUMNS)
    counts = score.counts
    shown = (_rounded(x) for x in (score.nps, score.low, score.high))
    return [counts.n, counts.promoters, counts.passives, counts.detractors, *shown]


def _rounded(x: float | None, decimals: int = 3) -> float | None:
    return None if x is None else round(x, decimals)


def voice_rows(found: Voices, *, with_who: bool) -> list[Row]:
    """Comments; readers without personal data get the day alone, as on the page."""
    questions = sorted({told.key for voice in found.voices for told in voice.further})
    head = voice_head(questions, with_who=with_who)
    return [head, *(voice_row(voice, questions, with_who=with_who) for voice in found.voices)]


def voice_head(questions: Iterable[str], *, with_who: bool) -> Sequence[str]:
    return ("day", "score", "class", "about", "comment", *(("customer",) if with_who else ()), *questions)


def voice_row(voice: Voice, questions: Iterable[str], *, with_who: bool) -> Row:
    """One comment, and what was answered to the further questions, each in its column."""
    told = {one.key: one.answer for one in voice.further}
    who = (voice.who,) if with_who else ()
    answers = (told.get(key, "") for key in questions)
    return (f"{voice.at:%Y-%m-%d}", voice.score, voice.nps_class, voice.where, voice.text, *who, *answers)


def question_rows(found: Iterable[SurveyQuestions]) -> list[Row]:
    """A row for each thing that could be said to each further question; a scale's mean stands in a row of its own."""
    head = ("survey", "question", "text", "answer", "answers", "of", "value", "interval_low", "interval_high")
    return [head, *(row for one in found for asked in one.questions for row in _question(one.survey.name, asked))]


def _question(survey: str, asked: Summary) -> list[Row]:
    name = (survey, asked.key, asked.text)
    if asked.hidden or asked.words:
        return [(*name, "", None if asked.hidden else asked.n, None, None, None, None)]
    rows: list[Row] = [
        (*name, part.text, part.n, asked.n, *(_rounded(x, 4) for x in (part.share, part.low, part.high)))
        for part in asked.parts
    ]
    if asked.scale:
        mean = asked.scale.mean
        rows.append((*name, "mean", asked.n, asked.n, *(_rounded(x) for x in (mean.value, mean.low, mean.high))))
    return rows


def note_rows(found: NotePage, *, with_who: bool) -> list[Row]:
    """Notes of interviews, focus groups and observation; quotes are parted by a bar."""
    head = ("day", "kind", "people", "about", "text", "quotes", *(("who",) if with_who else ()))
    return [
        head,
        *(
            (
                f"{n.on:%Y-%m-%d}",
                n.kind,
                n.people,
                n.where,
                n.text,
                " | ".join(n.quotes),
                *((n.who,) if with_who else ()),
            )
            for n in found.notes
        ),
    ]


def journey_rows(found: JourneyMap) -> list[Row]:
    """Touchpoints in the order of the journey."""
    head = ("stage", "touchpoint", "importance", "moment_of_truth", *SCORE_COLUMNS, "nps_before", "verdict")
    rows = [
        (
            part.name,
            point.name,
            point.importance,
            int(point.moment_of_truth),
            *_score(point.reading.score, hidden=point.reading.hidden),
            _rounded(point.reading.change.before.nps),
            point.reading.change.verdict.value if point.reading.change.delta is not None else "",
            point.target,
            point.owner,
            " | ".join(ear.name for ear in point.ears if ear.listens),
            point.notes,
        )
        for part in found.parts
        for point in part.points
    ]
    return [(*head, "target", "owner", "surveys", "notes"), *rows]


def unit_rows(found: Quarter) -> list[Row]:
    """Employees by unit, fewer than five left empty, and beside them what the unit's customers gave."""
    head = ("unit", *SCORE_COLUMNS, "people", "share_answered", "customers", "customers_nps")
    return [
        head,
        *(
            (
                row.unit.name if row.unit else "",
                *_score(row.score, hidden=not row.score.n),
                row.people,
                _rounded(row.share, 4),
                row.customers.n if row.customers else None,
                _rounded(row.customers.nps) if row.customers else None,
            )
            for row in found.rows
        ),
        ("total", *_score(found.total.score, hidden=not found.total.score.n), found.total.people, None, None, None),
    ]


def quarter_rows(quarters: Iterable[MonthScore]) -> list[Row]:
    """A row a quarter, named by its first month; fewer than five left empty."""
    return [
        ("quarter", *SCORE_COLUMNS),
        *((f"{q.month:%Y-%m}", *_score(q.score, hidden=not q.score.n)) for q in quarters),
    ]
