"""What arrives from outside, one row a dataclass, and what became of each: shared by pages, files, API and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

# What an attribute may arrive as; it is read by its definition's type.
AttributeValue = str | int | float | bool | Decimal | date | None


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One statement about being written to. Without `at` it counts from now, and repeating it adds nothing."""

    purpose: str
    channel: str
    granted: bool = True
    basis: str = ""
    source: str = ""
    text_version: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as it arrives. None leaves what is stored, an empty text clears it; dates are cleared by `clears`.

    Known by `external_id`, else by `email`. `account` is an account's number, `unit` a unit's code or name.
    Attributes are merged; None or an empty text takes one away.
    """

    external_id: str = ""
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    language: str | None = None
    account: str | None = None
    unit: str | None = None
    timezone: str | None = None
    country: str | None = None
    joined_on: date | None = None
    lost_on: date | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    permissions: tuple[PermissionRow, ...] = ()
    clears: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RevenueRow:
    """One customer's revenue in one month and currency. `customer` is a customer's number, else an e-mail address."""

    customer: str
    period: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was refused: `code` has its words in `wording.py`, `value` is what was wrong."""

    field: str
    code: str
    value: str = ""


class RowStatus(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one customer's row; `id` is None for a refused one."""

    status: RowStatus
    id: int | None = None
    errors: tuple[RowProblem, ...] = ()


@dataclass(slots=True)
class Tally:
    """What became of many rows. Accepted = created + updated + unchanged; `unmatched` revenue is part of them.

    `made` counts customers that answers brought along. `amounts` sums the accepted revenue by currency,
    `unmatched_amounts` that of unknown customers; `errors` are (index in the list, problem), several a row where several
    things are wrong.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    unmatched: int = 0
    made: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)
    unmatched_amounts: dict[str, Decimal] = field(default_factory=dict)
    errors: list[tuple[int, RowProblem]] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.created + self.updated + self.unchanged

    @property
    def changes_nothing(self) -> bool:
        """Rows were accepted, and each stood in the table already as it came."""
        return bool(self.unchanged) and not self.created and not self.updated

    def refuse(self, index: int, *problems: RowProblem) -> None:
        """Count the row at `index` as refused, and why."""
        self.refused += 1
        self.errors += [(index, problem) for problem in problems]

    def add(self, other: Tally) -> None:
        """Sum another list's counts into this one; its errors stay with it."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in _SUMS:
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, {c: mine.get(c, Decimal(0)) + theirs.get(c, Decimal(0)) for c in {**mine, **theirs}})

    def to_json(self) -> dict[str, Any]:
        """Counts and sums as they are kept on an import; amounts as decimal strings."""
        sums = {name: {c: str(amount) for c, amount in getattr(self, name).items()} for name in _SUMS}
        return {name: getattr(self, name) for name in _COUNTS} | sums

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Tally:
        """What `to_json` wrote; an empty mapping is a tally of nothing."""
        read: dict[str, Any] = {name: kept.get(name, 0) for name in _COUNTS}
        for name in _SUMS:
            read[name] = {currency: Decimal(amount) for currency, amount in kept.get(name, {}).items()}
        return cls(**read)


_COUNTS = ("created", "updated", "unchanged", "refused", "unmatched", "made")
_SUMS = ("amounts", "unmatched_amounts")


class RevenueResult(Tally):
    """What became of a list of revenue rows."""
