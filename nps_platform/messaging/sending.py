"""Sending: claim a batch by conditional update, mark at most 20 as *sending*, send them, settle.

To customers and guests at most once: what was marked and not settled when a worker died becomes *ambiguous* (`recover`).
Slow I/O stays outside transactions.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Suppression
from nps_platform.lib.chunks import in_chunks
from nps_platform.messaging import chats, texting
from nps_platform.messaging.delivery import CantConnect, Delivery, Outcome, Outgoing, Transport
from nps_platform.messaging.gateway.interface import Text
from nps_platform.messaging.kinds import MessageKind, Personal, kind_of
from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import PreparedMail, PreparedText
from nps_platform.messaging.transport import open_transport, sender_address

log = logging.getLogger(__name__)

BATCH = 500
AT_ONCE = 20
LEASE = timedelta(seconds=60)
RENEW = timedelta(seconds=15)
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
State = Message.State
_GONE = (Outcome.SENT, Outcome.KEPT)


def send_batch(size: int = BATCH) -> bool:
    """Send what is due in the current organisation, at most `size` by each channel; whether more may wait."""
    more = _send_some(Message.Channel.EMAIL, size, open_transport(), AT_ONCE)
    for channel in texting.waiting_channels(timezone.now()):
        more |= _send_some(channel, min(size, texting.turn()), texting.open_texts(channel), texting.AT_ONCE)
    if chats.are_due(timezone.now()):
        more |= _send_some(Message.Channel.CHAT, min(size, chats.TURN), chats.open_chats(), chats.AT_ONCE)
    return more


def _send_some(channel: str, size: int, opened: AbstractContextManager[Transport[Any]], at_once: int) -> bool:
    claim = uuid4().hex
    messages = claim_batch(claim, size, channel)
    if not messages:
        return False
    try:
        personal = _prepared(messages)
        with opened as transport:
            for some in in_chunks(messages, at_once):
                _send_chunk(transport, claim, some, personal)
    except CantConnect as error:
        log.warning("%s can't leave: %s", channel, error)
        Message.objects.filter(claim=claim, state=State.CLAIMED).update(
            state=State.QUEUED, claim="", due_at=timezone.now() + FIRST_WAIT
        )
        if channel in texting.TEXTS:
            texting.note_problem(str(error))
        return False
    return len(messages) == size


def claim_batch(claim: str, size: int, channel: str = Message.Channel.EMAIL) -> list[Message]:
    """Take what is due, the urgent first. Two workers never take the same row: the update asks for *queued* again."""
    now = timezone.now()
    with transaction.atomic():
        queued = Message.objects.filter(state=State.QUEUED, channel=channel, due_at__lte=now)
        due = queued.order_by("priority", "due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:size])
        taken = Message.objects.filter(pk__in=ids, state=State.QUEUED)
        if not ids or not taken.update(state=State.CLAIMED, claim=claim, claimed_at=now):
            return []
    mine = Message.objects.filter(claim=claim, state=State.CLAIMED)
    return list(mine.order_by("priority", "due_at", "id"))


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
            mail = kind.render(message)
            by_mail = message.channel == Message.Channel.EMAIL
            template = PreparedMail(mail, from_address=sender_address()) if by_mail else PreparedText(mail.text)
            personal[message.pk] = Personal(template)
        except Exception as error:
            log.exception("message %s of kind %s can't be rendered", message.pk, kind.name)
            Message.objects.filter(pk=message.pk).update(state=State.FAILED, error=type(error).__name__)
    return personal


def _send_chunk(
    transport: Transport[Any], claim: str, messages: list[Message], personal: Mapping[int, Personal]
) -> None:
    marked = _mark(claim, messages, personal)
    hand = _Hand()
    try:
        for delivery in transport.deliver(hand.over(marked, personal)):
            hand.told.append(delivery)
    except CantConnect:
        hand.take_back()
        raise
    finally:
        # Also when it ended half-way: what is known is settled, what never began goes back.
        fates = hand.fates()
        _settle(fates)
        begun = {message.pk for message, _delivery in fates}
        _give_back([message for message in marked if message.pk not in begun])


class _Hand:
    """The mails of a chunk on their way: which the transport took, and what it told of them so far, in the same order."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.told: list[Delivery] = []
        self._unfit: list[tuple[Message, Delivery]] = []

    def over(self, messages: list[Message], personal: Mapping[int, Personal]) -> Iterator[Outgoing | Text | chats.Chat]:
        """Each is made when the transport takes it. One that can't be made is set aside, so that no other suffers."""
        for message in messages:
            try:
                mail = _load(message, personal[message.pk])
            except Exception as error:
                log.exception("message %s of kind %s can't be written", message.pk, message.kind)
                self._unfit.append((message, Delivery(Outcome.REFUSED, type(error).__name__)))
            else:
                self.taken.append(message)
                yield mail

    def take_back(self) -> None:
        """No connection: what the transport took and said nothing of never left."""
        del self.taken[len(self.told) :]

    def fates(self) -> list[tuple[Message, Delivery]]:
        """Of what the transport took and says nothing of, whatever stopped it, some may have left."""
        silent = [Delivery(Outcome.UNCERTAIN, "interrupted")] * (len(self.taken) - len(self.told))
        return [*self._unfit, *zip(self.taken, [*self.told, *silent], strict=True)]


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


def _load(message: Message, personal: Personal) -> Outgoing | Text | chats.Chat:
    if isinstance(personal.template, PreparedText):
        if message.channel == Message.Channel.CHAT:
            return chats.chat_for(message, personal.template)
        return texting.text_for(message, personal)
    return Outgoing(message.to_address, _bytes(message, personal.template, personal.values))


def _bytes(message: Message, template: PreparedMail, values: dict[str, str]) -> bytes:
    return template.filled(
        values,
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
        gone = [(message, delivery) for message, delivery in fates if delivery.outcome in _GONE]
        mails = [(message, delivery) for message, delivery in gone if not message.is_text]
        for outcome in _GONE:
            some = [message for message, delivery in mails if delivery.outcome == outcome]
            _settle_sent(some, now, kept=outcome == Outcome.KEPT)
        texting.settle_texts([(message, delivery) for message, delivery in gone if message.is_text], now)
        for message, delivery in fates:
            if delivery.outcome not in _GONE:
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
            message.to_address,
            channel=message.channel,
            reason=Suppression.Reason.UNSUBSCRIBED if delivery.stopped else Suppression.Reason.BOUNCED,
            customer=message.customer,
            note=delivery.detail[:200],
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
    settled = [m for m in messages if m.state in (State.SENT, State.BOUNCED, State.FAILED, State.AMBIGUOUS)]
    for name, some in groupby(sorted(settled, key=lambda m: m.kind), key=lambda m: m.kind):
        group = list(some)
        try:
            kind = kind_of(group[0])
        except KeyError:
            log.error("nobody is told of messages of kind %s", name)
            continue
        kind.settled(group)


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
        uncertain = list(sending.exclude(audience=Message.Audience.STAFF).select_for_update())
        found += Message.objects.filter(pk__in=[m.pk for m in uncertain]).update(state=State.AMBIGUOUS)
        for message in uncertain:
            message.state = State.AMBIGUOUS
        _tell_kinds(uncertain)
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
