"""Reads a file's records by its mapping: each becomes a row of `rows.py`, or the reasons why it can't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from nps_platform.customers.import_fields import ATTRIBUTE
from nps_platform.customers.import_kinds import ReadRecord, kind_of
from nps_platform.customers.models import CustomerPermission, ImportJob
from nps_platform.customers.rows import CustomerRow, PermissionRow, RevenueRow, RowProblem
from nps_platform.lib.csvio import (
    Dialect,
    Limits,
    Unreadable,
    guess_day_first,
    guess_decimal_comma,
    parse_bool,
    parse_date,
    parse_period,
    rows,
)
from nps_platform.lib.money import parse_amount


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file's values are read; `period` and `currency` hold for the whole file where no column says them."""

    decimal_comma: bool | None = None
    day_first: bool | None = None
    period: date | None = None
    currency: str = ""
    # The kind's own choices for the whole file (`ImportKind.options`).
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Reading:
        period = kept.get("period")
        return cls(
            kept.get("decimal_comma"),
            kept.get("day_first"),
            date.fromisoformat(period) if period else None,
            kept.get("currency", ""),
            kept.get("options", {}),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "decimal_comma": self.decimal_comma,
            "day_first": self.day_first,
            "period": self.period.isoformat() if self.period else None,
            "currency": self.currency,
            "options": dict(self.options),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file: its line, its cells, and what it says or why it can't be read.

    `rest` is what could be read beside the problems: more may be wrong with it.
    """

    line: int
    cells: list[str]
    row: Any | None  # as its kind reads it
    problems: tuple[RowProblem, ...] = ()
    rest: Any | None = None


def limits() -> Limits:
    """What is read at most."""
    return Limits(bytes=settings.IMPORT_MAX_BYTES)


def dialect_of(kept: Mapping[str, Any]) -> Dialect:
    """The file's writing, as found when it was uploaded."""
    return Dialect(**kept["dialect"])


def guess_reading(numbers: Sequence[str], dates: Sequence[str]) -> Reading:
    """Decimal sign and order of days as the samples show them; None where they don't."""
    return Reading(decimal_comma=guess_decimal_comma(numbers), day_first=guess_day_first(dates))


def records_of(job: ImportJob) -> Iterator[Record]:
    """Every record below the header, streamed. Raises CsvRefused."""
    read = kind_of(job.kind).reader(job.mapping, Reading.from_json(job.reading))
    width = len(job.header)
    stream = rows(Path(job.file.path), dialect_of(job.reading), limits())
    next(stream, None)
    for line, cells in stream:
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            yield Record(line, cells, None, (RowProblem("", "too_many_cells", str(len(cells))),))
        else:
            row, problems = read(cells)
            yield Record(line, cells, None, tuple(problems), row) if problems else Record(line, cells, row)


def count_records(job: ImportJob) -> int:
    """How many records stand below the header. Raises CsvRefused."""
    return max(0, sum(1 for _record in rows(Path(job.file.path), dialect_of(job.reading), limits())) - 1)


class Cells:
    """One record's cells by field; collects what can't be read."""

    def __init__(self, cells: Sequence[str], places: Mapping[str, int]) -> None:
        self.cells, self.places = cells, places
        self.problems: list[RowProblem] = []

    def text(self, name: str) -> str | None:
        """None for a blank cell or a missing column: a blank leaves what is stored."""
        place = self.places.get(name)
        value = self.cells[place].strip() if place is not None and place < len(self.cells) else ""
        return value or None

    def parsed(self, name: str, kind: str, parse: Callable[[str], Any]) -> Any:
        value = self.text(name)
        if value is None:
            return None
        try:
            return parse(value)
        except Unreadable as error:
            self.problems.append(RowProblem(name, f"{kind}_{error.code}", value[:200]))
            return None


def places_of(mapping: Mapping[str, str]) -> dict[str, int]:
    """Field → the column it stands in."""
    return {target: int(index) for index, target in mapping.items() if target}


def read_customers(mapping: Mapping[str, str], reading: Reading) -> ReadRecord:
    """How this file names customers."""
    places = places_of(mapping)
    attributes = [target for target in places if target.startswith(ATTRIBUTE)]

    def read(cells: Sequence[str]) -> tuple[CustomerRow, list[RowProblem]]:
        found = Cells(cells, places)
        row = CustomerRow(
            external_id=found.text("external_id") or "",
            email=found.text("email"),
            phone=found.text("phone"),
            name=found.text("name"),
            language=found.text("language"),
            account=found.text("account"),
            unit=found.text("unit"),
            timezone=found.text("timezone"),
            country=found.text("country"),
            joined_on=found.parsed("joined_on", "date", lambda text: parse_date(text, reading.day_first)),
            lost_on=found.parsed("lost_on", "date", lambda text: parse_date(text, reading.day_first)),
            attributes={t.removeprefix(ATTRIBUTE): v for t in attributes if (v := found.text(t)) is not None},
            permissions=_permission(found),
        )
        return row, found.problems

    return read


def _permission(found: Cells) -> tuple[PermissionRow, ...]:
    granted = found.parsed("permission", "boolean", parse_bool)
    if granted is None:
        return ()
    purpose, channel = CustomerPermission.Purpose.FEEDBACK, CustomerPermission.Channel.EMAIL
    return (PermissionRow(purpose, channel, granted=granted, source="import"),)


def read_revenue(mapping: Mapping[str, str], reading: Reading) -> ReadRecord:
    """How this file names what was paid."""
    places = places_of(mapping)

    def read(cells: Sequence[str]) -> tuple[RevenueRow, list[RowProblem]]:
        found = Cells(cells, places)
        customer = found.text("customer") or ""
        amount = found.parsed("amount", "number", lambda text: parse_amount(text, reading.decimal_comma))
        period: Any = reading.period
        if "period" in places:
            period = found.parsed("period", "period", lambda text: parse_period(text, reading.day_first))
        currency = (found.text("currency") if "currency" in places else reading.currency) or ""
        if not customer:
            found.problems.append(RowProblem("customer", "no_identity"))
        for name, value in (("amount", amount), ("period", period), ("currency", currency or None)):
            if value is None and not any(problem.field == name for problem in found.problems):
                found.problems.append(RowProblem(name, "empty"))
        return RevenueRow(customer, period, amount, currency.upper()), found.problems

    return read
