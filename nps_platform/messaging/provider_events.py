"""Providers' events, made alike by django-anymail: whose mail, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, pre_send
from django.core.mail import EmailMessage
from django.utils import timezone

from nps_platform.messaging.fates import (
    mark_complained,
    mark_delivered,
    mark_returned,
    mark_unsubscribed,
    note_delay,
)
from nps_platform.messaging.marks import mark_for, read_mark
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered

# A mail server's own words: a code that begins with 4 may pass; 5.2.2 is a full mailbox, 5.7 a policy, none the address.
_STATUS = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"\s*([45])\d\d\b")
_NO_ADDRESS_OF_OURS = {("2", "2"), ("2", "3"), ("3", "4")}
# anymail calls these bounces too; each provider's own word tells that they may pass.
_SOFT: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "Brevo": lambda told: told.get("event") == "soft_bounce",
    "MailerSend": lambda told: str(told.get("type", "")).endswith("soft_bounced"),
    "Mailjet": lambda told: not told.get("hard_bounce"),
    "Mandrill": lambda told: told.get("event") == "soft_bounce",
    "Postmark": lambda told: told.get("Type") in {"SoftBounce", "VirusNotification"},
    "SendGrid": lambda told: told.get("type") in {"blocked", "expired"},
    "SparkPost": lambda told: _sparkpost_class(told) not in {"10", "30", "90"},
}
_REFUSED_BECAUSE_IT_BOUNCED = {RejectReason.BOUNCED, RejectReason.INVALID}


def register() -> None:
    """Called when the room is ready: mails handed to a provider's API carry their mark."""
    pre_send.connect(carry_mark, dispatch_uid="circulo.mark")


def carry_mark(message: EmailMessage, **_: Any) -> None:
    """anymail is about to hand over a mail."""
    mark = mark_for(message.extra_headers.get("Message-ID", ""))
    if mark:
        # anymail reads this attribute of any mail; only its own class is born with it.
        message.metadata = {**getattr(message, "metadata", {}), **mark}  # type: ignore[attr-defined]


def take(event: AnymailTrackingEvent, provider: str) -> None:
    """Write down what `provider` tells; of mails that are not ours, or of no consequence, nothing."""
    named = read_mark(event.metadata or {}, event.message_id)
    if named is None:
        return
    with entered(Organization.known_by_id(named.organization_id)):
        message = Message.objects.select_related("customer").filter(pk=named.id).first()
        if message and _is_to(message, event.recipient):
            _settle(message, event, provider)


def _is_to(message: Message, recipient: str | None) -> bool:
    """Whether the event speaks of the address that this mail went to; an erased person's mail has none."""
    return bool(message.to_address) and (not recipient or _plain(recipient) == _plain(message.to_address))


def _plain(address: str) -> str:
    name, _at, domain = address.strip().lower().rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return f"{name}@{domain}"


def _settle(message: Message, event: AnymailTrackingEvent, provider: str) -> None:
    at, told = event.timestamp or timezone.now(), event.event_type
    if told == EventType.DELIVERED:
        mark_delivered(message, at)
    elif told == EventType.COMPLAINED or event.reject_reason == RejectReason.SPAM:
        mark_complained(message, at)
    elif told == EventType.UNSUBSCRIBED or event.reject_reason == RejectReason.UNSUBSCRIBED:
        mark_unsubscribed(message)
    elif is_hard(event, provider):
        mark_returned(message, at, why=words_of(event))
    elif told in (EventType.BOUNCED, EventType.DEFERRED, EventType.REJECTED, EventType.FAILED):
        note_delay(message, why=words_of(event))


def is_hard(event: AnymailTrackingEvent, provider: str) -> bool:
    """Whether the address itself is gone for good."""
    if event.event_type == EventType.REJECTED:
        return event.reject_reason in _REFUSED_BECAUSE_IT_BOUNCED
    if event.event_type != EventType.BOUNCED:
        return False
    told = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    return not (provider in _SOFT and _SOFT[provider](told)) and not _may_pass(event.mta_response or "")


def _may_pass(response: str) -> bool:
    status = _STATUS.search(response)
    if status:
        kind, subject, detail = status.groups()
        return kind == "4" or subject == "7" or (subject, detail) in _NO_ADDRESS_OF_OURS
    reply = _REPLY.match(response)
    return reply is not None and reply[1] == "4"


def _sparkpost_class(told: Mapping[str, Any]) -> str:
    for part in dict(told.get("msys", {})).values():
        return str(part.get("bounce_class", ""))
    return ""


def words_of(event: AnymailTrackingEvent) -> str:
    """The mail server's words without the address they may repeat; else the provider's."""
    words = str(event.mta_response or event.description or event.reject_reason or event.event_type)
    return " ".join(word for word in words.split() if "@" not in word)[:300]
