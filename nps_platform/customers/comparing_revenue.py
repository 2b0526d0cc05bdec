"""Sets a batch of revenue rows beside the table, without writing: the dry run, and the first half of the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies

from nps_platform.customers.cleaning import clean_text
from nps_platform.customers.erased import PREFIX, marks_of
from nps_platform.customers.models import Customer, RevenueEntry, Suppression
from nps_platform.customers.rows import RevenueResult, RevenueRow, RowProblem
from nps_platform.lib.chunks import in_chunks
from nps_platform.lib.values import FIRST_YEAR, LAST_YEAR

# ISO has codes for "no currency" and for tests: nobody earned those.
CURRENCIES = frozenset(list_currencies()) - {"XXX", "XTS"}
LONGEST_REF = 100
# A statement takes only so many parameters.
PARAMETERS = 1000
_PLACES = Decimal("0.0001")
_LARGEST = Decimal(10) ** 12

Key = tuple[str, date, str]


@dataclass(frozen=True, slots=True)
class ComparedRevenue:
    """One row as it will stand. `ref` is the number as given, or the erased person's mark."""

    ref: str
    period: date
    amount: Decimal
    currency: str
    customer_id: int | None
    account_id: int | None
    is_erased: bool

    @property
    def key(self) -> Key:
        return self.ref, self.period, self.currency


@dataclass(slots=True)
class RevenueComparison:
    """The counts, and the rows that differ from the table."""

    result: RevenueResult = field(default_factory=RevenueResult)
    to_write: list[ComparedRevenue] = field(default_factory=list)


@dataclass(slots=True)
class _Owners:
    """Whom a batch's references name."""

    customers: dict[str, tuple[int, int | None]]
    erased: dict[str, str]


def compare_revenue(rows: Sequence[RevenueRow]) -> RevenueComparison:
    """What loading `rows` would do."""
    comparison = RevenueComparison()
    good = _readable(rows, comparison.result)
    owners = _owners({clean_ref(row.customer) for row in good})
    standing = _standing([_key(row, owners) for row in good])
    wanted: dict[Key, ComparedRevenue] = {}
    for row in good:
        compared = _compared(row, owners)
        _count(compared, wanted, standing, comparison.result)
        wanted[compared.key] = compared
    comparison.to_write = [row for row in wanted.values() if _differs(row, standing.get(row.key))]
    _sum(list(wanted.values()), comparison.result)
    return comparison


def clean_ref(text: str) -> str:
    """A customer's number or address as it is kept; addresses in lower case."""
    ref = clean_text(text)
    return ref.lower() if "@" in ref else ref


def _readable(rows: Sequence[RevenueRow], result: RevenueResult) -> list[RevenueRow]:
    good = []
    for index, row in enumerate(rows):
        problem = problem_of(row)
        if problem:
            result.refuse(index, problem)
        else:
            good.append(row)
    return good


def problem_of(row: RevenueRow) -> RowProblem | None:
    """The first thing wrong with a row, or None."""
    ref = clean_ref(row.customer)
    if not ref:
        return RowProblem("customer", "no_identity")
    if len(ref) > LONGEST_REF or ref.startswith(PREFIX):
        return RowProblem("customer", "too_long" if len(ref) > LONGEST_REF else "malformed", ref[:200])
    if not FIRST_YEAR <= row.period.year <= LAST_YEAR:
        return RowProblem("period", "out_of_range", row.period.isoformat())
    if not row.amount.is_finite() or abs(row.amount) >= _LARGEST:
        return RowProblem("amount", "out_of_range", str(row.amount)[:200])
    if row.amount != row.amount.quantize(_PLACES):
        return RowProblem("amount", "too_precise", str(row.amount)[:200])
    if row.currency not in CURRENCIES:
        return RowProblem("currency", "unknown_currency", clean_text(row.currency)[:200])
    return None


def _owners(refs: set[str]) -> _Owners:
    """Three queries a thousand: by number, by address, and who was erased."""
    owners = _Owners({}, {})
    for part in in_chunks(refs, PARAMETERS):
        _add_owners(part, owners)
    return owners


def _add_owners(refs: list[str], owners: _Owners) -> None:
    marks = marks_of(refs)
    numbers = Customer.objects.filter(external_id__in=[*refs, *marks]).values_list("external_id", "pk", "account_id")
    for number, pk, account_id in numbers:
        if number in marks:
            owners.erased[marks[number]] = number
        else:
            owners.customers[number] = pk, account_id
    addresses = [ref for ref in refs if "@" in ref]
    if addresses:
        _add_by_address(addresses, owners.customers)
        gone = Suppression.objects.filter(address__in=list(marks), reason=Suppression.Reason.ERASED)
        owners.erased |= {marks[address]: address for address in gone.values_list("address", flat=True)}


def _add_by_address(addresses: list[str], customers: dict[str, tuple[int, int | None]]) -> None:
    """An address that several people share names nobody."""
    shared: set[str] = set()
    found = Customer.objects.filter(email_lower__in=addresses).values_list("email_lower", "pk", "account_id")
    by_address: dict[str, tuple[int, int | None]] = {}
    for address, pk, account_id in found:
        if address in by_address:
            shared.add(address)
        by_address[address] = pk, account_id
    for address, owner in by_address.items():
        if address not in shared:
            customers.setdefault(address, owner)


def _key(row: RevenueRow, owners: _Owners) -> Key:
    ref = clean_ref(row.customer)
    return owners.erased.get(ref, ref), row.period.replace(day=1), row.currency


def _standing(keys: list[Key]) -> dict[Key, RevenueEntry]:
    periods = {key[1] for key in keys}
    standing: dict[Key, RevenueEntry] = {}
    for refs in in_chunks({key[0] for key in keys}, PARAMETERS):
        for entry in RevenueEntry.objects.filter(customer_ref__in=refs, period__in=periods):
            standing[entry.customer_ref, entry.period, entry.currency] = entry
    return standing


def _compared(row: RevenueRow, owners: _Owners) -> ComparedRevenue:
    ref, period, currency = _key(row, owners)
    customer_id, account_id = owners.customers.get(ref, (None, None))
    is_erased = clean_ref(row.customer) in owners.erased
    return ComparedRevenue(ref, period, row.amount, currency, customer_id, account_id, is_erased)


def _differs(row: ComparedRevenue, entry: RevenueEntry | None) -> bool:
    if entry is None:
        return True
    same = (entry.amount, entry.customer_id, entry.is_erased) == (row.amount, row.customer_id, row.is_erased)
    return not same


def _count(
    row: ComparedRevenue, wanted: dict[Key, ComparedRevenue], standing: dict[Key, RevenueEntry], result: RevenueResult
) -> None:
    earlier = wanted.get(row.key)
    if earlier is None and row.key not in standing:
        result.created += 1
    elif earlier.amount != row.amount if earlier else _differs(row, standing[row.key]):
        result.updated += 1
    else:
        result.unchanged += 1


def _sum(rows: list[ComparedRevenue], result: RevenueResult) -> None:
    for row in rows:
        result.amounts[row.currency] = result.amounts.get(row.currency, Decimal(0)) + row.amount
        if row.customer_id is None and not row.is_erased:
            result.unmatched += 1
            owed = result.unmatched_amounts.get(row.currency, Decimal(0))
            result.unmatched_amounts[row.currency] = owed + row.amount
