"""Telling other programs in the background: told on commit, swept for what no nudge reached."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from nps_platform.tenancy.due import organizations_due, settle
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization, entered
from nps_platform.tenancy.tasks import organization_task
from nps_platform.webhooks.delivering import deliver_due, endpoints_due, forget_old, next_due
from nps_platform.webhooks.models import Endpoint
from nps_platform.webhooks.telling import DELIVER, DUE

# Its Due row may have been read by a transaction that is not committed yet: who has endpoints is looked at again.
LOOK_AGAIN = timedelta(minutes=2)
AT_LEAST = timedelta(seconds=2)


@organization_task(DELIVER)
def deliver(endpoint_id: int) -> None:
    """What is due to one endpoint, a run at a time: others get their turn between two."""
    if deliver_due(endpoint_id):
        deliver.delay(current_organization().pk, endpoint_id)


@shared_task(name="webhooks.sweep")
def sweep() -> None:
    """Second tries, and whatever was lost."""
    for organization in organizations_due(DUE):
        seen = timezone.now()
        for endpoint_id in endpoints_due(seen):
            deliver.delay(organization.pk, endpoint_id)
        settle(DUE, _look_at(), seen=seen)


def _look_at() -> datetime | None:
    if not Endpoint.objects.exists():
        return None
    now = timezone.now()
    again = next_due(now) or now + LOOK_AGAIN
    return min(max(again, now + AT_LEAST), now + LOOK_AGAIN)


@shared_task(name="webhooks.housekeeping")
def housekeeping() -> None:
    """What is too old to be sent again goes."""
    for organization in Organization.objects.all():
        with entered(organization):
            if Endpoint.objects.exists():
                forget_old(timezone.now())
