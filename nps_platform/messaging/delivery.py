"""What is handed to a transport, and what it tells of each mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol, TypeVar


class Outcome(Enum):
    SENT = "sent"
    KEPT = "kept"  # no mail server is set: it stays in the outbox
    BOUNCED = "bounced"  # the address is refused for good
    REFUSED = "refused"  # this message is refused for good
    LATER = "later"  # nothing was sent; try again
    UNCERTAIN = "uncertain"  # it may have been sent


@dataclass(frozen=True)
class Delivery:
    """What became of one mail or text; `detail` is the server's answer, without addresses.

    Of a text: the gateway's name for it, its parts, and whether its reader had told the gateway to stop.
    """

    outcome: Outcome
    detail: str = ""
    id: str = ""
    parts: int | None = None
    stopped: bool = False


class Dotless(bytes):
    """A mail in which no line begins with a dot, by the way it was made: it need not be searched for one to double."""


class Outgoing(NamedTuple):
    """A finished mail: CRLF lines, dots as they were written."""

    recipient: str
    data: bytes


class CantConnect(Exception):
    """The mail server doesn't answer: what was not told of was not sent."""


Load = TypeVar("Load", contravariant=True)


class Transport(Protocol[Load]):
    def deliver(self, mails: Iterable[Load]) -> Iterator[Delivery]:
        """What became of each, in their order, as soon as it is known; up to two more are taken before that.

        Raises CantConnect.
        """
