"""The messages' background work."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from nps_platform.messaging.actions import DUE, SEND
from nps_platform.messaging.incoming.mailbox import MAILBOX_PROBLEM, fetch_mails
from nps_platform.messaging.incoming.taking import DUE as MAILS
from nps_platform.messaging.incoming.taking import READ, read_waiting
from nps_platform.messaging.pace import has_workers_enough
from nps_platform.messaging.sender_checks import CHECK, answer_sender_check
from nps_platform.messaging.sending import next_due, recover, send_batch
from nps_platform.tenancy.due import is_due, organizations_due, settle
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.tasks import organization_task

# A second look before an organisation is forgotten: its Due row may have been read by a transaction not yet committed.
QUIET = "messages.quiet"
SECOND_LOOK_SECONDS = 120
LATER = timedelta(minutes=1)
# Longer than reading a full mailbox takes; a worker that died lets the next one in after it.
MAILBOX_SECONDS = 600
log = logging.getLogger(__name__)


@organization_task(SEND)
def send() -> None:
    """One batch, then back into the queue for the next: one organisation's wave never holds a worker for long."""
    if send_batch() and not has_workers_enough():
        send.delay(current_organization().pk)


@organization_task(CHECK)
def check_sender(check_id: int) -> None:
    """Ask the DNS about the sender's domain."""
    answer_sender_check(check_id)


@organization_task(READ)
def read_mails() -> None:
    """Read what came in; what failed is looked at again by the sweep."""
    seen = timezone.now()
    again = read_waiting()
    settle(MAILS, seen + LATER if again else None, seen=seen)


@shared_task(name="messaging.fetch_mails")
def fetch() -> None:
    """Every minute, the mailbox: one worker at a time."""
    if not settings.IMAP_URL or not cache.add("messaging.mailbox", "read", MAILBOX_SECONDS):
        return
    try:
        fetch_mails()
        cache.delete(MAILBOX_PROBLEM)
    except OSError as error:
        log.warning("the mailbox can't be read: %s", type(error).__name__)
        cache.add(MAILBOX_PROBLEM, timezone.now(), None)
    finally:
        cache.delete("messaging.mailbox")


@shared_task(name="messaging.sweep")
def sweep() -> None:
    """Send what no nudge reached, read what came in, and take up what a dead worker left."""
    for organization in organizations_due(MAILS):
        read_mails(organization.pk)
    for kind in (DUE, QUIET):
        for organization in organizations_due(kind):
            seen = timezone.now()
            recover(seen)
            again = next_due(seen)
            if again is not None and again <= seen and not has_workers_enough():
                send.delay(organization.pk)
            _settle(kind, again, seen)


def _settle(kind: str, again: datetime | None, seen: datetime) -> None:
    if kind == QUIET:
        settle(QUIET, None, seen=seen)
        if again is not None:
            is_due(DUE, again)
    elif again is None:
        settle(DUE, None, seen=seen)
        is_due(QUIET, seen + timedelta(seconds=SECOND_LOOK_SECONDS))
    else:
        settle(DUE, max(again, seen + timedelta(seconds=2)), seen=seen)
