"""What a gateway can do for us: send a text, and read what its provider tells us afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from nps_platform.messaging.delivery import Outcome

# How the templates that WhatsApp approved are numbered.
TEMPLATE_NUMBER = r"HX[0-9a-fA-F]{32}"


class Text(NamedTuple):
    """One message on its way: `channel` is "sms" or "whatsapp", `to` a number in E.164.

    `variables` fill a template that the provider approved (WhatsApp): the one numbered `template`, else the account's in that
    language; without one, `body` is sent.
    `callback`: where the provider tells what became of it.
    """

    channel: str
    to: str
    body: str
    callback: str = ""
    language: str = ""
    variables: Mapping[str, str] = {}
    template: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of a text; `id` is the provider's name for it, `parts` what it charges.

    `stopped`: the number had told the provider to stop. `code` is the provider's own, 0 for none.
    """

    outcome: Outcome
    detail: str = ""
    id: str = ""
    parts: int | None = None
    code: int = 0
    stopped: bool = False


class Fate(Enum):
    """What a provider tells of a text that it took."""

    ON_ITS_WAY = "on its way"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"  # the number takes no texts, for good
    STOPPED = "stopped"  # its owner told the provider to stop
    LOST = "lost"  # this message did not arrive; another may


@dataclass(frozen=True)
class Status:
    """One word about one text."""

    fate: Fate
    id: str = ""
    why: str = ""


class Said(Enum):
    """What somebody wrote back."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


@dataclass(frozen=True)
class Inbound:
    """A text that came in; `answered` where the provider has answered it already."""

    channel: str
    sender: str
    body: str
    said: Said
    answered: bool = False


class NotSigned(Exception):
    """A post that its provider did not sign."""


class CantSend(Exception):
    """The gateway can't be reached or does not take us for its customer: nothing was sent. Says why, without secrets."""


@dataclass(frozen=True)
class Post:
    """What was posted to us: the address as the provider knows it, its fields, and the signature it came with."""

    url: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    signature: str = ""

    def one(self, name: str) -> str:
        """A field's last value; empty where there is none."""
        values = self.fields.get(name) or [""]
        return values[-1]


class Gateway(Protocol):
    """An adapter. Posts are proved before they are read: NotSigned."""

    def send(self, text: Text) -> Receipt:
        """Hand over one text. Raises CantSend where nothing can be handed over at all."""

    def parse_status(self, post: Post) -> Status | None:
        """What became of a text; None for words without consequence. Raises NotSigned."""

    def parse_inbound(self, post: Post) -> Inbound | None:
        """Somebody wrote; None where nobody did. Raises NotSigned."""
