"""What the ledger keeps of an erased person: that a message left, and when; not to whom, nor what it said."""

from __future__ import annotations

from django.db.models import QuerySet

from nps_platform.customers.actions.erasure import register_eraser
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import InboundMail, Message

_OPEN = (InboundMail.State.TAKEN, InboundMail.State.UNPLACED, InboundMail.State.FAILED)


def register() -> None:
    """Called when the room is ready."""
    register_eraser(forget_messages)


def forget_messages(customer: Customer) -> None:
    """Take back what has not left, and empty every message to the person."""
    empty_messages(Message.objects.filter(customer=customer))
    if customer.email:
        forget_mails(InboundMail.objects.filter(from_address=customer.email.lower()))


def forget_mails(mails: QuerySet[InboundMail]) -> None:
    """What people wrote by mail, and the mails themselves; that one came, and when, stays."""
    for mail in mails.exclude(raw=""):
        mail.raw.delete(save=False)
    mails.filter(state__in=_OPEN).update(state=InboundMail.State.DISCARDED)
    mails.update(from_address="", from_name="", subject="", message_id="", text="", quoted="", raw="")


def empty_messages(mine: QuerySet[Message]) -> None:
    """What has not left doesn't; what has says no more than that, and when."""
    waiting = (Message.State.QUEUED, Message.State.HELD, Message.State.CLAIMED)
    mine.filter(state__in=waiting).update(state=Message.State.CANCELLED, claim="")
    mine.update(to_address="", to_name="", subject="", text="", html="", error="", customer=None)
