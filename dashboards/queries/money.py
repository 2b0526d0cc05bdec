"""What each class is worth, and that it adds up to what was imported (METHOD §7).

Customers are persons here: the contacts of one account are counted one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import BigIntegerField, Count, F, Q, Sum
from django.db.models.functions import Cast, Round

from closeloop.models import Case
from dashboards.periods import Period
from dashboards.queries.classes import Silence, Standpoint, silences, standpoints
from dashboards.queries.filters import within
from nps_platform.customers.models import Customer, RevenueEntry
from nps_platform.lib import money
from nps_platform.lib.nps import NpsClass
from responses.models import Response
from surveys.models import SurveyKind

ZERO = Decimal(0)
FOUR_PLACES = Decimal("0.0001")
PASSIVE_FROM = 7
LOST = "lost"


@dataclass(frozen=True, slots=True)
class Payer:
    """One customer: what they brought in the window and in the base, and whether they left."""

    customer_id: int
    nps_class: NpsClass
    standpoint: Standpoint | None
    revenue: Decimal
    base_revenue: Decimal
    declared_lost: bool
    silence: Silence | None = None

    @property
    def in_window(self) -> bool:
        return self.revenue > 0

    @property
    def in_base(self) -> bool:
        return self.base_revenue > 0

    @property
    def lost(self) -> bool:
        """A base customer declared lost in the window, or without revenue in it."""
        return self.in_base and (self.declared_lost or not self.in_window)


@dataclass(frozen=True, slots=True)
class ClassMoney:
    """One class, or all customers together. Revenue is the window's; `base_…` belongs to the base window's customers.

    `kept_revenue` is what base customers brought in the window (for NRR), `lost_revenue` what the lost had paid in the base.
    """

    customers: int = 0
    revenue: Decimal = ZERO
    base_customers: int = 0
    base_revenue: Decimal = ZERO
    kept_revenue: Decimal = ZERO
    lost: int = 0
    lost_revenue: Decimal = ZERO

    @classmethod
    def of(cls, payers: Iterable[Payer]) -> ClassMoney:
        everyone = list(payers)
        base = [payer for payer in everyone if payer.in_base]
        gone = [payer for payer in base if payer.lost]
        return cls(
            sum(payer.in_window for payer in everyone),
            sum((payer.revenue for payer in everyone), ZERO),
            len(base),
            sum((payer.base_revenue for payer in base), ZERO),
            sum((payer.revenue for payer in base), ZERO),
            len(gone),
            sum((payer.base_revenue for payer in gone), ZERO),
        )

    @property
    def average(self) -> money.Figure:
        return money.arpu(self.revenue, self.customers)

    @property
    def churn(self) -> money.Figure:
        return money.churn(self.lost, self.base_customers)

    @property
    def retention(self) -> money.Figure:
        return money.retention(self.lost, self.base_customers)

    @property
    def nrr(self) -> money.Figure:
        return money.nrr(self.kept_revenue, self.base_revenue)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Imported = matched + unmatched + erased; `imported` is summed apart from its parts, so that it can tell."""

    imported: Decimal
    matched: Decimal
    unmatched: Decimal
    unmatched_rows: int
    erased: Decimal

    @property
    def holds(self) -> bool:
        return self.imported == self.matched + self.unmatched + self.erased


@dataclass(frozen=True, slots=True)
class Recovery:
    """Detractors whom somebody reached, how many of them answered again, and how many then gave 7 or more."""

    detractors: int
    reached: int
    answered_again: int
    recovered: int


@dataclass(frozen=True)
class Ledger:
    """One window, one currency: the classes, the silent by reason, all customers, and the reconciliation."""

    window: Period
    base: Period
    currency: str
    classes: dict[NpsClass, ClassMoney]
    everyone: ClassMoney
    silent: dict[Silence, int]
    reconciliation: Reconciliation
    months_without_rows: tuple[date, ...] = ()
    payers: list[Payer] = field(default_factory=list, repr=False)

    def of(self, nps_class: NpsClass) -> ClassMoney:
        return self.classes[nps_class]

    def months_missing(self, stretch: Period) -> int:
        """Months of the window or of its base without a single row."""
        return sum(stretch.first <= month <= stretch.last for month in self.months_without_rows)

    @property
    def nothing_loaded(self) -> bool:
        """Not one month of the window is loaded: everybody would look lost."""
        return self.months_missing(self.window) == sum(1 for _month in self.window.months())

    @property
    def like_with_like(self) -> bool:
        """As many months are loaded of the base as of the window: else NRR compares a year with a few months."""
        return self.months_missing(self.window) == self.months_missing(self.base)

    def behind(self, which: str) -> list[Payer]:
        """The customers who make a figure, those who bring most first: of one class, or the detractors who were lost."""
        if which == LOST:
            gone = [p for p in self.payers if p.lost and p.nps_class == NpsClass.DETRACTOR]
            return sorted(gone, key=lambda payer: (-payer.base_revenue, payer.customer_id))
        of_class = [p for p in self.payers if p.nps_class == which and p.revenue]
        return sorted(of_class, key=lambda payer: (-payer.revenue, payer.customer_id))


# --- which currency --------------------------------------------------------------------------------------------------
def currencies(window: Period | None = None) -> list[str]:
    """The currencies of the revenue in the window and its base (or ever), the one with most rows first."""
    rows = RevenueEntry.objects.all() if window is None else RevenueEntry.objects.filter(_months(window, window.before))
    return [row["currency"] for row in rows.values("currency").annotate(n=Count("id")).order_by("-n", "currency")]


def _months(*periods: Period) -> Q:
    """A month's revenue belongs to the period that holds its first day."""
    condition = Q()
    for period in periods:
        condition |= Q(period__gte=period.first, period__lte=period.last)
    return condition


# --- the ledger ------------------------------------------------------------------------------------------------------
def ledger(window: Period, currency: str) -> Ledger:
    """Read the window and its base from rows."""
    payers = list(_payers(window, currency))
    by_class = {c: ClassMoney.of(p for p in payers if p.nps_class == c) for c in NpsClass}
    everyone = ClassMoney.of(payers)
    silent = Counter(payer.silence for payer in payers if payer.silence and payer.in_window)
    return Ledger(
        window,
        window.before,
        currency,
        by_class,
        everyone,
        {reason: silent[reason] for reason in Silence},
        _reconciliation(window, currency, everyone.revenue),
        _months_without_rows(window, currency),
        payers,
    )


def _payers(window: Period, currency: str) -> Iterator[Payer]:
    base = window.before
    rows = (
        RevenueEntry.objects.filter(_months(window, base), currency=currency, customer__isnull=False, is_erased=False)
        .values("customer_id")
        .annotate(w=Sum("amount", filter=_months(window)), b=Sum("amount", filter=_months(base)))
        .values_list("customer_id", "w", "b")
        .order_by()
    )
    classes, silent = standpoints(window.first), silences(window.first)
    gone = frozenset(
        Customer.objects.filter(lost_on__gte=window.first, lost_on__lte=window.last).values_list("id", flat=True)
    )
    for customer_id, revenue, base_revenue in rows:
        at = classes.get(customer_id)
        yield Payer(
            customer_id,
            at.nps_class if at else NpsClass.SILENT,
            at,
            _exact(revenue),
            _exact(base_revenue),
            customer_id in gone,
            None if at else silent.of(customer_id),
        )


def _exact(amount: Decimal | None) -> Decimal:
    """SQLite adds in binary; a customer's few months come back to the four decimals they are stored with."""
    return ZERO if amount is None else Decimal(amount).quantize(FOUR_PLACES)


def _reconciliation(window: Period, currency: str, matched: Decimal) -> Reconciliation:
    rows = RevenueEntry.objects.filter(_months(window), currency=currency)
    unmatched = Q(customer__isnull=True, is_erased=False)
    found = rows.aggregate(
        imported=_summed(),
        unmatched=_summed(unmatched),
        rows=Count("id", filter=unmatched),
        erased=_summed(Q(is_erased=True)),
    )
    return Reconciliation(
        _amount(found["imported"]), matched, _amount(found["unmatched"]), found["rows"], _amount(found["erased"])
    )


def _summed(condition: Q | None = None) -> Sum:
    """A sum in ten-thousandths, whole numbers: exact on every engine, however many rows."""
    return Sum(Cast(Round(F("amount") * 10_000), BigIntegerField()), filter=condition)


def _amount(ten_thousandths: int | None) -> Decimal:
    return Decimal(ten_thousandths or 0).scaleb(-4)


def _months_without_rows(window: Period, currency: str) -> tuple[date, ...]:
    """Months of the window or its base in which nothing was loaded: whoever paid then would look lost."""
    both = Period(window.before.first, window.last)
    loaded = set(
        RevenueEntry.objects.filter(_months(both), currency=currency).values_list("period", flat=True).distinct()
    )
    return tuple(month for month in both.months() if month >= both.first and month not in loaded)


# --- recovered -------------------------------------------------------------------------------------------------------
def recovery(found: Ledger) -> Recovery:
    """Base customers who were detractors: reached about that answer, and what they answered next, within the window.

    Next answers are relational ones, as classes are.
    """
    detractors = {
        payer.standpoint.response_id: payer.customer_id
        for payer in found.payers
        if payer.standpoint and payer.in_base and payer.nps_class == NpsClass.DETRACTOR
    }
    cases = Case.objects.filter(within(Period(date.min, found.window.last), "reached_at") & Q(reached_at__isnull=False))
    reached = {
        detractors[response]: at
        for response, at in cases.filter(nps_class=NpsClass.DETRACTOR).values_list("response_id", "reached_at")
        if response in detractors
    }
    next_scores = _next_scores(found.window, reached)
    return Recovery(
        len(detractors),
        len(reached),
        len(next_scores),
        sum(score >= PASSIVE_FROM for score in next_scores.values()),
    )


def _next_scores(window: Period, reached) -> dict[int, int]:
    answers = (
        Response.objects.filter(within(window), kind=SurveyKind.RELATIONAL, customer__isnull=False)
        .order_by("answered_at", "id")
        .values_list("customer_id", "answered_at", "score")
    )
    found: dict[int, int] = {}
    for customer_id, at, score in answers:
        if customer_id in reached and at > reached[customer_id]:
            found.setdefault(customer_id, score)
    return found
