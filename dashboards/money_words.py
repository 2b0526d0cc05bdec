"""The catalogue in the reader's words: what a figure is called, what it rests on, why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from dashboards.figures import Basis, Figure, Reason, Unit
from nps_platform.lib.formats import number, percent
from nps_platform.lib.money import format_money


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a formula as it is read: operator, words, operand."""

    operator: str
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the catalogue as a page shows it."""

    figure: Figure
    label: str
    text: str
    note: str
    lines: list[Line]
    reason: str


def shown(figure: Figure, currency: str, locale: str) -> Shown:
    label, note = _labels()[figure.key]
    lines = [
        Line(o.operator, operand_words(o.name), _text(o.value, o.unit, currency, locale) + (" )" if o.closes else ""))
        for o in figure.operands
    ]
    text = "" if figure.value is None else _text(figure.value, figure.unit, currency, locale)
    return Shown(figure, label, text, note, lines, reason_words(figure.reason))


def _text(value: Decimal | int, unit: Unit, currency: str, locale: str) -> str:
    if unit == Unit.MONEY:
        return format_money(Decimal(value), currency, locale)
    return percent(value, 4, locale) if unit == Unit.SHARE else number(value, 0, locale)


def _labels() -> dict[str, tuple[str, str]]:
    return {
        "exposure": (_("Exposure"), _("what detractors brought in the window")),
        "realised_loss": (_("Realised loss"), _("what the detractors who left had paid in the window before")),
        "lost_to_detractors": (
            _("Lost to detractors"),
            _("what detractors paid before, times how much more often they leave than promoters"),
        ),
        "at_risk": (_("At risk"), _("what detractors bring, times the share of them that left")),
        "revenue_gap": (
            _("Revenue gap"),
            _("what detractors paid before, times how much less of it remains than with promoters"),
        ),
        "potential": (
            _("Potential of passives"),
            _("if one in five passives became a promoter: an assumption, not a forecast"),
        ),
        "recovered": (
            _("Recovered"),
            _("detractors who were reached and gave 7 or more in their next answer"),
        ),
        "saved": (_("Saved"), _("recovered customers who stay as often as passives; no comparison yet")),
        "roi": (_("Return on the programme"), _("what was saved, after what the programme costs")),
    }


def operand_words(name: str) -> str:
    return _OPERANDS[name]()


_OPERANDS: dict[str, Callable[[], str]] = {
    "lost_detractors": lambda: _("detractors lost in the window"),
    "their_base_revenue": lambda: _("their revenue in the window before"),
    "base_revenue_detractors": lambda: _("revenue of detractors in the window before"),
    "revenue_promoters": lambda: _("revenue of promoters in the window"),
    "revenue_passives": lambda: _("revenue of passives in the window"),
    "revenue_detractors": lambda: _("revenue of detractors in the window"),
    "revenue_silents": lambda: _("revenue of silent customers in the window"),
    "churn_promoters": lambda: _("share of promoters lost"),
    "churn_passives": lambda: _("share of passives lost"),
    "churn_detractors": lambda: _("share of detractors lost"),
    "churn_silents": lambda: _("share of silent customers lost"),
    "nrr_promoters": lambda: _("revenue kept of promoters"),
    "nrr_detractors": lambda: _("revenue kept of detractors"),
    "share_moved": lambda: _("share of passives who become promoters (assumed)"),
    "customers_passives": lambda: _("passives with revenue"),
    "price_term": lambda: _("through what they pay"),
    "retention_term": lambda: _("through staying longer"),
    "detractors": lambda: _("detractors"),
    "reached": lambda: _("of them reached"),
    "answered_again": lambda: _("of those answered again"),
    "now_seven_or_more": lambda: _("of those gave 7 or more"),
    "average_detractors": lambda: _("average revenue of detractors"),
}


def reason_words(reason: Reason | None) -> str:
    """Why there is no figure, as a sentence; empty where there is one."""
    return _REASONS[reason]() if reason else ""


_REASONS: dict[Reason, Callable[[], str]] = {
    Reason.NOT_WHOLE_MONTHS: lambda: _("Revenue comes by month: choose a window of whole months."),
    Reason.NOT_FINISHED: lambda: _("The window is not over yet, so nobody can be said to have left in it."),
    Reason.TOO_SHORT: lambda: _("The window is shorter than the time after which a customer counts as lost."),
    Reason.NOT_LOADED: lambda: _("No revenue is loaded for this window, so everybody would seem to have left."),
    Reason.MONTHS_MISSING: lambda: _(
        "Revenue is not loaded for as many months of one window as of the other, so what remains can't be compared."
    ),
    Reason.EMPTY_BASE: lambda: _("Nobody of this class paid in the window before."),
    Reason.NO_CUSTOMERS: lambda: _("Nobody of this class paid in the window."),
    Reason.NO_MARGIN: lambda: _("The margin is not set. It is kept in the settings of the organisation."),
    Reason.NO_COST: lambda: _("Nobody has said yet what the programme costs."),
    Reason.NOBODY_AGAIN: lambda: _("No detractor who was reached has answered again yet."),
    Reason.NOT_CONVERGING: lambda: _("Nobody left and the discount rate is zero: the sum has no end."),
    Reason.HIDDEN: lambda: _("So few customers make this figure that they could be recognised."),
}

BASIS_NOTES: dict[Basis, Callable[[], str]] = {
    Basis.OBSERVED: lambda: _("Counted from your own rows; it needs no assumption."),
    Basis.ESTIMATED: lambda: _("A comparison of classes: what goes with being a detractor, not what it causes."),
    Basis.ASSUMED: lambda: _("Rests on a rate that somebody typed, not on what happened."),
}
