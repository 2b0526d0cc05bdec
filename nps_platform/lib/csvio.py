"""CSV in and out: any common encoding and delimiter, streamed in flat memory, hostile files refused early.

The parsers of single values live in `values.py`, the guessing of columns in `mapping.py`; both are offered here too.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import TextIO

from nps_platform.lib.mapping import FieldGuess, guess_mapping
from nps_platform.lib.values import (
    Unreadable,
    guess_day_first,
    guess_decimal_comma,
    parse_bool,
    parse_date,
    parse_moment,
    parse_number,
    parse_period,
    parse_score,
)

__all__ = [
    "CsvRefused",
    "Dialect",
    "FieldGuess",
    "Limits",
    "Preview",
    "Unreadable",
    "guess_day_first",
    "guess_decimal_comma",
    "guess_mapping",
    "neutralise",
    "parse_bool",
    "parse_date",
    "parse_moment",
    "parse_number",
    "parse_period",
    "parse_score",
    "preview",
    "rows",
    "sniff",
    "write_csv",
]

DELIMITERS = (",", ";", "\t")
_SAMPLE_BYTES = 64 * 1024
_SAMPLE_RECORDS = 100
_CHUNK = 1024 * 1024
_MAGIC = (
    (b"PK\x03\x04", "xlsx"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"{\\rtf", "rtf"),
    (b"SQLite format 3", "sqlite"),
)
# Old systems leave a stray control character in a text; a file full of them is no text.
_STRAY_CONTROLS = 0.02
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x19\x1b-\x1f]")


class CsvRefused(Exception):
    """A file that is not read on. `code`: empty, too_big, not_csv, nul_bytes, encoding, line_too_long, cell_too_long,
    too_many_columns, too_many_rows, malformed; `detail` a fact for the message (a limit, a line number, a file type)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written. `encoding` is a Python codec; `skip_lines` counts Excel's "sep=;" line."""

    encoding: str
    delimiter: str
    has_bom: bool
    newline: str
    skip_lines: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read at most; `rows` counts records below the header, lengths are in characters."""

    bytes: int = 200 * 1024 * 1024
    rows: int = 5_000_000
    columns: int = 200
    cell: int = 10_000
    line: int = 1_000_000


DEFAULT_LIMITS = Limits()


# --- what kind of file -----------------------------------------------------------------------------------------------
def sniff(path: Path | str, limits: Limits = DEFAULT_LIMITS) -> Dialect:
    """Find encoding, delimiter and newline; the whole file is checked for its encoding. Raises CsvRefused."""
    path = Path(path)
    _check_size(path, limits)
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    _refuse_other_kinds(head)
    encoding, has_bom = _encoding(path, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).removeprefix("\ufeff")
    if "\0" in text:
        raise CsvRefused("nul_bytes")
    if len(_CONTROLS.findall(text)) > _STRAY_CONTROLS * len(text):
        raise CsvRefused("not_csv", "binary")
    if not text.strip():
        raise CsvRefused("empty")
    declared = re.match(r"sep=([,;\t])\r?\n", text, re.IGNORECASE)
    delimiter = declared[1] if declared else _delimiter(text)
    return Dialect(encoding, delimiter, has_bom, _newline(text), skip_lines=1 if declared else 0)


def _check_size(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if not size:
        raise CsvRefused("empty")
    if size > limits.bytes:
        raise CsvRefused("too_big", str(limits.bytes))


def _refuse_other_kinds(head: bytes) -> None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise CsvRefused("not_csv", kind)
    if head.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise CsvRefused("not_csv", "html")


def _encoding(path: Path, head: bytes) -> tuple[str, bool]:
    for bom, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(bom):
            return _checked(path, codec), True
    if b"\0" in head:
        return _utf16_without_bom(head), False
    return ("utf-8" if _decodes(path, "utf-8") else _checked(path, "cp1252")), False


def _utf16_without_bom(head: bytes) -> str:
    """UTF-16 of Latin text has its zeros on one side only."""
    pairs = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > 0.5 and even < 0.01:
        return "utf-16-le"
    if even > 0.5 and odd < 0.01:
        return "utf-16-be"
    raise CsvRefused("nul_bytes")


def _checked(path: Path, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise CsvRefused("encoding")
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[bool, float, int]:
    """How well a delimiter explains the sample: splits the header, agrees from row to row, makes many columns."""
    try:
        records = list(islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), _SAMPLE_RECORDS))
    except csv.Error:
        return False, 0.0, 0
    widths = [len(record) for record in records if record]
    width = widths[0] if widths else 0
    return width > 1, widths.count(width) / max(1, len(widths)), width


def _newline(text: str) -> str:
    return next((mark for mark in ("\r\n", "\n", "\r") if mark in text), "\n")


# --- reading ---------------------------------------------------------------------------------------------------------
def rows(path: Path | str, dialect: Dialect, limits: Limits = DEFAULT_LIMITS) -> Iterator[tuple[int, list[str]]]:
    """Stream (line number where the record starts, cells), header first, blank records left out. Raises CsvRefused."""
    path = Path(path)
    _check_size(path, limits)
    with path.open(encoding=dialect.encoding, newline="") as file:
        lines = _lines(file, limits)
        for _skipped in range(dialect.skip_lines):
            next(lines, None)
        yield from _records(lines, dialect, limits)


def _records(lines: Iterator[str], dialect: Dialect, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    count, line, read = 0, dialect.skip_lines + 1, list[str]()
    reader = csv.reader(_noting(lines, read), delimiter=dialect.delimiter)
    while True:
        read.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            too_long = "limit" in str(error) and len(read) == 1
            raise CsvRefused("cell_too_long" if too_long else "malformed", str(line)) from error
        except UnicodeError as error:
            raise CsvRefused("encoding", str(line)) from error
        if len(read) > 1:
            _check_quotes(read, dialect, line)
        if any(cells):
            _check_cells(cells, line, limits)
            if count > limits.rows:
                raise CsvRefused("too_many_rows", str(limits.rows))
            count += 1
            yield line, cells
        line = dialect.skip_lines + reader.line_num + 1


def _noting(lines: Iterator[str], read: list[str]) -> Iterator[str]:
    for line in lines:
        read.append(line)
        yield line


def _check_quotes(read: list[str], dialect: Dialect, line: int) -> None:
    """A quote that is not closed swallows lines up to the next one, or to the end: then it ends where no cell does."""
    try:
        next(csv.reader(read, delimiter=dialect.delimiter, strict=True))
    except csv.Error as error:
        raise CsvRefused("malformed", str(line)) from error


def _check_cells(cells: list[str], line: int, limits: Limits) -> None:
    if len(cells) > limits.columns:
        raise CsvRefused("too_many_columns", str(limits.columns))
    if max(map(len, cells)) > limits.cell:
        raise CsvRefused("cell_too_long", str(line))


def _lines(file: TextIO, limits: Limits) -> Iterator[str]:
    """Lines of bounded length: a file without line ends would otherwise be one string."""
    while line := file.readline(limits.line):
        if len(line) >= limits.line and not line.endswith(("\n", "\r")):
            raise CsvRefused("line_too_long", str(limits.line))
        if "\0" in line:
            raise CsvRefused("nul_bytes")
        yield line


@dataclass(frozen=True, slots=True)
class Preview:
    """The header and the first records below it."""

    header: list[str]
    samples: list[list[str]]

    def column(self, index: int) -> list[str]:
        """The sample values of one column, short records skipped."""
        return [cells[index] for cells in self.samples if index < len(cells)]


def preview(path: Path | str, dialect: Dialect, limits: Limits = DEFAULT_LIMITS, *, count: int = 50) -> Preview:
    """The header, trimmed, and `count` records to show and to guess from. Raises CsvRefused."""
    records = [cells for _line, cells in islice(rows(path, dialect, limits), count + 1)]
    if not records:
        raise CsvRefused("empty")
    return Preview([cell.strip() for cell in records[0]], records[1:])


# --- writing ---------------------------------------------------------------------------------------------------------
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_JUST_A_NUMBER = re.compile(r"[+-][0-9][0-9 .,]*")


def neutralise(cell: str) -> str:
    """A text that no spreadsheet runs as a formula; plain signed numbers and phone numbers stay as they are."""
    if cell.lstrip(" ").startswith(_FORMULA) and not _JUST_A_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def write_csv(table: Iterable[Sequence[object]], *, delimiter: str = ",") -> Iterator[bytes]:
    """Stream rows as UTF-8 with BOM (Excel reads it) in chunks; texts are neutralised, None is empty."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    buffer.write("\ufeff")
    for cells in table:
        writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
        if buffer.tell() >= _SAMPLE_BYTES:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: StringIO) -> bytes:
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk
