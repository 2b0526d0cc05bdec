"""What keeps a conversation by mail together: where answers come back to, and which mails a mail goes on from."""

from __future__ import annotations

from django.db.models import Q

from closeloop.models import Case, CaseEvent, Forward
from nps_platform.lib.signing import Door
from nps_platform.messaging.incoming.arrived import OURS
from nps_platform.messaging.incoming.reply_address import reply_address
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import message_id
from nps_platform.tenancy.scope import current_organization

# A header line holds 998 signs (RFC 5322 §2.1.1): the first of a long conversation and its newest.
MOST_REFERENCES = 10
_LEFT = (Message.State.SENT, Message.State.SENDING, Message.State.AMBIGUOUS)
_SPOKEN = (CaseEvent.Kind.REPLY, CaseEvent.Kind.TOLD, CaseEvent.Kind.CUSTOMER_REPLY)


def answers_to(door: Door, object_id: int, otherwise: str) -> str:
    """The signed address, else the usual one."""
    return reply_address(door, current_organization().pk, object_id) or otherwise


def thread_of(event: CaseEvent) -> list[str]:
    """The Message-IDs of the conversation with the customer before this entry, oldest first."""
    return _ids(event.case, _SPOKEN, before=event.pk)


def thread_with_guest(forward: Forward, message: Message) -> list[str]:
    """Of the mails to whoever the case was forwarded to: the one before."""
    mine = Message.objects.filter(kind__in=("forward", "forward_reminder"), source_id=forward.pk, state__in=_LEFT)
    return [message_id(one) for one in mine.filter(pk__lt=message.pk).order_by("pk")]


def _ids(case: Case, kinds: tuple[str, ...], *, before: int) -> list[str]:
    events = case.events.filter(Q(message__state__in=_LEFT) | Q(mail__isnull=False), kind__in=kinds, pk__lt=before)
    found: list[str] = []
    for event in events.select_related("message", "mail").order_by("id"):
        found.append(message_id(event.message) if event.message else event.mail.message_id if event.mail else "")
    return list(dict.fromkeys(one for one in found if one and len(one) < 80))


def headers_of(name: str, before: list[str]) -> dict[str, str]:
    """Ours, so that an echo is known, and what the mail goes on from."""
    if not before:
        return {OURS: name}
    kept = before if len(before) <= MOST_REFERENCES else [before[0], *before[1 - MOST_REFERENCES :]]
    return {OURS: name, "In-Reply-To": before[-1], "References": " ".join(kept)}
