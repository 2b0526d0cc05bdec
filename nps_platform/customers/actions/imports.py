"""The steps of an import: a file arrives, its columns are chosen, a dry run says what would happen, then it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from celery import signature
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from nps_platform.customers.attributes import MAX_ATTRIBUTES, key_for
from nps_platform.customers.directory import Directory
from nps_platform.customers.import_fields import ATTRIBUTE, NEW, columns_of, guess_targets
from nps_platform.customers.import_kinds import MappingRefused, kind_of
from nps_platform.customers.models import ImportJob
from nps_platform.customers.reading import Reading, guess_reading, limits
from nps_platform.lib.csvio import CsvRefused, preview, sniff
from nps_platform.tenancy import audit
from nps_platform.tenancy.due import is_due
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.tasks import nudge

TASK = "customers.work_import"
DUE = "imports"
_SAMPLES = 30
_SWEEP_AFTER = timedelta(seconds=90)
State = ImportJob.State


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose: column index (as text) → target, and how values are read."""

    targets: Mapping[str, str]
    reading: Reading


def start_upload(file: File, *, kind: str, name: str, by: Membership | None, label: str = "") -> ImportJob:
    """Keep a file and look into it: writing, header, samples, a guess of its columns. Raises CsvRefused; then nothing stays."""
    job = ImportJob(kind=kind, file_name=Path(name).name[:255], file_bytes=file.size, started_by=by)
    if file.size > limits().bytes:
        raise CsvRefused("too_big", str(limits().bytes))
    job.file.save("upload", file, save=False)
    try:
        _look_into(job)
        with transaction.atomic():
            job.save()
            audit.record("import.uploaded", job, by=by, label=label, kind=kind, bytes=file.size)
            is_due(DUE, timezone.now() + timedelta(days=1))
    except BaseException:
        job.file.delete(save=False)
        raise
    return job


def _look_into(job: ImportJob) -> None:
    path = Path(job.file.path)
    dialect = sniff(path, limits())
    seen = preview(path, dialect, limits(), count=_SAMPLES)
    job.header = [heading[:200] for heading in seen.header]
    job.samples = [[cell[:200] for cell in cells] for cells in seen.samples]
    columns = columns_of(job.header, job.samples)
    job.mapping = guess_targets(kind_of(job.kind), columns, job.samples, Directory.load())
    numbers = [value for c in columns for value in c.samples if job.mapping.get(str(c.index), "") in {"", "amount"}]
    dates = [value for c in columns for value in c.samples]
    job.reading = {"dialect": asdict(dialect), **guess_reading(numbers, dates).to_json()}


def choose_columns(job: ImportJob, choice: Choice, *, by: Membership | None) -> None:
    """Fix the columns and begin the dry run in the background. Raises MappingRefused."""
    directory = Directory.load()
    targets = {index: target for index, target in choice.targets.items() if target}
    new = _new_attributes(job.header, targets, directory)
    check_targets(job.kind, list(targets.values()), choice.reading, directory)
    mapping = {index: ATTRIBUTE + new[index]["key"] if index in new else target for index, target in targets.items()}
    reading = {**job.reading, **choice.reading.to_json(), "new_attributes": list(new.values())}
    with transaction.atomic():
        changed = ImportJob.objects.filter(pk=job.pk, state__in=[State.UPLOADED, State.CHECKED]).update(
            mapping=mapping, reading=reading, state=State.CHECKING, rows_done=0, foreseen={}, counts={},
            heartbeat_at=None, started_at=timezone.now(), finished_at=None, problem="",
        )  # fmt: skip
        if changed:
            job.row_errors.all().delete()
            audit.record("import.checked", job, by=by, kind=job.kind)
            _hand_over(job)


def check_targets(kind: str, targets: Sequence[str], reading: Reading, directory: Directory) -> None:
    """Whether these columns make an import: somebody named, everything once. Raises MappingRefused."""
    once = [target for target in targets if not target.startswith(NEW)]
    for target in once:
        if once.count(target) > 1:
            raise MappingRefused("twice", target)
        if target.startswith(ATTRIBUTE) and target.removeprefix(ATTRIBUTE) not in directory.attributes:
            raise MappingRefused("unknown_target", target)
    kind_of(kind).check(targets, reading)


def _new_attributes(
    header: Sequence[str], targets: Mapping[str, str], directory: Directory
) -> dict[str, dict[str, str]]:
    """Column index → the attribute that it brings; keys are kept apart where headings fold alike."""
    new: dict[str, dict[str, str]] = {}
    taken = set(directory.attributes)
    for index, target in targets.items():
        if target.startswith(NEW):
            heading = header[int(index)] or f"column {int(index) + 1}"
            base = key_for(heading) or f"column_{int(index) + 1}"
            options = (base, *(f"{base[:56]}_{n}" for n in range(2, MAX_ATTRIBUTES + 2)))
            key = next(option for option in options if option not in taken)
            taken.add(key)
            new[index] = {"key": key, "label": heading[:80], "kind": target.removeprefix(NEW)}
    if len(taken) > MAX_ATTRIBUTES and new:
        raise MappingRefused("too_many_attributes", str(MAX_ATTRIBUTES))
    return new


def start_import(job: ImportJob, *, by: Membership | None) -> bool:
    """Write what the dry run foresaw, in the background; False where the job is not waiting for that."""
    with transaction.atomic():
        started = ImportJob.objects.filter(pk=job.pk, state=State.CHECKED).update(
            state=State.RUNNING, rows_done=0, counts={}, heartbeat_at=None, started_by=by,
            started_at=timezone.now(), finished_at=None,
        )  # fmt: skip
        if started:
            job.row_errors.all().delete()
            audit.record("import.started", job, by=by, kind=job.kind)
            _hand_over(job)
    return bool(started)


def stop_import(job: ImportJob, *, by: Membership | None) -> bool:
    """End a dry run or a run after the batch it is at; what is written stays. False where nothing runs."""
    with transaction.atomic():
        stopped = ImportJob.objects.filter(pk=job.pk, state__in=[State.CHECKING, State.RUNNING]).update(
            state=State.FAILED, problem="stopped", finished_at=timezone.now()
        )
        if stopped:
            audit.record("import.stopped", job, by=by, kind=job.kind)
    return bool(stopped)


def reopen_columns(job: ImportJob) -> bool:
    """Back from the dry run to the choice of columns; also after a stop, while the file is still there."""
    back = ImportJob.objects.filter(pk=job.pk, state__in=[State.CHECKED, State.FAILED]).exclude(file="")
    return bool(back.update(state=State.UPLOADED, problem=""))


def discard_import(job: ImportJob, *, by: Membership | None) -> None:
    """Forget a file that was not imported, and its trial."""
    with transaction.atomic():
        gone = ImportJob.objects.filter(pk=job.pk, state__in=[State.UPLOADED, State.CHECKED, State.FAILED]).first()
        if gone is None:
            return
        audit.record("import.discarded", gone, by=by, kind=gone.kind)
        file = gone.file
        gone.delete()
        transaction.on_commit(lambda: file.delete(save=False) if file else None)


def _hand_over(job: ImportJob) -> None:
    """Tell a worker on commit; where no nudge arrives, the sweep finds the row."""
    is_due(DUE, timezone.now() + _SWEEP_AFTER)
    nudge(signature(TASK), job.organization_id, job.pk)
