"""One batch of a file: set beside the table (dry run) or written. A customer or month that the file named before is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nps_platform.customers.actions.revenue import write_revenue
from nps_platform.customers.actions.upsert import write_customers
from nps_platform.customers.comparing import compare_customers
from nps_platform.customers.comparing_revenue import clean_ref, compare_revenue, problem_of
from nps_platform.customers.directory import Directory
from nps_platform.customers.models import ImportJob
from nps_platform.customers.reading import Record
from nps_platform.customers.rows import CustomerRow, RevenueRow, RowProblem, RowResult, RowStatus, Tally
from nps_platform.customers.seen import SeenKeys

_STATUS_COUNTS = {RowStatus.CREATED: "created", RowStatus.UPDATED: "updated", RowStatus.UNCHANGED: "unchanged"}


@dataclass(slots=True)
class _Sorted:
    """A batch's records: those that go on, with their place in the batch, and those refused already."""

    places: list[int] = field(default_factory=list)
    rows: list = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def take(records: Sequence[Record], job: ImportJob, directory: Directory, seen: SeenKeys, *, write: bool) -> Tally:
    """Work on one batch; `errors` of the answer name places in `records`. Writing happens in the caller's transaction."""
    if job.kind == ImportJob.Kind.CUSTOMERS:
        return _take_customers(records, directory, seen, write=write)
    return _take_revenue(records, job, seen, write=write)


def remember(records: Sequence[Record], seen: SeenKeys) -> None:
    """What these records name has been seen: on, or when a run is taken up again behind them."""
    seen.add((key, record.line) for record in records if record.row for key in _names(record.row))


# --- customers -------------------------------------------------------------------------------------------------------
def _take_customers(records: Sequence[Record], directory: Directory, seen: SeenKeys, *, write: bool) -> Tally:
    batch = _sort(records, seen)
    results = write_customers(batch.rows, directory) if write else _compare(batch.rows, directory)
    first = _first_lines(records, batch, results)
    for place, row, result in zip(batch.places, batch.rows, results, strict=True):
        if result.status == RowStatus.REFUSED:
            batch.tally.refuse(place, *(_with_line(problem, row, first) for problem in result.errors))
        else:
            name = _STATUS_COUNTS[result.status]
            setattr(batch.tally, name, getattr(batch.tally, name) + 1)
    remember(_accepted(records, batch.tally), seen)
    return batch.tally


def _compare(rows: Sequence[CustomerRow], directory: Directory) -> list[RowResult]:
    return [compared.result() for compared in compare_customers(rows, directory)]


def _first_lines(records: Sequence[Record], batch: _Sorted, results: Sequence[RowResult]) -> dict[str, int]:
    lines: dict[str, int] = {}
    for place, row, result in zip(batch.places, batch.rows, results, strict=True):
        if result.status != RowStatus.REFUSED:
            for name in _names(row):
                lines.setdefault(name, records[place].line)
    return lines


def _with_line(problem: RowProblem, row: CustomerRow, first: dict[str, int]) -> RowProblem:
    """A duplicate inside the batch learns where the first one stands."""
    line = next((first[key] for key in _clashes(row) if key in first), None)
    if problem.code != "duplicate" or line is None:
        return problem
    return RowProblem(problem.field, "duplicate_of", str(line))


# --- revenue ---------------------------------------------------------------------------------------------------------
def _take_revenue(records: Sequence[Record], job: ImportJob, seen: SeenKeys, *, write: bool) -> Tally:
    batch = _sort(records, seen, check=problem_of)
    result = write_revenue(batch.rows, job) if write else compare_revenue(batch.rows).result
    batch.tally.add(result)
    batch.tally.errors += [(batch.places[index], problem) for index, problem in result.errors]
    remember(_accepted(records, batch.tally), seen)
    return batch.tally


# --- both ------------------------------------------------------------------------------------------------------------
def _sort(
    records: Sequence[Record], seen: SeenKeys, check: Callable[[RevenueRow], RowProblem | None] | None = None
) -> _Sorted:
    batch = _Sorted()
    known = seen.lines(key for record in records if record.row for key in _clashes(record.row))
    for place, record in enumerate(records):
        problem = _refusal(record, known, check)
        if record.row is None or problem:
            batch.tally.refuse(place, *((problem,) if problem else record.problems))
            continue
        batch.places.append(place)
        batch.rows.append(record.row)
        if isinstance(record.row, RevenueRow):
            known |= dict.fromkeys(_names(record.row), record.line)
    return batch


def _refusal(
    record: Record, known: dict[str, int], check: Callable[[RevenueRow], RowProblem | None] | None
) -> RowProblem | None:
    if record.row is None:
        return None
    if check and isinstance(record.row, RevenueRow) and (problem := check(record.row)):
        return problem
    line = next((known[key] for key in _clashes(record.row) if key in known), None)
    if line is None:
        return None
    named = "customer" if isinstance(record.row, RevenueRow) else "external_id" if record.row.external_id else "email"
    return RowProblem(named, "duplicate_of", str(line))


def _accepted(records: Sequence[Record], tally: Tally) -> list[Record]:
    refused = {place for place, _problem in tally.errors}
    return [record for place, record in enumerate(records) if place not in refused]


def _names(row: CustomerRow | RevenueRow) -> list[str]:
    """What a row uses up: its number, its address; and by which of them it is known."""
    if isinstance(row, RevenueRow):
        return [_month(row)]
    number, email = row.external_id.strip(), (row.email or "").strip().lower()
    if number:
        return [f"n:{number}", *([f"e:{email}"] if email else [])]
    return [f"e:{email}", f"o:{email}"]


def _clashes(row: CustomerRow | RevenueRow) -> list[str]:
    """What a row must not find used up. Two numbers may share an address; a bare address may not be one of theirs."""
    if isinstance(row, RevenueRow):
        return [_month(row)]
    number, email = row.external_id.strip(), (row.email or "").strip().lower()
    if number:
        return [f"n:{number}", *([f"o:{email}"] if email else [])]
    return [f"e:{email}"] if email else []


def _month(row: RevenueRow) -> str:
    return f"{clean_ref(row.customer)}\n{row.period:%Y-%m}\n{row.currency}"
