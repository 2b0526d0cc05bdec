"""Mails that wait for a person to say where they belong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from closeloop.actions.mailing import answered_by
from closeloop.models import Case, Forward
from nps_platform.lib.signing import Door
from nps_platform.messaging.models import InboundMail, Message

_WAITING = (InboundMail.State.UNPLACED, InboundMail.State.FAILED)


@dataclass(frozen=True)
class Waiting:
    """A mail, and the case it may belong to."""

    mail: InboundMail
    case: Case | None


def waiting_mails() -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(state__in=_WAITING)


def with_suggestions(mails: Iterable[InboundMail]) -> list[Waiting]:
    return [Waiting(mail, _suggested(mail)) for mail in mails]


def _suggested(mail: InboundMail) -> Case | None:
    """What it answers, where that alone was no proof; else the sender's own newest case."""
    if mail.door == Door.MAIL:
        message = Message.objects.filter(pk=mail.named_id).first()
        found = answered_by(message)[0] if message else None
        if found:
            return found
    if mail.door == Door.FORWARD_MAIL:
        forward = Forward.objects.filter(pk=mail.named_id).select_related("case").first()
        return forward.case if forward else None
    if not mail.from_address:
        return None
    mine = Case.objects.filter(customer__email_lower=mail.from_address)
    return mine.order_by("-is_open", "-id").first()
