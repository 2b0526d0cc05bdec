"""What people write back to a text: STOP ends it on that channel and is confirmed once, START takes it up again.

The words stay inside the GSM alphabet where the language allows it: one part each.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nps_platform.customers.actions import lift_suppression, suppress
from nps_platform.customers.actions.suppressions import SAID_BY_THEM
from nps_platform.customers.models import Customer, Suppression
from nps_platform.lib.languages import PUBLIC_WORDS, understood
from nps_platform.messaging.actions import enqueue
from nps_platform.messaging.gateway.interface import Inbound, Said
from nps_platform.messaging.kinds import Mail, MessageKind, register_kind
from nps_platform.messaging.models import Message
from nps_platform.tenancy.address import addressed
from nps_platform.tenancy.scope import current_organization

STOPPED, STARTED, HELP = "text_stopped", "text_started", "text_help"
CUSTOMER = "customer"
# A machine that answers our answer gets no second one.
HELP_EVERY = timedelta(days=1)
_NUMBER = re.compile(r"\+\d{6,15}")


def register() -> None:
    """Called when the room is ready."""
    register_kind(MessageKind(STOPPED, render_stopped, label=gettext_noop("Texts stopped")))
    register_kind(MessageKind(STARTED, render_started, label=gettext_noop("Texts taken up again")))
    register_kind(MessageKind(HELP, render_help, label=gettext_noop("Help by text")))


@transaction.atomic
def take_answer(inbound: Inbound) -> None:
    """Do what somebody asked for by text. What the gateway has answered itself is not answered again."""
    if not _NUMBER.fullmatch(inbound.sender):
        return
    if inbound.said == Said.STOP:
        confirm = STOPPED if _stop(inbound) else ""
    elif inbound.said == Said.START:
        confirm = STARTED if _start(inbound) else ""
    else:
        confirm = HELP if _may_be_helped(inbound) else ""
    if confirm and not inbound.answered:
        enqueue([_message(confirm, inbound)])


def _stopped(inbound: Inbound) -> Suppression | None:
    return Suppression.objects.filter(channel=inbound.channel, address=inbound.sender).first()


def _stop(inbound: Inbound) -> bool:
    """Whether this changed anything."""
    before = _stopped(inbound)
    reason = Suppression.Reason.UNSUBSCRIBED
    after = suppress(inbound.sender, channel=inbound.channel, reason=reason, label=CUSTOMER)
    return before is None or before.reason != after.reason


def _start(inbound: Inbound) -> bool:
    """What they said themselves they may take back; what we or a landline said stays."""
    row = _stopped(inbound)
    if row is None or row.reason not in SAID_BY_THEM:
        return False
    lift_suppression(row, by=None, confirmed=True)
    return True


def _may_be_helped(inbound: Inbound) -> bool:
    lately = Message.objects.filter(
        kind=HELP, to_address=inbound.sender, channel=inbound.channel, created_at__gt=timezone.now() - HELP_EVERY
    )
    return _stopped(inbound) is None and not lately.exists()


def _message(kind: str, inbound: Inbound) -> Message:
    last = Message.objects.filter(channel=inbound.channel, to_address=inbound.sender).order_by("-pk").first()
    customer = (last.customer if last else None) or Customer.objects.filter(mobile=inbound.sender).first()
    own = last.language if last else customer.language if customer else ""
    return Message(
        kind=kind,
        channel=inbound.channel,
        to_address=inbound.sender,
        to_name=customer.name if customer else "",
        customer=customer,
        language=own or current_organization().language,
        priority=1,
    )


def render_stopped(message: Message) -> Mail:
    with _speaking(message):
        return _text(_("%(programme)s: done, no more surveys this way. To get them again, reply START."))


def render_started(message: Message) -> Mail:
    with _speaking(message):
        return _text(_("%(programme)s: done, surveys will reach you again. To end them, reply STOP."))


def render_help(message: Message) -> Mail:
    organization = current_organization()
    contact = organization.phone or organization.reply_to
    with _speaking(message):
        if not contact:
            return _text(
                _("%(programme)s: nobody reads replies to this message; answer by its link. To end these, reply STOP.")
            )
        words = _(
            "%(programme)s: nobody reads replies to this message; answer by its link. Contact: %(contact)s. To end these, reply STOP."
        )
        return _text(words, contact=contact)


def _text(words: str, **names: str) -> Mail:
    return Mail(subject="", text=words % {"programme": current_organization().programme, **names})


def _speaking(message: Message) -> translation.override:
    organization = current_organization()
    ours = understood(message.language, PUBLIC_WORDS, organization.language)
    return translation.override(addressed(ours, organization))
