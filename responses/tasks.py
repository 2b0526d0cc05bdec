"""This room's background work."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from nps_platform.tenancy.due import organizations_due, settle
from responses.provisional import BEGUN, LOOK_AGAIN, forget_confirmed


@shared_task(name="responses.sweep")
def sweep() -> None:
    """Throw away what was begun and has been confirmed since."""
    for _organization in organizations_due(BEGUN):
        seen = timezone.now()
        settle(BEGUN, seen + LOOK_AGAIN if forget_confirmed() else None, seen=seen)
