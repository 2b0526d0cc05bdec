"""Dataclasses → Plotly figures as plain dicts. Colours are tokens (static/js/charts.js); no database here.

Every chart carries its finding as title and the same numbers as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date, format_skeleton
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from dashboards.queries.scores import SCALE, Distribution, MonthScore
from nps_platform.lib.formats import interval, month_label, number, percent
from nps_platform.lib.nps import Counts, Score, class_of

CLASSES = ("detractor", "passive", "promoter")
Figure = dict[str, Any]
# A month with fewer answers would bend the line without saying anything; the table has it.
FEWEST_DRAWN = 10


@dataclass(frozen=True)
class Chart:
    """What templates/ui/chart.html draws."""

    id: str
    title: str
    subtitle: str
    figure: Figure
    columns: list[str]
    rows: list[list[str]]
    csv_url: str = ""
    note: str = ""
    height: str = "17rem"


# --- the score over time ---------------------------------------------------------------------------------------------
def _month_tick(month: date, locale: str, *, with_year: bool) -> str:
    name = format_skeleton("MMM", month, locale=locale)
    return f"{name}<br>{month.year}" if with_year else name


def quarter_label(quarter: date, locale: str) -> str:
    """ "Q3 2026"."""
    return format_skeleton("yQQQ", quarter, locale=locale)


def _quarter_tick(quarter: date, locale: str, *, with_year: bool) -> str:
    name = format_date(quarter, "QQQ", locale=locale)
    return f"{name}<br>{quarter.year}" if with_year else name


@dataclass(frozen=True)
class Step:
    """What one point of a trend stands for, and how it is called."""

    head: Promise | str
    subtitle: Promise | str
    few: Promise | str
    label: Callable[[date, str], str]
    tick: Callable[..., str]


MONTHLY = Step(
    _lazy("Month"),
    _lazy("NPS by month; the band is the %(level)s interval"),
    _lazy("Months with fewer than %(n)s answers stand in the table only."),
    month_label,
    _month_tick,
)
QUARTERLY = Step(
    _lazy("Quarter"),
    _lazy("eNPS by quarter; the band is the %(level)s interval"),
    _lazy("Quarters with fewer than %(n)s answers stand in the table only."),
    quarter_label,
    _quarter_tick,
)


def trend_chart(
    months: Sequence[MonthScore],
    *,
    title: str,
    locale: str,
    csv_url: str = "",
    mix: bool = True,
    height: str = "27rem",
    step: Step = MONTHLY,
) -> Chart:
    """The score by month (or another `step`) with its 95 % band, and below it the share of each class; the line runs over
    months without answers."""
    enough = [m for m in months if m.score.n >= FEWEST_DRAWN]
    answered = enough or [m for m in months if m.score.n]
    return Chart(
        "trend",
        title,
        step.subtitle % {"level": level(locale)},
        {
            "data": [*_band(answered, locale, step), *(_mix_bars(answered, locale) if mix else [])],
            "layout": _trend_layout(months, answered, locale, mix=mix, step=step),
            "narrow": {"layout": {"xaxis": _time_axis(months, locale, step, every=4)}},
        },
        _trend_columns(locale, step),
        [_trend_row(m, locale, step) for m in months],
        csv_url,
        step.few % {"n": FEWEST_DRAWN} if len(answered) < sum(m.score.n > 0 for m in months) else "",
        height,
    )


def level(locale: str) -> str:
    """How sure an interval is (METHOD §2), as the reader writes it."""
    return percent(0.95, 0, locale)


def _trend_columns(locale: str, step: Step) -> list[str]:
    return [
        str(step.head),
        _("Answers"),
        _("NPS"),
        _("%(level)s interval") % {"level": level(locale)},
        _("Detractors"),
        _("Passives"),
        _("Promoters"),
    ]


def _trend_row(m: MonthScore, locale: str, step: Step) -> list[str]:
    label = step.label(m.month, locale)
    if m.hidden:
        return [label, _("hidden"), *[""] * 5]
    counts = m.score.counts
    classes = [number(n, 0, locale) for n in (counts.detractors, counts.passives, counts.promoters)]
    return [label, number(m.score.n, 0, locale), *score_cells(m.score, locale), *classes]


def score_cells(score: Score, locale: str) -> list[str]:
    """The score and its interval as table cells; empty without answers."""
    if score.nps is None or score.low is None or score.high is None:
        return ["", ""]
    return [number(score.nps, 1, locale), interval(score.low, score.high, 1, locale)]


def _iso(month: date) -> str:
    return f"{month:%Y-%m}"


def _band(months: Sequence[MonthScore], locale: str, step: Step) -> list[Figure]:
    x = [_iso(m.month) for m in months]
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": x}
    return [
        edge | {"y": [m.score.high for m in months]},
        edge | {"y": [m.score.low for m in months], "fill": "tonexty", "fillcolor": "token:band"},
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": x,
            "y": [m.score.nps for m in months],
            "line": {"color": "token:line", "width": 2},
            "marker": _dots(len(months)),
            "text": [_hover(m, locale, step) for m in months],
            "hovertemplate": "%{text}<extra></extra>",
            # A dot at 100 stays whole.
            "cliponaxis": False,
        },
    ]


def _dots(count: int) -> Figure:
    """Small ones; the first hollow (what it began with), the last orange (now)."""
    sizes, fills, edges = [5] * count, ["token:line"] * count, ["token:line"] * count
    if count > 1:
        sizes[0], fills[0] = 8, "token:panel"
    if count:
        sizes[-1], fills[-1], edges[-1] = 10, "token:now", "token:panel"
    return {"size": sizes, "color": fills, "opacity": 1, "line": {"color": edges, "width": 2}}


def _hover(m: MonthScore, locale: str, step: Step) -> str:
    nps, ends = score_cells(m.score, locale)
    month, answers = step.label(m.month, locale), number(m.score.n, 0, locale)
    values = {"month": month, "nps": nps, "interval": ends, "n": answers}
    return _("%(month)s: NPS %(nps)s (%(interval)s), n = %(n)s") % values


def _mix_bars(months: Sequence[MonthScore], locale: str) -> list[Figure]:
    return [_mix_bar(kind, months, locale) for kind in CLASSES]


def _mix_bar(kind: str, months: Sequence[MonthScore], locale: str) -> Figure:
    shares = [100 * _count(m.score.counts, kind) / m.score.n for m in months]
    last = len(months) - 1
    return {
        "type": "bar",
        "x": [_iso(m.month) for m in months],
        "y": shares,
        "yaxis": "y2",
        "marker": {
            "color": [f"token:{kind}" if i == last else f"token:{kind}/55" for i in range(len(months))],
            "line": {"color": "token:panel", "width": 1},
        },
        "text": [f"{month_label(m.month, locale)}: {_class_share(kind, m, locale)}" for m in months],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _count(counts: Counts, kind: str) -> int:
    return {"promoter": counts.promoters, "passive": counts.passives, "detractor": counts.detractors}[kind]


def _class_share(kind: str, m: MonthScore, locale: str) -> str:
    share = percent(_count(m.score.counts, kind) / m.score.n, 0, locale)
    words = {"promoter": _("%(share)s promoters"), "passive": _("%(share)s passives")}
    return words.get(kind, _("%(share)s detractors")) % {"share": share}


def _trend_layout(
    months: Sequence[MonthScore], answered: Sequence[MonthScore], locale: str, *, mix: bool, step: Step
) -> Figure:
    low, high = score_range([m.score for m in answered])
    layout: Figure = {
        "barmode": "stack",
        "xaxis": _time_axis(months, locale, step, every=1),
        "yaxis": {"range": [low, high], "domain": [0.4, 1] if mix else [0, 1], "zeroline": low < 0},
        "annotations": _end_labels(answered, locale),
        "margin": {"r": 56},
    }
    if mix:
        ticks = {"tickvals": [0, 50, 100], "ticktext": [percent(x, 0, locale) for x in (0, 0.5, 1)]}
        layout["yaxis2"] = {"domain": [0, 0.3], "range": [0, 100], **ticks}
    return layout


def score_range(scores: Sequence[Score]) -> tuple[int, int]:
    """The scale that holds all intervals, in whole tens."""
    lows = [s.low for s in scores if s.low is not None] or [-100.0]
    highs = [s.high for s in scores if s.high is not None] or [100.0]
    return max(-100, int(min(lows) // 10 * 10)), min(100, int(-(-max(highs) // 10) * 10))


def _time_axis(months: Sequence[MonthScore], locale: str, step: Step, *, every: int) -> Figure:
    shown = [m.month for m in reversed(list(reversed(months))[::every])]
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [_iso(m.month) for m in months],
        "range": [-0.5, len(months) - 0.5],
        "tickvals": [_iso(month) for month in shown],
        "ticktext": [step.tick(month, locale, with_year=i == 0 or month.month == 1) for i, month in enumerate(shown)],
        "anchor": "free",
        "position": 0,
    }


def _end_labels(answered: Sequence[MonthScore], locale: str) -> list[Figure]:
    """The numbers at the line's ends: what it began with, what it is now and between what."""
    if not answered:
        return []
    last = answered[-1]
    notes = [_note(last, last.score.nps, locale, size=15, colour="ink", bold=True)]
    if last.score.low is not None and last.score.high is not None:
        notes += [_note(last, end, locale) for end in (last.score.high, last.score.low) if _apart(end, last.score.nps)]
    if len(answered) > 1:
        first = _note(answered[0], answered[0].score.nps, locale, size=12, colour="ink", bold=True)
        notes.append(first | {"xanchor": "center", "yanchor": "bottom", "xshift": 0, "yshift": 7})
    return notes


def _apart(end: float, middle: float | None) -> bool:
    return middle is not None and abs(end - middle) > 2


def _note(
    m: MonthScore, y: float | None, locale: str, *, size: int = 11, colour: str = "muted", bold: bool = False
) -> Figure:
    text = number(y or 0, 0, locale)
    return {
        "x": _iso(m.month),
        "y": y,
        "text": f"<b>{text}</b>" if bold else text,
        "showarrow": False,
        "xanchor": "left",
        "xshift": 12,
        "font": {"size": size, "color": f"token:{colour}"},
    }


# --- 0 to 10 ---------------------------------------------------------------------------------------------------------
def distribution_chart(distribution: Distribution, *, period: str, locale: str, csv_url: str = "") -> Chart:
    """How many gave each score."""
    n = distribution.classes.n
    return Chart(
        "distribution",
        _distribution_title(distribution, locale),
        _("Answers by score; %(period)s, n = %(n)s") % {"period": period, "n": number(n, 0, locale)},
        {
            "data": [
                {
                    "type": "bar",
                    "x": list(SCALE),
                    "y": list(distribution.counts),
                    "marker": {"color": [f"token:{class_of(score).value}" for score in SCALE]},
                    "text": [number(count, 0, locale) for count in distribution.counts],
                    "textposition": "outside",
                    "textfont": {"size": 11, "color": "token:ink"},
                    "cliponaxis": False,
                    "hoverinfo": "skip",
                }
            ],
            "layout": {
                "xaxis": {"tickmode": "linear", "dtick": 1, "nticks": 0, "zeroline": False},
                "yaxis": {"visible": False, "rangemode": "tozero"},
                "margin": {"l": 8, "r": 8, "t": 24},
                "bargap": 0.22,
            },
        },
        [_("Score"), _("Answers"), _("Share")],
        [
            [str(score), number(count, 0, locale), percent(count / n if n else 0, 1, locale)]
            for score, count in zip(SCALE, distribution.counts, strict=True)
        ],
        csv_url,
        height="15rem",
    )


def _distribution_title(distribution: Distribution, locale: str) -> str:
    """The most frequent score, where one stands out; a single answer or a tie is called what it is."""
    n, most = distribution.classes.n, max(distribution.counts)
    scores = [score for score in SCALE if distribution.counts[score] == most]
    if n == 1:
        return _("One answer, a %(score)s") % {"score": scores[0]}
    if most == n:
        return _("All answer with a %(score)s") % {"score": scores[0]}
    if len(scores) > 1:
        return _("No score is given more often than all others")
    share = percent(most / n if n else 0, 0, locale)
    return _("%(share)s answer with a %(score)s, the most frequent score") % {"share": share, "score": scores[0]}
