"""METHOD §7's arithmetic as pure functions on Decimal. Which rows go in is decided by the callers' queries.

None in means None out, and an empty base gives None, never 0. Shares, churn, retention and rates are fractions. Nothing
is rounded before it is shown or stored: `to_cents`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.core import Locale
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol, list_currencies

from nps_platform.lib.formats import DEFAULT_LOCALE, true_minus
from nps_platform.lib.formats import compact as short_number
from nps_platform.lib.values import Unreadable, parse_number

Figure = Decimal | None


def _ratio(part: Figure, base: Figure | int) -> Figure:
    return None if part is None or not base else part / Decimal(base)


def to_cents(amount: Decimal, currency: str) -> Decimal:
    """Rounded half up to the currency's smallest unit (two decimals for EUR, none for CLP)."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), rounding=ROUND_HALF_UP)


# --- observed --------------------------------------------------------------------------------------------------------
def arpu(revenue: Decimal, customers: int) -> Figure:
    """Average revenue: W's revenue over customers with revenue in W (METHOD §7)."""
    return _ratio(revenue, customers)


def churn(lost: int, base_customers: int) -> Figure:
    """Lost over base customers (METHOD §7)."""
    return _ratio(Decimal(lost), base_customers)


def retention(lost: int, base_customers: int) -> Figure:
    """1 − lost / base customers (METHOD §7)."""
    gone = churn(lost, base_customers)
    return None if gone is None else 1 - gone


def nrr(window_revenue: Decimal, base_revenue: Decimal) -> Figure:
    """Net revenue retention: W's over B's revenue, both of base customers (METHOD §7)."""
    return _ratio(window_revenue, base_revenue)


def earned_growth(net_retention: Figure, earned_revenue: Decimal, base_revenue: Decimal) -> Figure:
    """NRR + revenue from earned new customers − 100 %, as a fraction (METHOD §7)."""
    earned = _ratio(earned_revenue, base_revenue)
    return None if net_retention is None or earned is None else net_retention + earned - 1


# --- estimated -------------------------------------------------------------------------------------------------------
def lost_to_detractors(base_revenue: Decimal, churn_detractors: Figure, churn_promoters: Figure) -> Figure:
    """B's revenue of detractors × (churn_D − churn_P) (METHOD §7)."""
    if churn_detractors is None or churn_promoters is None:
        return None
    return base_revenue * (churn_detractors - churn_promoters)


def revenue_gap(base_revenue: Decimal, nrr_promoters: Figure, nrr_detractors: Figure) -> Figure:
    """B's revenue of detractors × (NRR_P − NRR_D) (METHOD §7)."""
    if nrr_promoters is None or nrr_detractors is None:
        return None
    return base_revenue * (nrr_promoters - nrr_detractors)


def at_risk(window_revenue: Decimal, churn_of_class: Figure) -> Figure:
    """W's revenue of a class × its churn; detractors first, the other classes beside it (METHOD §7)."""
    return None if churn_of_class is None else window_revenue * churn_of_class


def clv(annual_margin: Figure, annual_retention: Figure, discount: Decimal) -> Figure:
    """m·r/(1 + d − r); m = margin × ARPU; all annual (METHOD §7). None where the series does not converge."""
    if annual_margin is None or annual_retention is None:
        return None
    spread = 1 + discount - annual_retention
    return annual_margin * annual_retention / spread if spread > 0 else None


def saved(recovered: int, arpu_detractors: Figure, churn_detractors: Figure, churn_passives: Figure) -> Figure:
    """Recovered × ARPU_D × (churn_D − churn_Pa) (METHOD §7); reported next to its comparator."""
    if arpu_detractors is None or churn_detractors is None or churn_passives is None:
        return None
    return recovered * arpu_detractors * (churn_detractors - churn_passives)


def roi(gain: Figure, margin: Decimal, cost: Decimal) -> Figure:
    """(gain × margin − cost)/cost, as a fraction; gain = saved + referral, realised only (METHOD §7)."""
    return None if gain is None else _ratio(gain * margin - cost, cost)


# --- assumed ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Potential:
    """What passives could bring, by its two terms; each is shown, a negative price term too."""

    price: Decimal
    retention: Decimal

    @property
    def total(self) -> Decimal:
        return self.price + self.retention


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class's average revenue and churn."""

    arpu: Figure
    churn: Figure


def potential_of_passives(
    share_moved: Decimal, customers: int, *, passives: ClassFigures, promoters: ClassFigures
) -> Potential | None:
    """share × customers_Pa × [(ARPU_P − ARPU_Pa) + ARPU_Pa·(churn_Pa − churn_P)] (METHOD §7)."""
    if passives.arpu is None or passives.churn is None or promoters.arpu is None or promoters.churn is None:
        return None
    moved = share_moved * customers
    return Potential(
        price=moved * (promoters.arpu - passives.arpu),
        retention=moved * passives.arpu * (passives.churn - promoters.churn),
    )


# --- shown and read --------------------------------------------------------------------------------------------------
def format_money(amount: Decimal, currency: str, locale: str = DEFAULT_LOCALE, *, compact: bool = False) -> str:
    """ "1.412,00 €"; compact "1,4 M €", "$456.2 k". The minus is a true minus."""
    if compact:
        return _compact(amount, currency, locale)
    return true_minus(_apart(format_currency(to_cents(amount, currency) + 0, currency, locale=locale)))


def _compact(amount: Decimal, currency: str, locale: str) -> str:
    """The short number where the locale's currency pattern puts its digits, as ICU does it.

    CLDR's own short currency patterns, which Babel follows, say "456.2 k$" in Mexico and "1,4 MMXN" in Spain.
    """
    pattern = Locale.parse(locale).currency_formats["standard"]
    before, after = (sides[amount < 0] for sides in (pattern.prefix, pattern.suffix))
    text = before + short_number(abs(amount), locale) + after
    return true_minus(_apart(text.replace("¤", get_currency_symbol(currency, locale))))


# CLDR's currency spacing, which Babel leaves out: a mark that ends in a letter keeps apart ("EUR 950", but "US$950").
_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=-?[0-9])")


def _apart(text: str) -> str:
    return _TOUCHING.sub("\u00a0", text)


_LONGEST_MARK = 5
# An accountant's minus, with the currency beside it: "(12,00) €", "$ (12.00)".
_BRACKETED = re.compile(r"([^()\d]*?)\s*\(([^()]*)\)\s*([^()\d]*)")
# A point right behind a letter or a slash belongs to the mark: "S/.30" is thirty soles, not thirty cents.
_DIGITS = re.compile(r"(?:(?<![A-Za-z/])[.,])?[0-9](?:.*[0-9])?", re.DOTALL)
_CURRENCIES = frozenset(list_currencies())


def parse_amount(text: str, decimal_comma: bool | None = None) -> Decimal:
    """Read "1.234,56", "(12,00) €", "-12", "12-", "€ 5", "USD 1,200.00". The currency mark is dropped, not believed.

    Raises `values.Unreadable` with its code: empty, malformed, ambiguous, out_of_range.
    """
    text = text.strip().replace("−", "-")
    if not text:
        raise Unreadable("empty")
    bracketed = _BRACKETED.fullmatch(text)
    in_brackets = bracketed is not None and all(not m or _is_currency_mark(m) for m in (bracketed[1], bracketed[3]))
    bare, negative = _signed_core(bracketed[2] if in_brackets and bracketed else text)
    if in_brackets and negative:
        raise Unreadable("malformed")
    amount = parse_number(bare, decimal_comma)
    return -amount if in_brackets or negative else amount


def _signed_core(text: str) -> tuple[str, bool]:
    """The digits without currency marks and sign, and whether a minus stood before or behind them."""
    found = _DIGITS.search(text)
    start, end = found.span() if found else (0, 0)
    before, core, after = text[:start], text[start:end], text[end:]
    signs = [c for c in before + after if c in "+-"]
    marks = [_without_sign(side) for side in (before, after)]
    if not core or len(signs) > 1 or all(marks) or not all(map(_is_currency_mark, filter(None, marks))):
        raise Unreadable("malformed")
    return core, signs == ["-"]


def _without_sign(text: str) -> str:
    return text.replace("-", "").replace("+", "").strip()


def _is_currency_mark(mark: str) -> bool:
    """An ISO code, or a sign such as €, US$, R$, S/."""
    if mark.upper() in _CURRENCIES:
        return True
    return len(mark) <= _LONGEST_MARK and (mark in {"S/", "S/.", "Bs", "Bs.", "kr", "Q", "L"} or _ends_in_sign(mark))


def _ends_in_sign(mark: str) -> bool:
    letters, sign = mark[:-1].strip(), mark[-1]
    return unicodedata.category(sign) == "Sc" and (not letters or letters.isalpha())
