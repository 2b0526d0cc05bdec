"""Following up answers in the background: told on commit, swept for what no nudge reached."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.core.cache import cache
from django.db import close_old_connections
from django.utils import timezone

from closeloop.actions import follow_up
from nps_platform.tenancy.due import is_due, organizations_due, settle
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization, entered
from nps_platform.tenancy.tasks import organization_task
from responses.models import Response

DUE = "answers"
# Owed once more a little later, should the worker die that was told.
AGAIN = "answers.again"
SECOND_LOOK = timedelta(seconds=30)
AT_ONCE = 500
# Every organisation is walked this often, for the answer whose process died between its commit and the nudge.
WALK_SECONDS = 120
log = logging.getLogger(__name__)


def announce(organization_id: int, response_id: int) -> None:
    """An answer wants following up: say so where the sweep looks, and tell a worker where nobody was told yet."""
    with entered(Organization.known_by_id(organization_id)):
        if is_due(DUE):
            follow_up_answers.delay(organization_id)


@organization_task("closeloop.follow_up")
def follow_up_answers() -> None:
    """Decide about what is pending. The word is taken back before looking: an answer that comes meanwhile gives it anew."""
    seen = timezone.now()
    is_due(AGAIN, seen + SECOND_LOOK)
    settle(DUE, None, seen=seen)
    if follow_up_pending() and is_due(DUE):
        follow_up_answers.delay(current_organization().pk)


@shared_task(name="closeloop.sweep")
def sweep() -> None:
    """Every few seconds, whatever was lost."""
    close_old_connections()
    follow_up_everywhere()


def follow_up_everywhere() -> None:
    """What no nudge reached: in the organisations that are due, and now and then in all."""
    for organization in organizations_due(DUE):
        follow_up_answers(organization.pk)
    for _organization in organizations_due(AGAIN):
        seen = timezone.now()
        left = follow_up_pending()
        settle(AGAIN, seen if left else None, seen=seen)
    if cache.add("closeloop.walk", "walked", WALK_SECONDS):
        walk()


def walk() -> None:
    """Every organisation, by the index on unfollowed answers."""
    for organization in Organization.objects.all():
        with entered(organization):
            follow_up_pending()


def follow_up_pending() -> bool:
    """Oldest first, one transaction each; whether some are left. One that fails is logged and doesn't stop the others."""
    pending = list(Response.objects.filter(followed_up_at=None).order_by("id").values_list("id", flat=True)[:AT_ONCE])
    for response_id in pending:
        try:
            follow_up(response_id)
        except Exception:
            log.exception("following up answer %s failed", response_id)
    return len(pending) == AT_ONCE
