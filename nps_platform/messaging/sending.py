"""Sending: claim a batch by conditional update, mark at most 20 as *sending*, send them, settle.

To customers and guests at most once: what was marked and not settled when a worker died becomes *ambiguous* (`recover`).
Slow I/O stays outside transactions.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby, islice
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Suppression
from nps_platform.messaging.kinds import MessageKind, Personal, kind_of
from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import PreparedMail
from nps_platform.messaging.transport import (
    CantConnect,
    Delivery,
    Outcome,
    Transport,
    open_transport,
    sender_address,
)

log = logging.getLogger(__name__)

BATCH = 500
AT_ONCE = 20
LEASE = timedelta(seconds=60)
RENEW = timedelta(seconds=15)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
State = Message.State


def send_batch(size: int = BATCH) -> bool:
    """Send what is due in the current organisation, at most `size`; whether more may wait."""
    claim = uuid4().hex
    messages = claim_batch(claim, size)
    if not messages:
        return False
    try:
        personal = _prepared(messages)
        with open_transport() as transport:
            for some in _chunks(messages):
                _send_chunk(transport, claim, some, personal)
    except CantConnect as error:
        log.warning("mail server unreachable: %s", error)
        Message.objects.filter(claim=claim, state=State.CLAIMED).update(
            state=State.QUEUED, claim="", due_at=timezone.now() + FIRST_WAIT
        )
        return False
    return len(messages) == size


def claim_batch(claim: str, size: int) -> list[Message]:
    """Take what is due, the urgent first. Two workers never take the same row: the update asks for *queued* again."""
    now = timezone.now()
    with transaction.atomic():
        due = Message.objects.filter(state=State.QUEUED, due_at__lte=now).order_by("priority", "due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:size])
        taken = Message.objects.filter(pk__in=ids, state=State.QUEUED)
        if not ids or not taken.update(state=State.CLAIMED, claim=claim, claimed_at=now):
            return []
    mine = Message.objects.filter(claim=claim, state=State.CLAIMED)
    return list(mine.order_by("priority", "due_at", "id"))


def _chunks(messages: Sequence[Message]) -> Iterator[list[Message]]:
    rest = iter(messages)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _prepared(messages: list[Message]) -> dict[int, Personal]:
    """The bytes-to-be of each message, built once per template where the kind can."""
    personal: dict[int, Personal] = {}
    for name, some in groupby(sorted(messages, key=lambda m: m.kind), key=lambda m: m.kind):
        group = list(some)
        try:
            kind = kind_of(group[0])
        except KeyError:
            log.error("nobody renders messages of kind %s", name)
            continue
        personal |= kind.prepare(group) if kind.prepare else _rendered(kind, group)
    return personal


def _rendered(kind: MessageKind, messages: list[Message]) -> dict[int, Personal]:
    """One that can't be rendered is set aside as failed; it must not hold up the others."""
    personal = {}
    for message in messages:
        try:
            personal[message.pk] = Personal(PreparedMail(kind.render(message), from_address=sender_address()))
        except Exception as error:
            log.exception("message %s of kind %s can't be rendered", message.pk, kind.name)
            Message.objects.filter(pk=message.pk).update(state=State.FAILED, error=type(error).__name__)
    return personal


def _send_chunk(transport: Transport, claim: str, messages: list[Message], personal: Mapping[int, Personal]) -> None:
    marked = _mark(claim, messages, personal)
    fates: list[tuple[Message, Delivery]] = []
    try:
        for message in marked:
            fates.append((message, transport.deliver(message.to_address, _bytes(message, personal[message.pk]))))
    finally:
        # Also when the connection broke half-way: what is known is settled, the rest of the chunk never began.
        _settle(fates)
        begun = {message.pk for message, _delivery in fates}
        _give_back([message for message in marked if message.pk not in begun])


def _mark(claim: str, messages: list[Message], personal: Mapping[int, Personal]) -> list[Message]:
    """Mark as *sending* those still ours and still wanted; cancel the unwanted; renew the claim on the rest."""
    now = timezone.now()
    wanted = {pk for pk in _wanted(messages) if pk in personal}
    mine = Message.objects.filter(claim=claim, state=State.CLAIMED)
    with transaction.atomic():
        unwanted = [message.pk for message in messages if message.pk not in wanted]
        if unwanted:
            mine.filter(pk__in=unwanted).update(state=State.CANCELLED)
        marked = mine.filter(pk__in=wanted).update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1)
        if now - (messages[0].claimed_at or now) > RENEW:
            mine.update(claimed_at=now)
    if marked == len(wanted):
        return [message for message in messages if message.pk in wanted]
    ours = set(Message.objects.filter(claim=claim, state=State.SENDING, pk__in=wanted).values_list("pk", flat=True))
    return [message for message in messages if message.pk in ours]


def _wanted(messages: list[Message]) -> set[int]:
    wanted: set[int] = set()
    for _name, some in groupby(sorted(messages, key=lambda m: m.kind), key=lambda m: m.kind):
        group = list(some)
        try:
            kind = kind_of(group[0])
        except KeyError:
            continue
        wanted |= kind.wanted(group) if kind.wanted else {m.pk for m in group if kind.still_wanted(m)}
    return wanted


def _bytes(message: Message, personal: Personal) -> bytes:
    return personal.template.filled(
        personal.values,
        to_address=message.to_address,
        to_name=message.to_name,
        message_id=message_id(message),
        at=timezone.now(),
    )


def message_id(message: Message) -> str:
    """The same for every attempt, so that a mail server that got it twice can tell."""
    return f"<{message.organization_id}.{message.pk}@{_domain()}>"


def _domain() -> str:
    return sender_address().rpartition("@")[2] or "localhost"


def _settle(fates: list[tuple[Message, Delivery]]) -> None:
    """Write down what became of a chunk, and tell the kinds, in one transaction."""
    if not fates:
        return
    now = timezone.now()
    with transaction.atomic():
        _settle_sent([message for message, delivery in fates if delivery.outcome == Outcome.SENT], now, kept=False)
        _settle_sent([message for message, delivery in fates if delivery.outcome == Outcome.KEPT], now, kept=True)
        for message, delivery in fates:
            if delivery.outcome not in (Outcome.SENT, Outcome.KEPT):
                _settle_unsent(message, delivery, now)
        _tell_kinds([message for message, _delivery in fates])


def _settle_sent(messages: list[Message], now: datetime, *, kept: bool) -> None:
    """`kept`: no mail server is set; without a Message-ID the outbox says so."""
    if not messages:
        return
    name = Concat(Value(f"<{messages[0].organization_id}."), Cast("pk", CharField()), Value(f"@{_domain()}>"))
    Message.objects.filter(pk__in=[m.pk for m in messages], state=State.SENDING).update(
        state=State.SENT, sent_at=now, error="", message_id=Value("") if kept else name
    )
    for message in messages:
        message.state, message.sent_at = State.SENT, now


def _settle_unsent(message: Message, delivery: Delivery, now: datetime) -> None:
    message.state = _state_after(message, delivery.outcome)
    changes: dict[str, object] = {"state": message.state, "error": delivery.detail}
    if message.state == State.QUEUED:
        changes |= {"due_at": now + _wait(message.attempts), "claim": ""}
    Message.objects.filter(pk=message.pk, state=State.SENDING).update(**changes)
    if delivery.outcome == Outcome.BOUNCED and message.audience == Message.Audience.CUSTOMER:
        suppress(
            message.to_address, reason=Suppression.Reason.BOUNCED, customer=message.customer, note=delivery.detail[:200]
        )


def _state_after(message: Message, outcome: Outcome) -> State:
    if outcome == Outcome.BOUNCED:
        return State.BOUNCED
    if outcome == Outcome.REFUSED:
        return State.FAILED
    if outcome == Outcome.UNCERTAIN and message.audience != Message.Audience.STAFF:
        return State.AMBIGUOUS
    return State.QUEUED if message.attempts + 1 < MOST_ATTEMPTS else State.FAILED


def _wait(attempts: int) -> timedelta:
    """1, 2, 4 … minutes, at most four hours."""
    return min(FIRST_WAIT * 2**attempts, LONGEST_WAIT)


def _tell_kinds(messages: list[Message]) -> None:
    settled = [m for m in messages if m.state in (State.SENT, State.BOUNCED, State.FAILED)]
    for _name, some in groupby(sorted(settled, key=lambda m: m.kind), key=lambda m: m.kind):
        group = list(some)
        kind_of(group[0]).settled(group)


def _give_back(messages: list[Message]) -> None:
    """Marked but not begun: back to the queue as if never taken."""
    if messages:
        Message.objects.filter(pk__in=[m.pk for m in messages], state=State.SENDING).update(
            state=State.QUEUED, claim="", due_at=timezone.now() + FIRST_WAIT
        )


def recover(now: datetime) -> int:
    """Take up what a dead worker left (its claim is older than the lease): *claimed* goes back, *sending* to customers and
    guests is *ambiguous*, to staff goes back. How many."""
    lost = Message.objects.filter(claimed_at__lt=now - LEASE)
    sending = lost.filter(state=State.SENDING)
    with transaction.atomic():
        found = lost.filter(state=State.CLAIMED).update(state=State.QUEUED, claim="")
        found += sending.filter(audience=Message.Audience.STAFF).update(state=State.QUEUED, claim="")
        found += sending.exclude(audience=Message.Audience.STAFF).update(state=State.AMBIGUOUS)
    return found


def next_due(now: datetime) -> datetime | None:
    """When the sweep should look again: None where nothing waits."""
    waiting = Message.objects.filter(state=State.QUEUED).order_by("due_at").values_list("due_at", flat=True).first()
    in_hand = Message.objects.filter(state__in=(State.CLAIMED, State.SENDING)).exists()
    times = ([waiting] if waiting else []) + ([now + LEASE / 2] if in_hand else [])
    return min(times, default=None)


def mail_leaves() -> bool:
    """Whether a mail server is set; without one everything stays in the outbox."""
    return bool(settings.EMAIL_URL)
