"""What each kind of message looks like and what its fate means: registered by the room that asks for it.

Messaging never knows the rooms above; they hand it, at start-up, one `MessageKind` per kind they send.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import Mail, PreparedMail, PreparedText
from nps_platform.tenancy.roles import Right

__all__ = ["Mail", "MessageKind", "Personal", "kind_of", "register_kind"]


@dataclass(frozen=True)
class Personal:
    """One person's copy of a mail or text that was built once: the template and what fills its slots."""

    template: PreparedMail | PreparedText
    values: dict[str, str] = field(default_factory=dict)


def _nothing(messages: Iterable[Message]) -> None:
    """Most kinds owe nobody a word about their fate."""


@dataclass(frozen=True)
class MessageKind:
    """`render` makes the mail from rows (also for the outbox's *how it looked*); `still_wanted` may refuse one at the last moment
    (answered meanwhile, unsubscribed, closed); `settled` is told of messages that reached SENT, BOUNCED, FAILED or AMBIGUOUS, in
    batches, inside the transaction that settles them; a provider may say BOUNCED long after SENT. `complained` is told of
    those that their reader called spam. `posted_to` answers the secret address of a message to a chat room.

    Kinds sent by the thousand bring `prepare` and `wanted` too, which work on sets: `prepare` answers by message id (one that
    is missing is not sent), `wanted` the ids that may still leave, asked for at most 20 at a time just before.
    """

    name: str
    render: Callable[[Message], Mail]
    settled: Callable[[Iterable[Message]], None] = _nothing
    complained: Callable[[Iterable[Message]], None] = _nothing
    still_wanted: Callable[[Message], bool] = lambda message: True
    posted_to: Callable[[Message], str] = lambda message: ""
    label: str = ""
    # Who may see how it looked: a mail can carry a link that makes its reader more than they are.
    shown_to: Right = Right.ASK
    prepare: Callable[[Sequence[Message]], Mapping[int, Personal]] | None = None
    wanted: Callable[[Sequence[Message]], set[int]] | None = None


_kinds: dict[str, MessageKind] = {}


def register_kind(kind: MessageKind) -> None:
    """Called from AppConfig.ready of the room that sends this kind."""
    _kinds[kind.name] = kind


def kind_of(message: Message) -> MessageKind:
    """The registered kind; KeyError for a message that nobody can render."""
    return _kinds[message.kind]


def right_to_see(message: Message) -> Right:
    """What a person needs to look at how it looked, also where nobody can render it any more."""
    kind = _kinds.get(message.kind)
    return kind.shown_to if kind else Right.ASK


def kinds() -> list[MessageKind]:
    """Every registered kind, by name."""
    return sorted(_kinds.values(), key=lambda kind: kind.name)
