"""The task base: background work names its organisation by id and enters it before the first query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from celery import shared_task
from django.db import close_old_connections, transaction
from django.utils import timezone

from nps_platform.tenancy.models import IdempotencyRecord, Organization
from nps_platform.tenancy.scope import entered


def organization_task(name: str, **options: Any) -> Callable:
    """Decorate `task(…)`; call it with `.delay(organization_id, …)`. An organisation that is gone ends it in silence."""

    def decorate(work: Callable[..., Any]) -> Any:
        @shared_task(name=name, **options)
        @wraps(work)
        def run(organization_id: int, *args: Any, **kwargs: Any) -> Any:
            organization = Organization.objects.filter(pk=organization_id).first()
            if organization is None:
                return None
            with entered(organization):
                return work(*args, **kwargs)

        return run

    return decorate


def nudge(task: Any, organization_id: int, *args: Any) -> None:
    """Tell a worker after the transaction is committed; a lost nudge is made good by the task's sweep."""
    transaction.on_commit(lambda: task.delay(organization_id, *args), robust=True)


@shared_task(name="tenancy.sweep")
def sweep() -> None:
    """Throw away idempotency records older than a day, organisation by organisation."""
    close_old_connections()
    horizon = timezone.now() - timedelta(days=1)
    for organization in Organization.objects.all():
        with entered(organization):
            IdempotencyRecord.objects.filter(created_at__lt=horizon).delete()
