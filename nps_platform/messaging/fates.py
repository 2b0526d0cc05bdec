"""What became of a mail or text after it left: delivered, returned for good, complained about. Told twice is told once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Suppression
from nps_platform.messaging.kinds import MessageKind, kind_of
from nps_platform.messaging.models import Message

State = Message.State
# Left, or perhaps: a provider may be quicker than the worker that settles.
_OUT = (State.SENDING, State.SENT, State.AMBIGUOUS)
PROVIDER, GATEWAY = "mail provider", "text gateway"


@transaction.atomic
def mark_delivered(message: Message, at: datetime) -> None:
    """The other side took it. An uncertain one is certain now."""
    Message.objects.filter(pk=message.pk, delivered_at=None, state__in=_OUT).update(delivered_at=at, error="")
    if Message.objects.filter(pk=message.pk, state=State.AMBIGUOUS).update(state=State.SENT, sent_at=at):
        _tell(message, State.SENT)


@transaction.atomic
def mark_returned(message: Message, at: datetime, *, why: str, stopped: bool = False) -> None:
    """It came back for good: nobody is written to at this address any more. `stopped`: its reader had said so elsewhere."""
    out = Message.objects.filter(pk=message.pk, state__in=_OUT)
    if out.update(state=State.BOUNCED, bounced_at=at, error=why[:300]):
        _tell(message, State.BOUNCED)
        _suppress(message, Suppression.Reason.UNSUBSCRIBED if stopped else Suppression.Reason.BOUNCED, why)


@transaction.atomic
def mark_lost(message: Message, *, why: str) -> None:
    """This text did not arrive; nothing is wrong with the number."""
    if Message.objects.filter(pk=message.pk, state__in=_OUT).update(state=State.FAILED, error=why[:300]):
        _tell(message, State.FAILED)


def note_delay(message: Message, *, why: str) -> None:
    """A bounce that may pass (mailbox full, server away): kept as words, nothing follows from it."""
    Message.objects.filter(pk=message.pk, state=State.SENT, delivered_at=None).update(error=why[:300])


@transaction.atomic
def mark_complained(message: Message, at: datetime) -> None:
    """The reader called it spam: nobody is written to at this address any more."""
    if Message.objects.filter(pk=message.pk, complained_at=None).update(complained_at=at):
        _suppress(message, Suppression.Reason.COMPLAINED, "")
        kind = _kind(message)
        if kind:
            kind.complained([message])


def mark_unsubscribed(message: Message) -> None:
    """The reader used the provider's own way out."""
    _suppress(message, Suppression.Reason.UNSUBSCRIBED, "")


def _tell(message: Message, state: State) -> None:
    message.state, message.sent_at = state, message.sent_at or timezone.now()
    kind = _kind(message)
    if kind:
        kind.settled([message])


def _kind(message: Message) -> MessageKind | None:
    try:
        return kind_of(message)
    except KeyError:
        return None


def _suppress(message: Message, reason: Suppression.Reason, note: str) -> None:
    if message.audience == Message.Audience.CUSTOMER and message.to_address:
        suppress(
            message.to_address,
            channel=message.channel,
            reason=reason,
            customer=message.customer,
            note=note[:200],
            label=GATEWAY if message.is_text else PROVIDER,
        )
