"""Remembers every customer and month that a file has named, on disk: memory stays flat however long the file is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from types import TracebackType


class SeenKeys:
    """Key → the line where it first stood. Lives in a nameless temporary file that ends with it."""

    def __init__(self) -> None:
        self._memory = sqlite3.connect("", isolation_level=None)
        self._memory.execute("PRAGMA journal_mode=OFF")
        self._memory.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def __enter__(self) -> SeenKeys:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._memory.close()

    def lines(self, keys: Iterable[str]) -> dict[str, int]:
        """Those of `keys` that were seen, with their lines."""
        wanted = list(dict.fromkeys(keys))
        marks = ",".join("?" * len(wanted))
        query = f"SELECT key, line FROM seen WHERE key IN ({marks})"  # noqa: S608  only question marks
        return dict(self._memory.execute(query, wanted).fetchall())

    def add(self, lines: Iterable[tuple[str, int]]) -> None:
        """Remember keys; the first line that named one holds."""
        self._memory.execute("BEGIN")
        self._memory.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", lines)
        self._memory.execute("COMMIT")
