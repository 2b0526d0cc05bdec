"""The import commands' common part: the same steps as the pages, in the foreground."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from nps_platform.customers.actions import Choice, MappingRefused, choose_columns, start_import, start_upload
from nps_platform.customers.engine import WORKING, work_on
from nps_platform.customers.import_fields import columns_of, guess_further, suggest_new
from nps_platform.customers.import_kinds import kind_of
from nps_platform.customers.models import ImportJob
from nps_platform.customers.reading import Reading
from nps_platform.customers.rows import Tally
from nps_platform.customers.wording import file_problem, job_problem, mapping_problem, row_problem
from nps_platform.lib.csvio import CsvRefused
from nps_platform.tenancy.audit import acting_as
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered

_SHOWN_ERRORS = 10
_LOOKS_AGAIN_AFTER = 0.2


@contextmanager
def inside(slug: str, command: str) -> Iterator[Organization]:
    """Work for the organisation that an operator named."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise CommandError(f"There is no organisation {slug}.")
    with entered(organization), acting_as(command):
        yield organization


class ImportCommand(BaseCommand):
    """Uploads a file, tries it out, imports it, prints the counts."""

    def run_import(self, path: str, kind: str, fix: Callable[[ImportJob], Choice]) -> None:
        try:
            with Path(path).open("rb") as file:
                job = start_upload(File(file, name=path), kind=kind, name=path, by=None)
            choose_columns(job, fix(job), by=None)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except CsvRefused as error:
            raise CommandError(file_problem(error)) from error
        except MappingRefused as error:
            raise CommandError(mapping_problem(error.code)) from error
        self._print_columns(job)
        self._work(job)
        self._print_counts("dry run", Tally.from_json(job.foreseen))
        start_import(job, by=None)
        self._work(job)
        self._print_counts("imported", Tally.from_json(job.counts))
        for refused in job.row_errors.order_by("pk")[:_SHOWN_ERRORS]:
            why = row_problem(refused.code, refused.value)
            self.stdout.write(f"  row {refused.row_number}: {refused.field}: {why}")

    def _work(self, job: ImportJob) -> None:
        """A worker may be faster than this command; then it only looks on."""
        job.refresh_from_db()
        while job.state in WORKING:
            work_on(job.pk)
            job.refresh_from_db()
            if job.state in WORKING:
                time.sleep(_LOOKS_AGAIN_AFTER)
        if job.state == ImportJob.State.FAILED:
            raise CommandError(job_problem(job.problem))

    def _print_columns(self, job: ImportJob) -> None:
        job.refresh_from_db()
        for index, heading in enumerate(job.header):
            self.stdout.write(f"  {heading}: {job.mapping.get(str(index)) or 'left out'}")

    def _print_counts(self, title: str, tally: Tally) -> None:
        counts = ", ".join(f"{name} {getattr(tally, name)}" for name in ("created", "updated", "unchanged", "refused"))
        self.stdout.write(f"{title}: {counts}")
        for currency, amount in tally.amounts.items():
            unmatched = tally.unmatched_amounts.get(currency, 0)
            self.stdout.write(f"{title}: {currency} {amount}, of which {unmatched} unmatched ({tally.unmatched} rows)")


def guessed(job: ImportJob, *, attributes: bool = False, **reading: object) -> Choice:
    """The columns as guessed; with `attributes` every other column becomes a new one."""
    read = replace(Reading.from_json(job.reading), **reading)  # type: ignore[arg-type]
    columns = columns_of(job.header, job.samples)
    targets = guess_further(kind_of(job.kind).further(read.options), columns, job.mapping)
    for column in columns if attributes else []:
        targets.setdefault(str(column.index), suggest_new(column))
    return Choice(targets, read)
