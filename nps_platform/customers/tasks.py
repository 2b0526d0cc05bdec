"""Background work of this room: imports, and the sweep that takes up what a worker left."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from nps_platform.customers.actions.imports import DUE, TASK
from nps_platform.customers.engine import WORKING, abandoned, work_on
from nps_platform.customers.models import ImportJob, ImportRowError
from nps_platform.tenancy.due import organizations_due, settle
from nps_platform.tenancy.tasks import organization_task

# Uploaded files and refused rows hold personal data: they go when nobody can be waiting for them any more.
KEPT = timedelta(days=30)


@organization_task(TASK)
def work_import(job_id: int) -> None:
    """One import's dry run or run."""
    work_on(job_id)


@shared_task(name="customers.sweep")
def sweep() -> None:
    """Take up runs that no worker is at, and throw away what has lain for thirty days."""
    for organization in organizations_due(DUE):
        seen = timezone.now()
        for job_id in ImportJob.objects.filter(abandoned()).values_list("pk", flat=True):
            work_import.delay(organization.pk, job_id)
        _throw_away()
        if ImportJob.objects.filter(state__in=WORKING).exists():
            settle(DUE, seen + timedelta(seconds=30), seen=seen)
        else:
            settle(DUE, seen + timedelta(days=1) if _something_lies() else None, seen=seen)


def _throw_away() -> None:
    old = timezone.now() - KEPT
    ImportRowError.objects.filter(job__created_at__lt=old).delete()
    for job in ImportJob.objects.filter(created_at__lt=old).exclude(file="").exclude(state__in=WORKING):
        job.file.delete(save=False)
        ImportJob.objects.filter(pk=job.pk).update(file="", samples=[])


def _something_lies() -> bool:
    return ImportJob.objects.exclude(file="").exists() or ImportRowError.objects.exists()
