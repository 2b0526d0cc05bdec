"""Works through an import in batches, each in a short transaction of its own; memory stays flat.

The job's row says how far it came (`rows_done`), moved in the batch's own transaction: a worker that dies loses nothing
and repeats nothing, and whoever takes the run up begins behind the last batch.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from nps_platform.customers.attributes import read_kind
from nps_platform.customers.batches import remember, take
from nps_platform.customers.directory import Directory
from nps_platform.customers.import_kinds import kind_of
from nps_platform.customers.models import AttributeDefinition, ImportJob, ImportRowError
from nps_platform.customers.reading import Reading, Record, count_records, records_of
from nps_platform.customers.rows import Tally
from nps_platform.customers.seen import SeenKeys
from nps_platform.lib.chunks import in_chunks
from nps_platform.lib.csvio import CsvRefused
from nps_platform.tenancy import audit

log = logging.getLogger(__name__)

BATCH = 1000
LEASE = timedelta(seconds=60)
MAX_ROW_ERRORS = 10_000
State = ImportJob.State
WORKING = (State.CHECKING, State.RUNNING)


class LostRun(Exception):
    """The run was stopped, or another worker took it: what this one was about to write is rolled back."""


def abandoned() -> Q:
    """Runs that nobody works on: never begun, or their worker went silent."""
    silent = Q(heartbeat_at=None) | Q(heartbeat_at__lt=timezone.now() - LEASE)
    return Q(state__in=WORKING) & silent


def work_on(job_id: int) -> None:
    """Bring an import to the end of its dry run or of its real run; nothing where somebody else is at it."""
    claimed = ImportJob.objects.filter(abandoned(), pk=job_id).update(heartbeat_at=timezone.now())
    if not claimed:
        return
    job = ImportJob.objects.select_related("started_by").get(pk=job_id)
    try:
        _run(job)
    except LostRun:
        return
    except CsvRefused as error:
        _fail(job, f"{error.code} {error.detail}".strip())
    except OperationalError:
        raise  # the database is away or busy: the sweep takes the run up again
    except Exception:
        _fail(job, "crashed")
        log.exception("import %s of organisation %s ended early", job.pk, job.organization_id)


def _run(job: ImportJob) -> None:
    if not job.rows_total:
        job.rows_total = count_records(job)
        _advance(job, rows_total=job.rows_total)
    directory = directory_for(job)
    total = Tally.from_json(job.counts if job.state == State.RUNNING else job.foreseen)
    refused = set(job.row_errors.values_list("row_number", flat=True)) if job.rows_done else set()
    behind, kind = job.rows_done, kind_of(job.kind)
    with SeenKeys() as seen:
        for records in in_chunks(records_of(job), BATCH):
            if behind >= len(records):
                behind -= len(records)
                remember([record for record in records if record.line not in refused], seen, kind.keys)
            else:
                _one_batch(job, records, directory, seen, total)
    _finish(job, total)


def directory_for(job: ImportJob) -> Directory:
    """Units and attributes, with those that this file brings along."""
    reading = Reading.from_json(job.reading)
    directory = Directory.load(decimal_comma=reading.decimal_comma, day_first=reading.day_first)
    for new in job.reading.get("new_attributes", []):
        if new["key"] not in directory.attributes:
            directory.add(AttributeDefinition(key=new["key"], label=new["label"], kind=read_kind(new["kind"])))
    return directory


def _one_batch(job: ImportJob, records: list[Record], directory: Directory, seen: SeenKeys, total: Tally) -> None:
    """A dry run reads outside the transaction, so that it holds no lock; the real run writes inside it."""
    write = job.state == State.RUNNING
    tally = Tally() if write else take(records, job, directory, seen, write=False)
    with transaction.atomic():
        if write:
            tally = take(records, job, directory, seen, write=True)
        total.add(tally)
        _note_errors(job, records, tally)
        counts = {"counts" if write else "foreseen": total.to_json()}
        _advance(job, rows_done=job.rows_done + len(records), **counts)
    job.rows_done += len(records)


def _note_errors(job: ImportJob, records: list[Record], tally: Tally) -> None:
    """The first MAX_ROW_ERRORS are kept to be shown and given back; the count goes on."""
    room = max(0, MAX_ROW_ERRORS - job.row_errors.count()) if tally.errors else 0
    ImportRowError.objects.bulk_create(
        ImportRowError(
            job=job,
            row_number=records[place].line,
            field=problem.field[:60],
            code=problem.code,
            value=problem.value,
            row=records[place].cells[: len(job.header)],
        )
        for place, problem in tally.errors[:room]
    )


def _advance(job: ImportJob, **values: object) -> None:
    """Move the job's row on, if it is still as this run left it."""
    mine = ImportJob.objects.filter(pk=job.pk, state=job.state, rows_done=job.rows_done)
    if not mine.update(heartbeat_at=timezone.now(), **values):
        raise LostRun


def _finish(job: ImportJob, total: Tally) -> None:
    if job.state == State.CHECKING:
        _advance(job, state=State.CHECKED, foreseen=total.to_json(), finished_at=timezone.now())
        return
    with transaction.atomic():
        _advance(job, state=State.DONE, counts=total.to_json(), finished_at=timezone.now(), samples=[])
        audit.record("import.finished", job, by=job.started_by, kind=job.kind, **total.to_json())
    job.file.delete(save=False)
    ImportJob.objects.filter(pk=job.pk).update(file="")


def _fail(job: ImportJob, problem: str) -> None:
    with transaction.atomic():
        failed = ImportJob.objects.filter(pk=job.pk, state__in=WORKING)
        if failed.update(state=State.FAILED, problem=problem, finished_at=timezone.now()):
            audit.record("import.failed", job, by=job.started_by, kind=job.kind, problem=problem)
