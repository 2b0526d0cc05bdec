"""Reads a CSV of e-mail addresses or telephone numbers: their column is found by its name or by what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import validate_email

from nps_platform.customers.models import CustomerPermission
from nps_platform.lib.csvio import Limits, rows, sniff
from nps_platform.lib.phones import dialled_number, mobile_number
from nps_platform.lib.words import fold

LIMITS = Limits(bytes=10 * 1024 * 1024, rows=200_000, columns=50)
SHOWN = 20
_NAMES = {
    *("email", "e-mail", "mail", "address", "correo", "correo electronico", "direccion", "indirizzo", "posta"),
    *("phone", "telephone", "mobile", "number", "telefono", "movil", "numero", "celular", "cellulare"),
}
Read = Callable[[str], str]


@dataclass
class Addresses:
    """The addresses of a file, and the lines that hold none (the first of them, and how many)."""

    found: list[str] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    refused_count: int = 0

    def refuse(self, line: int, text: str) -> None:
        self.refused_count += 1
        if len(self.refused) < SHOWN:
            self.refused.append((line, text[:80]))


def reader_of(channel: str, country: str = "") -> Read:
    """What makes an address of a text as the channel keeps it: an e-mail, or a number in E.164, read as one of `country`
    where it has no prefix; empty for anything else."""
    if channel == CustomerPermission.Channel.EMAIL:
        return _email
    return partial(dialled_number if channel == CustomerPermission.Channel.PHONE else mobile_number, country=country)


def _email(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError:
        return ""
    return text.strip()


def read_addresses(file: File, read: Read = _email) -> Addresses:
    """Every address once. Raises CsvRefused."""
    with NamedTemporaryFile(suffix=".csv") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return _read(rows(kept.name, sniff(Path(kept.name), LIMITS), LIMITS), read)


def _read(records: Iterator[tuple[int, list[str]]], read: Read) -> Addresses:
    told, seen, column = Addresses(), set[str](), None
    for line, cells in records:
        if column is None:
            column = _column(cells, read)
            if not read(cells[column]):
                continue  # the heading
        text = cells[column].strip() if column < len(cells) else ""
        address = read(text)
        if not address:
            told.refuse(line, text)
        elif address.lower() not in seen:
            seen.add(address.lower())
            told.found.append(address)
    return told


def _column(first: list[str], read: Read) -> int:
    """By name, else where an address stands in the first line, else the first one."""
    named = [index for index, cell in enumerate(first) if fold(cell.strip()) in _NAMES]
    holding = [index for index, cell in enumerate(first) if read(cell)]
    return next(iter([*holding, *named, 0]))
