"""A message's state and kind as the reader's words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.lib.formats import true_minus
from nps_platform.messaging.kinds import kinds
from nps_platform.messaging.models import Message
from nps_platform.messaging.outbox import TONES
from nps_platform.tenancy.links import Choice
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.templatetags.circulo import reader_locale
from nps_platform.tenancy.templatetags.ui import tag

register = template.Library()


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def deliverability_tabs(context: template.Context, here: str) -> dict[str, Any]:
    """Where one is among the pages about delivery."""
    reader: Membership = context["membership"]
    places = {
        "deliverability": _("Who got what"),
        "suppressions": _("Suppression list"),
        "sender_domain": _("Sender's domain"),
    }
    slug = reader.organization.slug
    items = [Choice(label, reverse(name, args=[slug]), name == here) for name, label in places.items()]
    return {"items": items, "label": _("Deliverability")}


@register.filter
def kind_label(name: str) -> str:
    """ "Invitation" for invitation; the kind's own name where it has no label."""
    label = next((kind.label for kind in kinds() if kind.name == name), "")
    return _(label) if label else name.replace("_", " ").capitalize()


@register.filter
def by_channel(message: Message) -> str:
    """ "SMS · 2 parts · 0.149 €" of a text, "Chat room"; nothing of a mail."""
    if message.channel == Message.Channel.EMAIL:
        return ""
    told = [str(message.get_channel_display())]
    if message.parts:
        told.append(ngettext("%(n)s part", "%(n)s parts", message.parts) % {"n": message.parts})
    if message.price is not None:
        told.append(small_price(message.price, message.currency))
    return " · ".join(told)


@register.filter
def small_price(amount: Decimal, currency: str) -> str:
    """With the digits that it has: a text costs parts of a cent."""
    return true_minus(format_currency(amount.normalize(), currency, locale=reader_locale(), decimal_quantization=False))


@register.simple_tag
def state_tag(message: Message) -> SafeString:
    """The state in its colour; a mail that no server took is *kept*."""
    if message.state == Message.State.SENT and not message.message_id:
        return tag(_("Kept here"), "ok")
    return tag(str(message.get_state_display()), TONES.get(message.state, ""))
