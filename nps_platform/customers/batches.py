"""One batch of a file: set beside the table (dry run) or written. A customer or month that the file named before is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nps_platform.customers.actions.revenue import write_revenue
from nps_platform.customers.actions.upsert import write_customers
from nps_platform.customers.cleaning import clean_customer
from nps_platform.customers.comparing import compare_customers
from nps_platform.customers.comparing_revenue import clean_ref, compare_revenue, problem_of
from nps_platform.customers.directory import Directory
from nps_platform.customers.import_kinds import Keys, kind_of
from nps_platform.customers.models import ImportJob
from nps_platform.customers.reading import Record
from nps_platform.customers.rows import CustomerRow, RevenueRow, RowProblem, RowResult, RowStatus, Tally
from nps_platform.customers.seen import SeenKeys

_STATUS_COUNTS = {RowStatus.CREATED: "created", RowStatus.UPDATED: "updated", RowStatus.UNCHANGED: "unchanged"}


@dataclass(slots=True)
class Sorted:
    """A batch's records: those that go on, with their place in the batch, and those refused already."""

    places: list[int] = field(default_factory=list)
    rows: list = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def take(records: Sequence[Record], job: ImportJob, directory: Directory, seen: SeenKeys, *, write: bool) -> Tally:
    """Work on one batch; `errors` of the answer name places in `records`. Writing happens in the caller's transaction."""
    return kind_of(job.kind).take(records, job, directory, seen, write=write)


def remember(records: Sequence[Record], seen: SeenKeys, keys: Keys) -> None:
    """What these records name has been seen: on, or when a run is taken up again behind them."""
    seen.add((key, record.line) for record in records if record.row for key in keys.names(record.row))


# --- customers -------------------------------------------------------------------------------------------------------
def take_customers(
    records: Sequence[Record], job: ImportJob, directory: Directory, seen: SeenKeys, *, write: bool
) -> Tally:
    """Set customers beside the table, or write them."""
    batch = sort(records, seen, CUSTOMER_KEYS)
    batch.tally.errors += [
        (place, problem) for place in _unread(records) for problem in _also(records[place], directory)
    ]
    results = write_customers(batch.rows, directory) if write else _compare(batch.rows, directory)
    first = _first_lines(records, batch, results)
    for place, row, result in zip(batch.places, batch.rows, results, strict=True):
        if result.status == RowStatus.REFUSED:
            batch.tally.refuse(place, *(_with_line(problem, row, first) for problem in result.errors))
        else:
            name = _STATUS_COUNTS[result.status]
            setattr(batch.tally, name, getattr(batch.tally, name) + 1)
    remember(accepted(records, batch.tally), seen, CUSTOMER_KEYS)
    return batch.tally


def _unread(records: Sequence[Record]) -> list[int]:
    return [place for place, record in enumerate(records) if record.problems]


def _also(record: Record, directory: Directory) -> list[RowProblem]:
    """What else is wrong with a row that can't be read: all of it is said at once, as mending is one job."""
    return clean_customer(record.rest, directory).problems if isinstance(record.rest, CustomerRow) else []


def _compare(rows: Sequence[CustomerRow], directory: Directory) -> list[RowResult]:
    return [compared.result() for compared in compare_customers(rows, directory)]


def _first_lines(records: Sequence[Record], batch: Sorted, results: Sequence[RowResult]) -> dict[str, int]:
    lines: dict[str, int] = {}
    for place, row, result in zip(batch.places, batch.rows, results, strict=True):
        if result.status != RowStatus.REFUSED:
            for name in _customer_names(row):
                lines.setdefault(name, records[place].line)
    return lines


def _with_line(problem: RowProblem, row: CustomerRow, first: dict[str, int]) -> RowProblem:
    """A duplicate inside the batch learns where the first one stands."""
    line = next((first[key] for key in _customer_clashes(row) if key in first), None)
    if problem.code != "duplicate" or line is None:
        return problem
    return RowProblem(problem.field, "duplicate_of", str(line))


# --- revenue ---------------------------------------------------------------------------------------------------------
def take_revenue(
    records: Sequence[Record], job: ImportJob, directory: Directory, seen: SeenKeys, *, write: bool
) -> Tally:
    """Set months of revenue beside the table, or write them."""
    batch = sort(records, seen, REVENUE_KEYS, check=problem_of)
    result = write_revenue(batch.rows, job) if write else compare_revenue(batch.rows).result
    batch.tally.add(result)
    batch.tally.errors += [(batch.places[index], problem) for index, problem in result.errors]
    remember(accepted(records, batch.tally), seen, REVENUE_KEYS)
    return batch.tally


# --- all ------------------------------------------------------------------------------------------------------------
def sort(
    records: Sequence[Record], seen: SeenKeys, keys: Keys, check: Callable[[Any], RowProblem | None] | None = None
) -> Sorted:
    """Refuse what can't be read, what `check` finds wrong, and what the file named before; the rest goes on."""
    batch = Sorted()
    known = seen.lines(key for record in records if record.row for key in keys.clashes(record.row))
    for place, record in enumerate(records):
        problem = _refusal(record, known, keys, check)
        if record.row is None or problem:
            batch.tally.refuse(place, *((problem,) if problem else record.problems))
            continue
        batch.places.append(place)
        batch.rows.append(record.row)
        if keys.within:
            known |= dict.fromkeys(keys.names(record.row), record.line)
    return batch


def _refusal(
    record: Record, known: dict[str, int], keys: Keys, check: Callable[[Any], RowProblem | None] | None
) -> RowProblem | None:
    if record.row is None:
        return None
    if check and (problem := check(record.row)):
        return problem
    line = next((known[key] for key in keys.clashes(record.row) if key in known), None)
    return None if line is None else RowProblem(keys.column(record.row), "duplicate_of", str(line))


def accepted(records: Sequence[Record], tally: Tally) -> list[Record]:
    """Those of `records` that were not refused."""
    refused = {place for place, _problem in tally.errors}
    return [record for place, record in enumerate(records) if place not in refused]


def _customer_names(row: CustomerRow) -> list[str]:
    """What a row uses up: its number, its address; and by which of them it is known."""
    number, email = row.external_id.strip(), (row.email or "").strip().lower()
    if number:
        return [f"n:{number}", *([f"e:{email}"] if email else [])]
    return [f"e:{email}", f"o:{email}"]


def _customer_clashes(row: CustomerRow) -> list[str]:
    """What a row must not find used up. Two numbers may share an address; a bare address may not be one of theirs."""
    number, email = row.external_id.strip(), (row.email or "").strip().lower()
    if number:
        return [f"n:{number}", *([f"o:{email}"] if email else [])]
    return [f"e:{email}"] if email else []


def _customer_column(row: CustomerRow) -> str:
    return "external_id" if row.external_id else "email"


def _month(row: RevenueRow) -> list[str]:
    return [f"{clean_ref(row.customer)}\n{row.period:%Y-%m}\n{row.currency}"]


CUSTOMER_KEYS = Keys(_customer_names, _customer_clashes, _customer_column, within=False)
REVENUE_KEYS = Keys(_month, _month, lambda _row: "customer")
