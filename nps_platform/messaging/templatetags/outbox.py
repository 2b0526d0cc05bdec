"""A message's state and kind as the reader's words."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from nps_platform.messaging.kinds import kinds
from nps_platform.messaging.models import Message
from nps_platform.messaging.outbox import TONES
from nps_platform.tenancy.templatetags.ui import tag

register = template.Library()


@register.filter
def kind_label(name: str) -> str:
    """ "Invitation" for invitation; the kind's own name where it has no label."""
    label = next((kind.label for kind in kinds() if kind.name == name), "")
    return _(label) if label else name.replace("_", " ").capitalize()


@register.simple_tag
def state_tag(message: Message) -> SafeString:
    """The state in its colour; a mail that no server took is *kept*."""
    if message.state == Message.State.SENT and not message.message_id:
        return tag(_("Kept here"), "ok")
    return tag(str(message.get_state_display()), TONES.get(message.state, ""))
