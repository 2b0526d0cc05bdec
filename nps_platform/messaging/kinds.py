"""What each kind of message looks like and what its fate means: registered by the room that asks for it.

Messaging never knows the rooms above; they hand it, at start-up, one `MessageKind` per kind they send.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nps_platform.messaging.models import Message


@dataclass(frozen=True)
class Mail:
    """One finished mail."""

    subject: str
    text: str
    html: str = ""
    from_name: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def _nothing(messages: Iterable[Message]) -> None:
    """Most kinds owe nobody a word about their fate."""


@dataclass(frozen=True)
class MessageKind:
    """`render` makes the mail from rows (also for the outbox's *how it looked*); `still_wanted` may refuse one at the last moment
    (answered meanwhile, unsubscribed, closed); `settled` is told of messages that reached SENT, BOUNCED or FAILED, in batches,
    inside the transaction that settles them."""

    name: str
    render: Callable[[Message], Mail]
    settled: Callable[[Iterable[Message]], None] = _nothing
    still_wanted: Callable[[Message], bool] = lambda message: True


_kinds: dict[str, MessageKind] = {}


def register_kind(kind: MessageKind) -> None:
    """Called from AppConfig.ready of the room that sends this kind."""
    _kinds[kind.name] = kind


def kind_of(message: Message) -> MessageKind:
    """The registered kind; KeyError for a message that nobody can render."""
    return _kinds[message.kind]
