"""Files as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.closeloop.conftest import answers, mercedes, opens, started, survey  # noqa: F401


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Files of the test lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    yield settings.MEDIA_ROOT


@dataclass
class Sheet:
    """What a download holds: head and rows as texts."""

    head: list[str]
    rows: list[list[str]]
    raw: bytes = b""

    def column(self, name: str) -> list[str]:
        place = self.head.index(name)
        return [row[place] if place < len(row) else "" for row in self.rows]


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def read_csv(answer: Any) -> Sheet:
    raw = body_of(answer)
    head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    return Sheet(head, rows, raw)


def read_xlsx(answer: Any) -> Sheet:
    """Constant memory writes texts in place: no shared table is needed to read them."""
    raw = body_of(answer)
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    rows = [
        [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<c [^>]*?(?:/>|>(.*?)</c>)", row, re.S)]
        for row in re.findall(r"<row [^>]*>(.*?)</row>", xml, re.S)
    ]
    return Sheet(rows[0], rows[1:], xml.encode())
