"""How messages to a chat room leave: `{"text": …}` posted to its incoming webhook, as Slack and those like it take them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from nps_platform.lib.outgoing import Refused, Unreached, post
from nps_platform.messaging.delivery import Delivery, Outcome
from nps_platform.messaging.kinds import kind_of
from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import PreparedText

# A worker takes no more at once; two that time out end within a claim's lease.
TURN = 20
AT_ONCE = 2
SECONDS = 10.0


class Chat(NamedTuple):
    """One finished message. `url` is a secret: it is written nowhere."""

    url: str
    text: str


@contextmanager
def open_chats() -> Iterator[ChatTransport]:
    """Each room has an address of its own: there is nothing to open."""
    yield ChatTransport()


class ChatTransport:
    """One post after the other."""

    def deliver(self, mails: Iterable[Chat]) -> Iterator[Delivery]:
        for chat in mails:
            yield _posted(chat)


def _posted(chat: Chat) -> Delivery:
    """Whatever is no yes may have arrived, and is tried again: to colleagues a message goes at least once."""
    body = json.dumps({"text": chat.text}, ensure_ascii=False).encode()
    try:
        reply = post(chat.url, body, {"Content-Type": "application/json; charset=utf-8"}, timeout=SECONDS)
    except (Refused, Unreached) as problem:
        return Delivery(Outcome.UNCERTAIN, problem.code)
    return Delivery(Outcome.SENT) if reply.is_success else Delivery(Outcome.UNCERTAIN, f"HTTP {reply.status}")


def are_due(now: datetime) -> bool:
    """Whether the current organisation owes a chat room something by now."""
    due = Message.objects.filter(channel=Message.Channel.CHAT, state=Message.State.QUEUED, due_at__lte=now)
    return due.exists()


def chat_for(message: Message, template: PreparedText) -> Chat:
    """One message, ready to be handed over."""
    return Chat(kind_of(message).posted_to(message), template.body)
