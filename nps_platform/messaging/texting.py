"""How texts leave: by the gateway of their organisation, one after the other, no quicker than it allows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from nps_platform.lib.sealing import CantOpen, unseal
from nps_platform.lib.signing import Door, make_token
from nps_platform.lib.text_parts import size_of
from nps_platform.messaging.delivery import CantConnect, Delivery, Outcome
from nps_platform.messaging.gateway.interface import CantSend, Gateway, Text
from nps_platform.messaging.gateway.kept import KeptGateway
from nps_platform.messaging.gateway.twilio import Account, TwilioGateway
from nps_platform.messaging.kinds import Personal
from nps_platform.messaging.models import Message, TextGateway
from nps_platform.messaging.pace import SIGN_OF_LIFE
from nps_platform.messaging.prepared import PreparedText

State = Message.State
TEXTS = (Message.Channel.SMS, Message.Channel.WHATSAPP)
# A worker takes no more texts than it can send in so many seconds: mails never wait long behind them.
TURN_SECONDS = 10
# Handed over before the next look whether they are wanted: two that time out end within a claim's lease.
AT_ONCE = 2
NO_GATEWAY = "no gateway is set up"


def text_gateway() -> TextGateway | None:
    """The current organisation's, or None."""
    return TextGateway.objects.first()


def can_text(channel: str) -> bool:
    """Whether the organisation can send by `channel`; mails always can be written."""
    if channel not in TEXTS:
        return True
    row = text_gateway()
    return row is not None and row.takes(channel)


def open_gateway(row: TextGateway) -> Gateway:
    """The adapter of what is set up. Raises CantSend."""
    if row.provider == TextGateway.Provider.OUTBOX:
        return KeptGateway()
    try:
        token = unseal(row.sealed_token)
    except CantOpen as error:
        raise CantSend("the token can't be read any more: type it again") from error
    return TwilioGateway(Account(row.account_sid, token, row.sms_from, row.whatsapp_from, row.templates))


@contextmanager
def open_texts(channel: str) -> Iterator[TextTransport]:
    """What texts of `channel` leave by. Raises CantConnect."""
    row = text_gateway()
    if row is None or not row.takes(channel):
        raise CantConnect(NO_GATEWAY)
    try:
        yield TextTransport(open_gateway(row), row.per_second)
    except CantSend as error:
        raise CantConnect(str(error)) from error


class TextTransport:
    """Texts in their order, at most so many a second."""

    def __init__(self, gateway: Gateway, per_second: int) -> None:
        self._gateway, self._pause, self._last = gateway, 1 / per_second, 0.0

    def deliver(self, mails: Iterable[Text]) -> Iterator[Delivery]:
        for text in mails:
            self._wait()
            try:
                receipt = self._gateway.send(text)
            except CantSend as error:
                raise CantConnect(str(error)) from error
            parts = receipt.parts or (size_of(text.body).parts if text.channel == Message.Channel.SMS else 1)
            yield Delivery(receipt.outcome, receipt.detail, receipt.id, parts, receipt.stopped)

    def _wait(self) -> None:
        left = self._last + self._pause - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._last = time.monotonic()


def waiting_channels(now: datetime) -> list[str]:
    """Channels by which texts are due, unless another worker sends texts for the organisation: one keeps the pace."""
    mine = Message.objects.filter(channel__in=TEXTS)
    due = mine.filter(state=State.QUEUED, due_at__lte=now)
    busy = mine.filter(state__in=(State.CLAIMED, State.SENDING), claimed_at__gt=now - SIGN_OF_LIFE)
    found = [str(channel) for channel in TEXTS if due.filter(channel=channel).exists()]
    return [] if found and busy.exists() else found


def turn() -> int:
    """How many texts a worker takes at once."""
    row = text_gateway()
    return row.per_second * TURN_SECONDS if row else TURN_SECONDS


def text_for(message: Message, personal: Personal) -> Text:
    """One person's text, ready to be handed over."""
    assert isinstance(personal.template, PreparedText)
    own = personal.template.filled(personal.values)
    callback = f"{settings.BASE_URL}/hooks/text/{make_token(Door.MAIL, message.organization_id, message.pk)}/status"
    return Text(message.channel, message.to_address, own.body, callback, message.language, own.variables, own.template)


def settle_texts(fates: list[tuple[Message, Delivery]], now: datetime) -> None:
    """Write down what the gateway took: its name for each, the parts and what they cost."""
    row = text_gateway() if fates else None
    for message, delivery in fates:
        price = row.price_of(message.channel) if row else None
        Message.objects.filter(pk=message.pk, state=State.SENDING).update(
            state=State.SENT,
            sent_at=now,
            error="",
            message_id=delivery.id,
            parts=delivery.parts,
            price=price * delivery.parts if price is not None and delivery.parts else None,
            currency=row.currency if row and price is not None else "",
        )
        message.state, message.sent_at = State.SENT, now
    if any(delivery.outcome == Outcome.SENT for _message, delivery in fates):
        TextGateway.objects.exclude(problem="").update(problem="", problem_at=None)


def note_problem(why: str) -> None:
    """Nothing leaves: said on the gateway's page until something does."""
    TextGateway.objects.update(problem=why[:300], problem_at=timezone.now())
