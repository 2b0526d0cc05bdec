"""The pages' tables as files: plain numbers, a row a line, hidden cells left empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from dashboards.queries.comments import Voices
from dashboards.queries.coverage import Coverage
from dashboards.queries.parts import Breakdown, Cell
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
    head = ("day", "score", "class", "about", "comment", *(("customer",) if with_who else ()))
    return [
        head,
        *(
            (f"{v.at:%Y-%m-%d}", v.score, v.nps_class, v.where, v.text, *((v.who,) if with_who else ()))
            for v in found.voices
        ),
    ]
