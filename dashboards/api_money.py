"""A valuation as the API answers it: amounts as decimal strings, null with the reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboards.figures import Basis, Figure, Reason, Valuation
from dashboards.periods import Period
from dashboards.queries.classes import Silence
from dashboards.queries.money import ClassMoney
from nps_platform.lib.csat import wilson
from nps_platform.lib.money import to_cents
from nps_platform.lib.nps import NpsClass

Answer = dict[str, Any]
BASES = {
    "exposure": Basis.OBSERVED,
    "lost_to_detractors": Basis.ESTIMATED,
    "realised_loss": Basis.OBSERVED,
    "at_risk": Basis.ESTIMATED,
    "revenue_gap": Basis.ESTIMATED,
    "potential": Basis.ASSUMED,
    "recovered": Basis.OBSERVED,
    "saved": Basis.ESTIMATED,
    "roi": Basis.ESTIMATED,
}
SEVERAL = "several_currencies"
_OF_A_CLASS = ("customers", "revenue", "average", "base_customers", "lost", "retention", "retention_interval", "clv")


def money_answer(found: Valuation, known: list[str]) -> Answer:
    """All of it, in one currency."""
    ledger = found.ledger
    sums = ledger.reconciliation
    amounts = {"imported": sums.imported, "matched": sums.matched, "unmatched": sums.unmatched, "erased": sums.erased}
    return {
        "currency": ledger.currency,
        "currencies": known,
        "from": ledger.window.first.isoformat(),
        "to": ledger.window.last.isoformat(),
        "reason": None,
        "classes": {c.value: _class(found, c) for c in NpsClass},
        **{figure.key: _figure(figure, found) for figure in found.figures()},
        "reconciliation": {name: exact(amount, ledger.currency) for name, amount in amounts.items()},
    }


def several_currencies(window: Period, known: list[str]) -> Answer:
    """Amounts of different currencies are not added up: one has to be named."""
    empty = dict.fromkeys(_OF_A_CLASS) | {"reason": SEVERAL, "clv_reason": SEVERAL}
    silent = empty | dict.fromkeys(reason.value for reason in Silence)
    nothing = {key: _nothing(basis) for key, basis in BASES.items()}
    nothing["recovered"] |= {"answered_again": None, "detractors": None}
    return {
        "currency": None,
        "currencies": known,
        "from": window.first.isoformat(),
        "to": window.last.isoformat(),
        "reason": SEVERAL,
        "classes": {c.value: silent if c == NpsClass.SILENT else empty for c in NpsClass},
        **nothing,
        "reconciliation": None,
    }


def _nothing(basis: Basis) -> Answer:
    return {"value": None, "interval": None, "basis": basis.value, "reason": SEVERAL}


def _class(found: Valuation, nps_class: NpsClass) -> Answer:
    of, currency = found.of(nps_class), found.ledger.currency
    annual = found.annual.of(nps_class)
    answer = _people(found, of) | {
        "revenue": exact(of.revenue, currency),
        "average": cents(of.average, currency),
        "clv": cents(found.clv(annual), currency),
        "reason": _code(found.no_retention(of)),
        "clv_reason": _code(found.no_clv(annual)),
    }
    split = {reason.value: n for reason, n in found.ledger.silent.items()}
    return answer | split if nps_class == NpsClass.SILENT else answer


def _people(found: Valuation, of: ClassMoney) -> Answer:
    retention = found.retention(of)
    return {
        "customers": of.customers,
        "base_customers": of.base_customers,
        "lost": None if found.no_churn else of.lost,
        "retention": None if retention is None else float(retention),
        "retention_interval": None if retention is None else list(wilson(float(retention), of.base_customers)),
    }


def _figure(figure: Figure, found: Valuation) -> Answer:
    answer = {"value": None, "interval": None, "basis": figure.basis.value, "reason": _code(figure.reason)}
    if figure.key == "recovered":
        again = found.recovery
        counts = {"answered_again": again.answered_again, "detractors": again.detractors}
        return answer | counts | {"value": None if figure.value is None else int(figure.value)}
    return answer | {"value": cents(figure.value, found.ledger.currency)}


def _code(reason: Reason | None) -> str | None:
    return reason.value if reason else None


def cents(amount: Decimal | None, currency: str) -> str | None:
    """A computed amount, rounded to the currency's smallest unit."""
    return None if amount is None else f"{to_cents(amount, currency):f}"


def exact(amount: Decimal, currency: str) -> str:
    """A sum of rows as it is: never rounded, so that parts add up; at least with the currency's decimals."""
    rounded = to_cents(amount, currency)
    return f"{rounded:f}" if rounded == amount else f"{amount:f}"
