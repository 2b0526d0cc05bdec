"""When a person was asked."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from nps_platform.customers.held import Part, Person, register_holder
from surveys.models import Invitation


def register() -> None:
    """Called when the room is ready."""
    register_holder(invitations_of)


def invitations_of(person: Person) -> Iterator[Part]:
    """Each occasion, also those on which the person was left out."""
    if person.customer is None:
        return
    asked = Invitation.objects.filter(customer=person.customer).select_related("survey")
    rows = [
        {
            "survey": str(one.survey),
            "channel": str(one.get_channel_display()),
            "state": str(one.get_state_display()),
            "why_not": str(one.get_skip_reason_display()) if one.skip_reason else "",
            "at": one.sent_at or one.created_at,
            "answered_at": one.answered_at,
        }
        for one in asked.order_by("pk")
    ]
    columns = {
        "survey": _("Survey"), "channel": _("Channel"), "state": _("State"), "why_not": _("Why not"), "at": _("When"),
        "answered_at": _("Answered"),
    }  # fmt: skip
    yield Part("invitations", _("Invitations"), columns, rows)
