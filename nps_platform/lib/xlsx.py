"""Spreadsheets out: any number of rows in flat memory, texts as texts, so that nothing in them runs as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

MOST_ROWS = 1_048_576  # of one sheet, the head among them
LONGEST_TEXT = 32_767


def write_xlsx(path: Path, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One table, on as many sheets as it needs, each with its head. Moments stand as local time, None is empty.

    A text cell is never evaluated, whatever it begins with: unlike in CSV nothing has to be put before it.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        formats: dict[type, Any] = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        bold = book.add_format({"bold": True})
        sheet, line = None, MOST_ROWS
        for number, cells in enumerate(_or_nothing(rows)):
            if line >= MOST_ROWS:
                sheet = book.add_worksheet(name if not number else f"{name} {number // (MOST_ROWS - 1) + 1}")
                sheet.freeze_panes(1, 0)
                sheet.write_row(0, 0, head, bold)
                line = 1
            assert sheet
            for column, cell in enumerate(cells):
                _write(sheet, line, column, cell, formats)
            line += 1


def _or_nothing(rows: Iterable[Sequence[object]]) -> Iterable[Sequence[object]]:
    """A book needs a sheet: of no rows, one empty row."""
    some = False
    for row in rows:
        some = True
        yield row
    if not some:
        yield ()


def _write(sheet: Any, line: int, column: int, cell: object, formats: dict[type, Any]) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(line, column, cell[:LONGEST_TEXT])
    elif isinstance(cell, datetime):
        sheet.write_datetime(line, column, cell.replace(tzinfo=None), formats[datetime])
    elif isinstance(cell, date):
        sheet.write_datetime(line, column, cell, formats[date])
    elif isinstance(cell, bool | int | float | Decimal):
        sheet.write_number(line, column, cell)
    elif cell is not None:
        raise TypeError(f"{type(cell).__name__} is no cell")
