"""The catalogue of money figures: a label means this formula on every screen and in every answer (METHOD §7).

Pure arithmetic on a ledger; each figure carries what it rests on, its operands and, where there is none, the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dashboards.periods import Period
from dashboards.queries.money import ClassMoney, Ledger, Recovery
from nps_platform.lib import money
from nps_platform.lib.nps import NpsClass

SHARE_OF_PASSIVES = Decimal("0.20")
A_YEAR = 12
LONGEST_QUARTER = 92


class Basis(StrEnum):
    OBSERVED = "observed"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"


class Reason(StrEnum):
    """Why METHOD gives no figure."""

    NOT_WHOLE_MONTHS = "not_whole_months"
    NOT_FINISHED = "window_not_finished"
    TOO_SHORT = "window_shorter_than_churn_window"
    NOT_LOADED = "no_revenue_loaded_in_window"
    MONTHS_MISSING = "months_without_revenue"
    EMPTY_BASE = "no_base_customers"
    NO_CUSTOMERS = "no_customers"
    NO_MARGIN = "margin_not_set"
    NO_COST = "programme_cost_not_set"
    NOBODY_AGAIN = "nobody_answered_again"
    NOT_CONVERGING = "retention_too_high_for_discount"
    HIDDEN = "too_few_customers_to_show"


class Unit(StrEnum):
    MONEY = "money"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Operand:
    """One line of a formula: the operator before it (maybe with a bracket that a later line `closes`), the name of its
    words, and its value."""

    operator: str
    name: str
    value: Decimal | int
    unit: Unit = Unit.MONEY
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the catalogue. `value` None comes with its `reason`; `customers` names the list behind it."""

    key: str
    basis: Basis
    value: Decimal | None
    operands: tuple[Operand, ...] = ()
    reason: Reason | None = None
    unit: Unit = Unit.MONEY
    customers: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the organisation has stated: margin and discount as fractions, and how long without revenue means lost."""

    margin: Decimal | None
    discount: Decimal
    churn_days: int
    today: date


def no_churn(window: Period, terms: Terms) -> Reason | None:
    """Churn figures exist only for finished windows at least as long as the churn window; a quarter counts for 90 days."""
    if not window.whole_months:
        return Reason.NOT_WHOLE_MONTHS
    if window.last >= terms.today:
        return Reason.NOT_FINISHED
    a_quarter_counts = window.whole_months >= 3 and terms.churn_days <= LONGEST_QUARTER
    if window.days < terms.churn_days and not a_quarter_counts:
        return Reason.TOO_SHORT
    return None


@dataclass(frozen=True)
class Valuation:
    """A window's ledger, the twelve months that end with it (for CLV), and the terms."""

    ledger: Ledger
    annual: Ledger
    recovery: Recovery
    terms: Terms
    no_churn: Reason | None = field(init=False)

    def __post_init__(self) -> None:
        reason = no_churn(self.ledger.window, self.terms)
        object.__setattr__(self, "no_churn", reason or (Reason.NOT_LOADED if self.ledger.nothing_loaded else None))

    def of(self, nps_class: NpsClass) -> ClassMoney:
        return self.ledger.of(nps_class)

    # --- by class ---
    def retention(self, of: ClassMoney) -> Decimal | None:
        return None if self.no_churn else of.retention

    def no_retention(self, of: ClassMoney) -> Reason | None:
        return self.no_churn or (None if of.base_customers else Reason.EMPTY_BASE)

    def clv(self, of: ClassMoney) -> Decimal | None:
        """m·r/(1 + d − r) of a class of the annual ledger."""
        if self.no_clv(of):
            return None
        return money.clv(self._annual_margin(of), of.retention, self.terms.discount)

    def _annual_margin(self, of: ClassMoney) -> Decimal | None:
        average = of.average
        return None if average is None or self.terms.margin is None else average * self.terms.margin

    def no_clv(self, of: ClassMoney) -> Reason | None:
        if reason := no_churn(self.annual.window, self.terms):
            return reason
        if self.terms.margin is None:
            return Reason.NO_MARGIN
        if not of.base_customers:
            return Reason.EMPTY_BASE
        if not of.customers:
            return Reason.NO_CUSTOMERS
        converges = money.clv(self._annual_margin(of), of.retention, self.terms.discount) is not None
        return None if converges else Reason.NOT_CONVERGING

    # --- the catalogue ---
    def figures(self) -> list[Figure]:
        return [
            self.exposure(),
            self.realised_loss(),
            self.lost_to_detractors(),
            self.at_risk(),
            self.revenue_gap(),
            self.potential(),
            self.recovered(),
            self.saved(),
            self.roi(),
        ]

    def exposure(self) -> Figure:
        detractors = self.of(NpsClass.DETRACTOR)
        return Figure("exposure", Basis.OBSERVED, detractors.revenue, customers=NpsClass.DETRACTOR)

    def realised_loss(self) -> Figure:
        detractors = self.of(NpsClass.DETRACTOR)
        operands = (
            Operand("", "lost_detractors", detractors.lost, Unit.COUNT),
            Operand("=", "their_base_revenue", detractors.lost_revenue),
        )
        value = detractors.lost_revenue if detractors.base_customers else None
        return self._figure("realised_loss", Basis.OBSERVED, value, operands, customers="lost")

    def lost_to_detractors(self) -> Figure:
        detractors, promoters = self.of(NpsClass.DETRACTOR), self.of(NpsClass.PROMOTER)
        value = money.lost_to_detractors(detractors.base_revenue, detractors.churn, promoters.churn)
        operands = self._if_known(
            ("", "base_revenue_detractors", detractors.base_revenue, Unit.MONEY),
            ("× (", "churn_detractors", detractors.churn, Unit.SHARE),
            ("−", "churn_promoters", promoters.churn, Unit.SHARE),
        )
        return self._figure("lost_to_detractors", Basis.ESTIMATED, value, operands)

    def at_risk(self, nps_class: NpsClass = NpsClass.DETRACTOR) -> Figure:
        of = self.of(nps_class)
        operands = self._if_known(
            ("", f"revenue_{nps_class}s", of.revenue, Unit.MONEY),
            ("×", f"churn_{nps_class}s", of.churn, Unit.SHARE),
        )
        value = money.at_risk(of.revenue, of.churn)
        return self._figure("at_risk", Basis.ESTIMATED, value, operands, customers=nps_class)

    def revenue_gap(self) -> Figure:
        """Null where the base has fewer or more months of revenue than the window: NRR would count what was not loaded."""
        detractors, promoters = self.of(NpsClass.DETRACTOR), self.of(NpsClass.PROMOTER)
        value = money.revenue_gap(detractors.base_revenue, promoters.nrr, detractors.nrr)
        operands = self._if_known(
            ("", "base_revenue_detractors", detractors.base_revenue, Unit.MONEY),
            ("× (", "nrr_promoters", promoters.nrr, Unit.SHARE),
            ("−", "nrr_detractors", detractors.nrr, Unit.SHARE),
        )
        gap = self._figure("revenue_gap", Basis.ESTIMATED, value, operands)
        if gap.value is None or self.ledger.like_with_like:
            return gap
        return Figure("revenue_gap", Basis.ESTIMATED, None, reason=Reason.MONTHS_MISSING)

    def potential(self) -> Figure:
        passives, promoters = self.of(NpsClass.PASSIVE), self.of(NpsClass.PROMOTER)
        found = money.potential_of_passives(
            SHARE_OF_PASSIVES,
            passives.customers,
            passives=money.ClassFigures(passives.average, passives.churn),
            promoters=money.ClassFigures(promoters.average, promoters.churn),
        )
        operands = self._if_known(
            ("", "share_moved", SHARE_OF_PASSIVES, Unit.SHARE),
            ("×", "customers_passives", Decimal(passives.customers), Unit.COUNT),
            ("", "price_term", found.price if found else None, Unit.MONEY),
            ("+", "retention_term", found.retention if found else None, Unit.MONEY),
        )
        return self._figure(
            "potential", Basis.ASSUMED, found.total if found else None, operands, customers=NpsClass.PASSIVE
        )

    def recovered(self) -> Figure:
        again = self.recovery
        operands = (
            Operand("", "detractors", again.detractors, Unit.COUNT),
            Operand("", "reached", again.reached, Unit.COUNT),
            Operand("", "answered_again", again.answered_again, Unit.COUNT),
            Operand("=", "now_seven_or_more", again.recovered, Unit.COUNT),
        )
        value = Decimal(again.recovered) if again.answered_again else None
        reason = None if again.answered_again else Reason.NOBODY_AGAIN
        return Figure("recovered", Basis.OBSERVED, value, operands, reason, Unit.COUNT)

    def saved(self) -> Figure:
        detractors, passives = self.of(NpsClass.DETRACTOR), self.of(NpsClass.PASSIVE)
        if not self.recovery.answered_again:
            return Figure("saved", Basis.ESTIMATED, None, reason=self.no_churn or Reason.NOBODY_AGAIN)
        value = money.saved(self.recovery.recovered, detractors.average, detractors.churn, passives.churn)
        operands = self._if_known(
            ("", "now_seven_or_more", Decimal(self.recovery.recovered), Unit.COUNT),
            ("×", "average_detractors", detractors.average, Unit.MONEY),
            ("× (", "churn_detractors", detractors.churn, Unit.SHARE),
            ("−", "churn_passives", passives.churn, Unit.SHARE),
        )
        return self._figure("saved", Basis.ESTIMATED, value, operands)

    def roi(self) -> Figure:
        """Null while nobody has stated what the programme costs."""
        return Figure("roi", Basis.ESTIMATED, None, reason=Reason.NO_COST, unit=Unit.SHARE)

    # --- parts ---
    def _figure(
        self, key: str, basis: Basis, value: Decimal | None, operands: tuple[Operand, ...], *, customers: str = ""
    ) -> Figure:
        """A figure that rests on churn: null without it, or where a class had nobody to lose."""
        reason = self.no_churn or (Reason.EMPTY_BASE if value is None else None)
        if reason:
            return Figure(key, basis, None, reason=reason)
        return Figure(key, basis, value, operands, customers=customers)

    def _if_known(self, *parts: tuple[str, str, Decimal | None, Unit]) -> tuple[Operand, ...]:
        bracket = any(operator.endswith("(") for operator, *_rest in parts)
        known = [
            Operand(operator, name, value, unit, closes=bracket and i == len(parts) - 1)
            for i, (operator, name, value, unit) in enumerate(parts)
            if value is not None
        ]
        return tuple(known) if len(known) == len(parts) else ()
