"""The word before the number: what may be said of a change, in whole sentences (METHOD §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.charts import FEWEST_DRAWN, level
from dashboards.periods import Period, shifted
from dashboards.queries.scores import MonthScore, Standing
from nps_platform.lib.formats import interval, number, signed
from nps_platform.lib.nps import Change, Counts, Score, Verdict, compare

TAGS = {Verdict.UP: "up", Verdict.DOWN: "down", Verdict.NO_CHANGE: "flat", Verdict.FEW: "wait"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict as pages show it. `tag` is the kind of the verdict label; `difference` is empty where there is nothing
    to compare with."""

    tag: str
    against: str
    difference: str
    explanation: str


def finding(change: Change, against: Period, locale: str) -> Finding:
    """ "no demonstrable change · against September 2026 · +2 (−4 to +8)"."""
    return Finding(
        TAGS[change.verdict],
        _("against %(period)s") % {"period": against.label(locale)},
        difference(change, locale),
        explanation(change, locale),
    )


def difference(change: Change, locale: str) -> str:
    """ "+7 (+1 to +13)"; empty where one side has no answers."""
    if change.delta is None or change.delta_low is None or change.delta_high is None:
        return ""
    ends = interval(change.delta_low, change.delta_high, 0, locale, signs=True)
    return f"{signed(change.delta, 0, locale)} ({ends})"


def score_label(score: Score, locale: str) -> str:
    """A score and its interval as they are read aloud; empty where nobody answered."""
    if score.nps is None or score.low is None or score.high is None:
        return ""
    ends = interval(score.low, score.high, 1, locale)
    values = {"nps": number(score.nps, 1, locale), "level": level(locale), "interval": ends}
    return _("NPS %(nps)s, %(level)s interval %(interval)s") % values


def explanation(change: Change, locale: str) -> str:
    """Why there is no verdict, and what would give one; empty where there is one."""
    if change.is_change:
        return ""
    if not change.before.n:
        return _("Nobody answered in the other period.")
    if not change.needed:
        return ""
    return ngettext(
        "With %(n)s more answer in each period, a difference of this size would show.",
        "With %(n)s more answers in each period, a difference of this size would show.",
        change.needed,
    ) % {"n": number(change.needed, 0, locale)}


def sentence(change: Change, locale: str) -> tuple[str, str]:
    """The change against the 90 days before as one says it on the home page: the verdict, and what it rests on."""
    if change.delta is None:
        return "", _("There is nothing to compare it with yet.")
    values = {"difference": difference(change, locale)}
    rest = _("It is %(difference)s against the 90 days before.") % values
    if change.verdict == Verdict.UP:
        return _("It rose."), rest
    if change.verdict == Verdict.DOWN:
        return _("It fell."), rest
    if change.verdict == Verdict.FEW:
        return _("Few answers."), rest
    return _("No demonstrable change."), rest


def trend_title(months: Sequence[MonthScore], locale: str, *, of_many: bool = False) -> str:
    """The finding that titles the trend: its last month with answers against the same month of the year before.

    `of_many`: touchpoints or stages together, of which others may have been asked then: nothing is compared.
    """
    enough = [m for m in months if m.score.n >= FEWEST_DRAWN]
    answered = enough or [m for m in months if m.score.nps is not None]
    if not answered:
        return _("Nobody has answered in these months")
    total = sum(m.score.n for m in months)
    if total < FEWEST_DRAWN and not any(m.hidden for m in months):
        return ngettext(
            "One answer so far: too few to speak of a score",
            "%(n)s answers so far: too few to speak of a score",
            total,
        ) % {"n": number(total, 0, locale)}
    last, first = answered[-1], answered[0]
    if of_many:
        return _("All of them together stand at %(now)s") % {"now": number(last.score.nps or 0.0, 0, locale)}
    a_year_between = shifted(first.month, 12) == last.month
    change = compare(first.score.counts if a_year_between else Counts(), last.score.counts)
    return _year_title(change, last.score.nps or 0.0, first.score.nps if a_year_between else None, locale)


def _year_title(change: Change, now: float, then: float | None, locale: str) -> str:
    values = {"now": number(now, 0, locale), "then": number(then, 0, locale) if then is not None else ""}
    if change.verdict == Verdict.UP:
        return _("The score rose within a year: %(then)s then, %(now)s now") % values
    if change.verdict == Verdict.DOWN:
        return _("The score fell within a year: %(then)s then, %(now)s now") % values
    if then is None:
        return _("The score stands at %(now)s; there is no year before to compare it with") % values
    if change.verdict == Verdict.FEW:
        return _("Few answers: %(now)s now and %(then)s a year ago say little yet") % values
    return _("No demonstrable change within a year: %(then)s then, %(now)s now") % values


def headline(where: Standing, cause: str, locale: str) -> str:
    """The report in two or three sentences: against a year ago, against the period before, what detractors name."""
    before = where.period.before.label(locale)
    sentences = [_against_year(where.against_year_ago), _against_before(where.against_before, before)]
    if cause:
        sentences.append(_("What detractors name most: %(cause)s.") % {"cause": cause})
    return " ".join(filter(None, sentences))


def _against_year(change: Change) -> str:
    if change.delta is None:
        return _("There is no year before to compare with.")
    return {
        Verdict.UP: _("They recommend us more than a year ago."),
        Verdict.DOWN: _("They recommend us less than a year ago."),
        Verdict.NO_CHANGE: _("No demonstrable change within a year."),
        Verdict.FEW: _("Few answers: too early to compare with a year ago."),
    }[change.verdict]


def _against_before(change: Change, before: str) -> str:
    if change.delta is None or change.verdict == Verdict.FEW:
        return ""
    values = {"period": before}
    return {
        Verdict.UP: _("The score rose against %(period)s.") % values,
        Verdict.DOWN: _("The score fell against %(period)s.") % values,
        Verdict.NO_CHANGE: _("Against %(period)s there is no demonstrable change.") % values,
    }[change.verdict]
