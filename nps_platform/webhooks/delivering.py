"""Sending what is owed: one worker an endpoint, each try settled by a conditional update, slow I/O outside transactions.

At least once: a worker that dies after the post and before the row leaves it waiting, and its event is sent again.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from nps_platform.lib.outgoing import Refused, Reply, Unreached, post
from nps_platform.lib.sealing import CantOpen
from nps_platform.tenancy.audit import record
from nps_platform.webhooks import signing
from nps_platform.webhooks.kinds import TEST
from nps_platform.webhooks.models import Delivery, Endpoint, Event
from nps_platform.webhooks.off_mail import tell_owners

log = logging.getLogger(__name__)

_SECONDS, _MINUTES, _HOURS = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# Between one try and the next: ten tries in three days.
WAITS = (5 * _SECONDS, 5 * _MINUTES, 30 * _MINUTES, *(hours * _HOURS for hours in (2, 5, 10, 14, 18, 24)))
PATIENCE = timedelta(days=3)
LONGEST_ASKED_WAIT = 6 * _HOURS
ANSWER_SECONDS = 15
# Of one endpoint in one go, so that a worker is free for others soon.
MOST_POSTS, LONGEST_RUN = 50, 20.0
LEASE = timedelta(seconds=60)
KEPT_TRIES, KEPT_REPLY = 20, 1000
KEPT_FOR = timedelta(days=30)
State = Delivery.State


@dataclass(frozen=True)
class Try:
    """One try: what was answered, or why nothing was."""

    status: int | None = None
    error: str = ""
    milliseconds: int = 0
    reply: str = ""
    asked_wait: timedelta = timedelta(0)

    @property
    def went_well(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver_due(endpoint_id: int) -> bool:
    """Send what is due to one endpoint; whether more is due at once. Nothing where another worker is at it."""
    if not _take(endpoint_id):
        return False
    try:
        return _deliver(endpoint_id)
    finally:
        Endpoint.objects.filter(pk=endpoint_id).update(taken_at=None)


def _take(endpoint_id: int) -> bool:
    now = timezone.now()
    free = Q(taken_at=None) | Q(taken_at__lt=now - LEASE)
    return bool(Endpoint.objects.filter(free, pk=endpoint_id).update(taken_at=now))


def _deliver(endpoint_id: int) -> bool:
    began = monotonic()
    for _post in range(MOST_POSTS):
        now = timezone.now()
        # Read anew each time: it may be off by now, or sign otherwise. The lease is renewed with it.
        Endpoint.objects.filter(pk=endpoint_id).update(taken_at=now)
        delivery = _due(now).filter(endpoint=endpoint_id).select_related("endpoint", "event").order_by("due_at").first()
        if delivery is None:
            return False
        if monotonic() - began > LONGEST_RUN:
            return True
        settle(delivery, _try(delivery, now))
    return True


def _due(now: datetime) -> QuerySet[Delivery]:
    quiet = Q(endpoint__quiet_until__gt=now) & ~Q(kind=TEST)
    return _sendable().filter(due_at__lte=now).exclude(quiet)


def _sendable() -> QuerySet[Delivery]:
    return Delivery.objects.filter(Q(endpoint__off="") | Q(kind=TEST), state=State.WAITING)


def _try(delivery: Delivery, now: datetime) -> Try:
    endpoint, event = delivery.endpoint, delivery.event
    body, began = event.body(delivery.kind), monotonic()
    try:
        headers = signing.headers(endpoint, event.message_id, body, now)
        reply = post(endpoint.url, body, headers, timeout=ANSWER_SECONDS)
    except (Refused, Unreached) as problem:
        return Try(error=problem.code, milliseconds=_since(began))
    except CantOpen:
        return Try(error="no_secret")
    text = reply.text.replace("\0", "")[:KEPT_REPLY]
    return Try(reply.status, milliseconds=_since(began), reply=text, asked_wait=_asked_wait(reply))


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)


def _asked_wait(reply: Reply) -> timedelta:
    """What `Retry-After` asks for in seconds, as far as we go along with it."""
    told = reply.headers.get("retry-after", "").strip()
    seconds = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
    return min(timedelta(seconds=seconds), LONGEST_ASKED_WAIT)


@transaction.atomic
def settle(delivery: Delivery, tried: Try) -> None:
    """Write down one try, and what it says of the endpoint."""
    now = timezone.now()
    state, due_at = _fate(delivery, tried, now)
    entry: dict[str, Any] = {
        "at": now.isoformat(),
        "status": tried.status,
        "error": tried.error,
        "milliseconds": tried.milliseconds,
        "reply": tried.reply,
    }
    Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(
        state=state,
        due_at=due_at,
        tries=delivery.tries + 1,
        tried_at=now,
        status=tried.status,
        error=tried.error,
        milliseconds=tried.milliseconds,
        log=[*delivery.log, entry][-KEPT_TRIES:],
    )
    if delivery.kind != TEST or tried.went_well:
        _judge(delivery.endpoint, tried, now)


def _fate(delivery: Delivery, tried: Try, now: datetime) -> tuple[str, datetime]:
    if tried.went_well:
        return State.DELIVERED, now
    if delivery.kind == TEST or delivery.tries >= len(WAITS) or tried.status == HTTPStatus.GONE:
        return State.FAILED, now
    wait = WAITS[delivery.tries] * random.uniform(1, 1.1)  # noqa: S311  # so that not all come back at once
    return State.WAITING, now + max(wait, tried.asked_wait)


def _judge(endpoint: Endpoint, tried: Try, now: datetime) -> None:
    """One that answers is well; one that does not is left alone a little, and switched off after PATIENCE."""
    rows = Endpoint.objects.filter(pk=endpoint.pk)
    if tried.went_well:
        if endpoint.failing_since or endpoint.quiet_until:
            rows.update(failing_since=None, failures=0, quiet_until=None)
        return
    since = endpoint.failing_since or now
    rows.update(failing_since=since, failures=endpoint.failures + 1, quiet_until=_quiet_until(endpoint, tried, now))
    if tried.status == HTTPStatus.GONE:
        _switch_off(endpoint, Endpoint.Off.GONE, now)
    elif now - since >= PATIENCE:
        _switch_off(endpoint, Endpoint.Off.FAILING, now)


def _quiet_until(endpoint: Endpoint, tried: Try, now: datetime) -> datetime | None:
    """Who does not answer at all, or says that it is too much, is spared the other events for a while."""
    overwhelmed = tried.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    if tried.status is not None and not overwhelmed:
        return None
    wait = WAITS[0] * 2 ** min(endpoint.failures, 6)  # 5 s to about 5 min
    return now + max(wait, tried.asked_wait)


def _switch_off(endpoint: Endpoint, why: Endpoint.Off, now: datetime) -> None:
    if Endpoint.objects.filter(pk=endpoint.pk, off="").update(off=why, off_at=now):
        record("webhook.off", endpoint, by=None, why=why.value)
        tell_owners(endpoint)
        log.warning("webhook %s was switched off: %s", endpoint.pk, why.value)


def endpoints_due(now: datetime) -> list[int]:
    """Whose turn it is and at whom no worker is."""
    free = Q(endpoint__taken_at=None) | Q(endpoint__taken_at__lt=now - LEASE)
    return list(_due(now).filter(free).order_by("endpoint").values_list("endpoint", flat=True).distinct())


def next_due(now: datetime) -> datetime | None:
    """When the sweep should look again; None where nothing waits."""
    first = _sendable().order_by("due_at").values_list("due_at", flat=True).first()
    return max(first, now) if first else None


def forget_old(now: datetime) -> int:
    """Events older than KEPT_FOR go, with what became of them; how many."""
    old = Event.objects.filter(at__lt=now - KEPT_FOR).exclude(deliveries__state=State.WAITING)
    many, _by_table = old.delete()
    return many
