"""The simulator's figures as the planner draws them: parts, total, and what more or fewer answers would give."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from nps_platform.lib.nps import margin_for
from surveys.models import SkipReason
from surveys.planning import ASSUMED_VARIANCE, Simulation

RATES = (0.05, 0.1, 0.2, 0.3)


@dataclass(frozen=True)
class SkipLine:
    """One reason why somebody is not asked."""

    reason: str
    label: str
    note: str
    count: int
    share: float


@dataclass(frozen=True)
class RateLine:
    """What a response rate would give: answers, and the margin in points (None without answers)."""

    rate: float
    answers: int
    margin: float | None
    expected: bool


def skip_lines(counts: dict[str, int], eligible: int, *, quarantine: int | None = None) -> list[SkipLine]:
    """The reasons in the order in which they hold."""
    notes = _notes(quarantine)
    return [
        SkipLine(reason, str(SkipReason(reason).label), notes[reason], n, n / eligible if eligible else 0)
        for reason, n in counts.items()
    ]


def _notes(quarantine: int | None) -> dict[str, str]:
    recently = _("Asked within the last %(days)s days") % {"days": quarantine} if quarantine is not None else ""
    return {
        SkipReason.ERASED: _("They had their data erased"),
        SkipReason.UNSUBSCRIBED: _("They said stop: never written to again"),
        SkipReason.COMPLAINED: _("They reported a mail as spam"),
        SkipReason.BOUNCED: _("Their address refused an earlier mail"),
        SkipReason.SUPPRESSED: _("On your list of addresses not to write to"),
        SkipReason.NO_PERMISSION: _("They gave no permission for feedback by e-mail"),
        SkipReason.NO_ADDRESS: _("Nothing to write to"),
        SkipReason.OPEN_INVITATION: _("One question at a time"),
        SkipReason.QUARANTINED: recently,
    }


def rate_lines(simulation: Simulation) -> list[RateLine]:
    """Low to high, the expected one among them."""
    rates = sorted({*RATES, round(simulation.response_rate, 3)})
    return [_rate_line(rate, simulation) for rate in rates]


def _rate_line(rate: float, simulation: Simulation) -> RateLine:
    answers = round(simulation.recipients * rate)
    margin = margin_for(ASSUMED_VARIANCE, answers, max(simulation.eligible, 1))
    return RateLine(rate, answers, margin, rate == round(simulation.response_rate, 3))
