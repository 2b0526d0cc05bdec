"""The messages that a person was sent: that, when and what about; what a mail said stands in the other parts."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from nps_platform.customers.held import Part, Person, register_holder
from nps_platform.messaging.kinds import kinds
from nps_platform.messaging.models import Message


def register() -> None:
    """Called when the room is ready."""
    register_holder(messages_to)


def messages_to(person: Person) -> Iterator[Part]:
    names = {kind.name: kind.label for kind in kinds()}
    sent = Message.objects.filter(audience=Message.Audience.CUSTOMER).exclude(state=Message.State.CANCELLED)
    mine = sent.filter(customer=person.customer) if person.customer else sent.filter(to_address__iexact=person.address)
    rows = [
        {
            "kind": _(names[row.kind]) if names.get(row.kind) else row.kind,
            "channel": str(row.get_channel_display()),
            "address": row.to_address,
            "at": row.sent_at or row.created_at,
        }
        for row in mine.order_by("pk")
    ]
    columns = {"kind": _("What"), "channel": _("Channel"), "address": _("Address"), "at": _("When")}
    yield Part("messages", _("Messages"), columns, rows)
