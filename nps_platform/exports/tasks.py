"""Making files in the background, and throwing away what has expired."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from nps_platform.exports.actions import DUE, MAKE
from nps_platform.exports.making import abandoned, make, throw_away
from nps_platform.exports.models import Export
from nps_platform.tenancy.due import organizations_due, settle
from nps_platform.tenancy.tasks import organization_task


@organization_task(MAKE)
def make_export(export_id: int) -> None:
    make(export_id)


@shared_task(name="exports.sweep")
def sweep() -> None:
    """Take up what no worker is at; files go on their day."""
    for organization in organizations_due(DUE):
        seen = timezone.now()
        for export_id in Export.objects.filter(abandoned()).values_list("pk", flat=True):
            make_export.delay(organization.pk, export_id)
        throw_away(Q(expires_at__lte=seen))
        if Export.objects.filter(state=Export.State.WORKING).exists():
            settle(DUE, seen + timedelta(seconds=30), seen=seen)
        else:
            first = Export.objects.filter(state=Export.State.DONE).order_by("expires_at").first()
            settle(
                DUE,
                max(first.expires_at, seen + timedelta(minutes=1)) if first and first.expires_at else None,
                seen=seen,
            )
