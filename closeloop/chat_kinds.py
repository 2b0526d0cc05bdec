"""Where a message to a chat room goes, and the one that tries a room out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from closeloop.digests import room_of
from closeloop.models import ChatRoom
from nps_platform.lib.sealing import unseal
from nps_platform.messaging.kinds import Mail
from nps_platform.messaging.models import Message
from nps_platform.tenancy.scope import current_organization

TEST = "chat_test"


def room_told(message: Message) -> ChatRoom | None:
    """The room of any message of this room; None for mails, and where it is gone."""
    if message.channel != Message.Channel.CHAT:
        return None
    return ChatRoom.objects.filter(pk=message.source_id).first() if message.kind == TEST else room_of(message)


def room_stands(message: Message) -> bool:
    """Mails always do."""
    return message.channel != Message.Channel.CHAT or room_told(message) is not None


def posted_to(message: Message) -> str:
    """The room's secret address. Raises CantOpen where it was sealed under a key that is gone."""
    room = room_told(message)
    return unseal(room.sealed_url) if room else ""


def render_test(message: Message) -> Mail:
    """That the address works."""
    text = _("%(programme)s can write here: alerts of customers’ answers will come to this room.")
    return Mail(subject="", text=text % {"programme": current_organization().programme})
