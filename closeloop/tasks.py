"""Following up answers in the background: told on commit, swept for what no nudge reached."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from celery import shared_task
from django.core.cache import cache
from django.db import close_old_connections
from django.utils import timezone

from closeloop.actions import follow_up
from closeloop.actions.alerting import DUE as ALERTS
from closeloop.actions.alerting import send_digests
from closeloop.actions.bulk import DUE as BULK
from closeloop.actions.bulk import bulk_left, next_bulk, run_bulk
from closeloop.actions.clocks import DUE as CLOCKS
from closeloop.actions.clocks import TASK as REWIND
from closeloop.actions.clocks import rewind_open_cases
from closeloop.actions.escalating import escalate_pending
from closeloop.actions.files import forget_unsent
from closeloop.actions.forwarding import REMIND, remind_guests
from closeloop.actions.promising import DUE as PROMISES
from closeloop.actions.promising import remind_of_promises
from closeloop.actions.silence import CHECK as SILENCES
from closeloop.actions.silence import remember, tell_of_silence
from closeloop.actions.timeline import ESCALATIONS
from closeloop.actions.valuing import refresh_values, values_are_stale
from nps_platform.tenancy.due import is_due, organizations_due, settle
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import current_organization, entered
from nps_platform.tenancy.tasks import organization_task
from responses.models import Response
from responses.recording import wait_for_answers
from responses.signals import DUE

# Owed once more a little later, should the worker die that was told.
AGAIN = "answers.again"
SECOND_LOOK = timedelta(seconds=30)
# Counted once more: a case that was acted upon by the old hours meanwhile, and the worker that died.
CLOCKS_AGAIN = "case_clocks.again"
SECOND_COUNT = timedelta(minutes=5)
AT_ONCE = 500
# Every organisation is walked this often, for the answer whose process died between its commit and the nudge.
WALK_SECONDS = 120
# For so long nobody else is told to value the same cases.
VALUED_SECONDS = 900
log = logging.getLogger(__name__)


def announce(organization_id: int, response_id: int) -> None:
    """An answer wants following up: say so where the sweep looks, and tell a worker where nobody was told yet."""
    with entered(Organization.known_by_id(organization_id)):
        if is_due(DUE):
            follow_up_answers.delay(organization_id)


@organization_task("closeloop.follow_up")
def follow_up_answers() -> None:
    """Decide about what is pending. DUE is taken back before looking: an answer that comes meanwhile announces itself anew."""
    seen = timezone.now()
    is_due(AGAIN, seen + SECOND_LOOK)
    settle(DUE, None, seen=seen)
    wait_for_answers()
    if follow_up_pending() and is_due(DUE):
        follow_up_answers.delay(current_organization().pk)


@organization_task("closeloop.run_bulk")
def run_bulk_work() -> None:
    """What was begun for many cases at once."""
    seen = timezone.now()
    for work in bulk_left():
        run_bulk(work)
    settle(BULK, next_bulk(), seen=seen)


@shared_task(name="closeloop.sweep")
def sweep() -> None:
    """Every few seconds, whatever was lost."""
    close_old_connections()
    run_bulk_everywhere()
    send_digests_everywhere()
    rewind_everywhere()
    escalate_everywhere()
    remind_of_promises_everywhere()
    follow_up_everywhere()
    remind_everywhere()


@shared_task(name="closeloop.housekeeping")
def housekeeping() -> None:
    """Files that were added to replies nobody sent."""
    close_old_connections()
    for organization in Organization.objects.all():
        with entered(organization):
            forget_unsent()


def remind_everywhere() -> None:
    """Guests who have not answered."""
    for organization in organizations_due(REMIND):
        seen = timezone.now()
        try:
            settle(REMIND, remind_guests(), seen=seen)
        except Exception:
            log.exception("reminding guests of organisation %s failed", organization.pk)


def run_bulk_everywhere() -> None:
    """What was begun for many cases, and no worker heard of."""
    for organization in organizations_due(BULK):
        try:
            run_bulk_work(organization.pk)
        except Exception:
            log.exception("the bulk work of organisation %s failed", organization.pk)


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


@organization_task(REWIND)
def rewind() -> None:
    """Count the open cases' times anew. DUE is taken back before looking: hours that change meanwhile owe it anew."""
    seen = timezone.now()
    is_due(CLOCKS_AGAIN, seen + SECOND_COUNT)
    settle(CLOCKS, None, seen=seen)
    rewind_open_cases()


def rewind_everywhere() -> None:
    """Where hours or targets changed and no nudge arrived, and everywhere once more a little later."""
    for organization in organizations_due(CLOCKS):
        rewind(organization.pk)
    for _organization in organizations_due(CLOCKS_AGAIN):
        seen = timezone.now()
        rewind_open_cases()
        settle(CLOCKS_AGAIN, None, seen=seen)


def escalate_everywhere() -> None:
    """The escalation steps whose time has come."""
    for organization in organizations_due(ESCALATIONS):
        _settle(ESCALATIONS, escalate_pending, organization)


def send_digests_everywhere() -> None:
    """Who did not answer in time is looked for; then the digests of alerts whose time has come."""
    for organization in organizations_due(SILENCES):
        _settle(SILENCES, tell_of_silence, organization)
    for organization in organizations_due(ALERTS):
        _settle(ALERTS, send_digests, organization)


def _settle(kind: str, work: Callable[[], datetime | None], organization: Organization) -> None:
    """One organisation's; where it fails it is logged, stays due and doesn't stop the others."""
    seen = timezone.now()
    try:
        settle(kind, work(), seen=seen)
    except Exception:
        log.exception("%s of organisation %s failed", kind, organization.pk)


def remind_of_promises_everywhere() -> None:
    """The promises whose day has come; where one organisation fails, it stays due and stops no other."""
    for organization in organizations_due(PROMISES):
        seen = timezone.now()
        try:
            settle(PROMISES, remind_of_promises(), seen=seen)
        except Exception:
            log.exception("reminding organisation %s of promises failed", organization.pk)


def walk() -> None:
    """Every organisation, by the indexes on unfollowed answers, waiting alerts and escalations; and whether cases want valuing."""
    for organization in Organization.objects.all():
        with entered(organization):
            follow_up_pending()
            remember()
            _settle(ALERTS, send_digests, organization)
            _settle(ESCALATIONS, escalate_pending, organization)
            if values_are_stale() and cache.add(f"closeloop.values.{organization.pk}", "told", VALUED_SECONDS):
                value_cases.delay(organization.pk)


@organization_task("closeloop.value_cases")
def value_cases() -> None:
    """What each open case puts at risk."""
    refresh_values()


def follow_up_pending() -> bool:
    """Oldest first, one transaction each; whether some are left. One that fails is logged and doesn't stop the others."""
    pending = list(Response.objects.filter(followed_up_at=None).order_by("id").values_list("id", flat=True)[:AT_ONCE])
    for response_id in pending:
        try:
            follow_up(response_id)
        except Exception:
            log.exception("following up answer %s failed", response_id)
    return len(pending) == AT_ONCE
