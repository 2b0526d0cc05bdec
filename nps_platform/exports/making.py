"""Makes an export's file: claimed by a conditional update, its rows read in portions, its progress written down.

A worker that dies leaves a silent row; the sweep has it made again from the start. Rights are asked again when it is made.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.db import OperationalError
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone, translation

from nps_platform.exports.models import Export
from nps_platform.exports.tables import TABLES, Asked, Row, Table
from nps_platform.lib.csvio import write_csv
from nps_platform.lib.xlsx import write_xlsx
from nps_platform.tenancy.scope import current_organization

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
LEASE = timedelta(seconds=60)
TOLD_EACH = 500  # rows between two words of progress
State = Export.State


class Lost(Exception):
    """It was deleted meanwhile, or another worker took it."""


def asked_in(export: Export) -> Asked:
    return Asked(QueryDict(export.query), export.asked_by)


def may_have(asked: Asked, kind: str) -> bool:
    """Whether they may take this kind away, still."""
    return all(asked.may(right) for right in TABLES[kind].rights)


def abandoned() -> Q:
    """Asked for and not begun, or its worker went silent."""
    silent = Q(heartbeat_at=None) | Q(heartbeat_at__lt=timezone.now() - LEASE)
    return Q(state=State.WORKING) & silent


def make(export_id: int) -> None:
    """Bring an export to its end; nothing where somebody else is at it."""
    if not Export.objects.filter(abandoned(), pk=export_id).update(heartbeat_at=timezone.now(), rows_done=0):
        return
    export = Export.objects.select_related("asked_by__user", "asked_by__organization").get(pk=export_id)
    try:
        _make(export)
    except Lost:
        return
    except OperationalError:
        raise  # the database is away or busy: the sweep has it made again
    except Exception:
        _end(export, state=State.FAILED, error="crashed")
        log.exception("export %s of organisation %s ended early", export.pk, export.organization_id)


def _make(export: Export) -> None:
    asked, table = asked_in(export), TABLES[export.kind]
    if not may_have(asked, export.kind):
        _end(export, state=State.FAILED, error="no_right")
        return
    with (
        TemporaryDirectory() as folder,
        translation.override(export.language or "en"),
        timezone.override(current_organization().timezone),
    ):
        path = Path(folder) / "table"
        rows = _write(export, table, asked, path)
        now = timezone.now()
        with path.open("rb") as file:
            export.file.save(path.name, File(file), save=False)
        bytes_ = path.stat().st_size
    done = {
        "file": export.file.name,
        "file_bytes": bytes_,
        "expires_at": now + KEPT,
        "rows_done": rows,
        "rows_total": rows,
    }
    try:
        _end(export, state=State.DONE, **done)
    except Lost:
        export.file.delete(save=False)
        raise


def _write(export: Export, table: Table, asked: Asked, path: Path) -> int:
    """The file at `path`; how many rows it holds."""
    counted = _Counted(export, table.rows(asked))
    head = table.head(asked)
    if export.format == Export.Format.XLSX:
        write_xlsx(path, export.kind, head, counted)
    else:
        with path.open("wb") as file:
            file.writelines(write_csv(_with_head(head, counted)))
    return counted.many


def _with_head(head: Row, rows: _Counted) -> Iterator[Row]:
    yield head
    yield from rows


class _Counted:
    """Rows on their way into the file; now and then it is written down how far they are."""

    def __init__(self, export: Export, rows: Iterator[Row]) -> None:
        self.many = 0
        self._export, self._rows = export, rows

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            yield row
            self.many += 1
            if self.many % TOLD_EACH == 0:
                _tell(self._export, rows_done=self.many, heartbeat_at=timezone.now())


def _tell(export: Export, **changes: object) -> None:
    if not Export.objects.filter(pk=export.pk, state=State.WORKING).update(**changes):
        raise Lost


def _end(export: Export, **changes: object) -> None:
    _tell(export, finished_at=timezone.now(), **changes)


def throw_away(old: Q) -> int:
    """The files of these exports go, what was taken away stays in the list; how many."""
    gone = 0
    for export in Export.objects.filter(old, state=State.DONE):
        export.file.delete(save=False)
        gone += Export.objects.filter(pk=export.pk, state=State.DONE).update(state=State.GONE, file="")
    return gone
