"""What kinds of files come in: each brings its columns, how a record is read and what is done with a batch.

This room's own are in `own_imports.py`; rooms above register theirs when they are ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django import forms

from nps_platform.lib.csvio import FieldGuess
from nps_platform.tenancy.roles import Right

if TYPE_CHECKING:
    from nps_platform.customers.directory import Directory
    from nps_platform.customers.models import ImportJob
    from nps_platform.customers.reading import Reading, Record
    from nps_platform.customers.rows import RowProblem, Tally
    from nps_platform.customers.seen import SeenKeys

ReadRecord = Callable[[Sequence[str]], tuple[Any, "list[RowProblem]"]]


class MappingRefused(ValueError):
    """A choice of columns that can't be read. `code`: no_identity, no_customer, no_amount, no_period, no_currency,
    twice, too_many_attributes, unknown_target, or a kind's own; `target` the field concerned."""

    def __init__(self, code: str, target: str = "") -> None:
        super().__init__(f"{code} {target}".strip())
        self.code, self.target = code, target


class Take(Protocol):
    """Work on one batch: set it beside the table, or with `write` write it in the caller's transaction."""

    def __call__(
        self, records: Sequence[Record], job: ImportJob, directory: Directory, seen: SeenKeys, *, write: bool
    ) -> Tally: ...


@dataclass(frozen=True, slots=True)
class Keys:
    """By what a file's rows are told apart.

    `names`: what a row uses up; `clashes`: what it must not find used up; `column`: the field at which a repetition is
    refused. `within`: whether a batch is looked through too (else the writing does it).
    """

    names: Callable[[Any], list[str]]
    clashes: Callable[[Any], list[str]]
    column: Callable[[Any], str]
    within: bool = True


@dataclass(frozen=True, slots=True)
class FurtherField:
    """A field that is there by what was chosen for the whole file: a question of the survey that was answered.

    `headings`: what a column is called that is surely this, in any case and with any accents. `look` says how a cell reads, or
    what is wrong with it.
    """

    target: str
    label: str
    headings: tuple[str, ...]
    look: Callable[[str], str | RowProblem]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of file. `check` raises MappingRefused where the columns make no import; `options` are choices for the whole
    file, kept as texts in `Reading.options`, `told` says them in words (label, value), and `further` are the fields that they bring."""

    name: str
    right: Right
    title: Any
    about: Any
    guesses: tuple[FieldGuess, ...]
    labels: Mapping[str, Any]
    check: Callable[[Sequence[str], Reading], None]
    reader: Callable[[Mapping[str, str], Reading], ReadRecord]
    take: Take
    keys: Keys
    # The name of the page to go to afterwards, what its button says, and the right it asks for.
    page: str
    page_words: Any
    page_right: Right
    updated_words: Any
    brings_attributes: bool = False
    asks_money: bool = False
    options: Callable[[], Mapping[str, forms.Field]] = field(default=dict)
    told: Callable[[Mapping[str, str]], list[tuple[str, str]]] = field(default=lambda _options: [])
    further: Callable[[Mapping[str, str]], Sequence[FurtherField]] = field(default=lambda _options: ())
    # The choice that brings them, what they stand under where a column is chosen, and a file to begin with for a value of it.
    further_by: str = ""
    further_words: Any = ""
    example: Callable[[str], list[Sequence[str]]] | None = None


_KINDS: dict[str, ImportKind] = {}


def register_import_kind(kind: ImportKind) -> None:
    """Called when a room is ready."""
    _KINDS[kind.name] = kind


def kind_of(name: str) -> ImportKind:
    """The kind that is called `name`; it was registered before any file of it came."""
    return _KINDS[name]


def import_kinds() -> list[ImportKind]:
    """All of them, in the order they were brought."""
    return list(_KINDS.values())
