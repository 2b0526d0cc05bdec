"""What a customer sees of their choices and of their data, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from closeloop.actions.choices import CONTACT, choices_of
from nps_platform.customers.held import Part
from nps_platform.customers.models import CustomerPermission
from nps_platform.tenancy.templatetags.circulo import when
from responses.models import Response

Purpose = CustomerPermission.Purpose


@dataclass(frozen=True)
class Choice:
    """One purpose: how it stands, and what the button says that turns it."""

    purpose: str
    title: str
    text: str
    yes: bool
    verb: str


def choices_for(response: Response) -> list[Choice]:
    """In the order of what matters to somebody who has just answered."""
    words = {
        CONTACT: (
            _("About this answer"),
            (_("A person may get in touch about it."), _("Nobody gets in touch about it.")),
            (_("Don’t contact me"), _("Contact me")),
        ),
        Purpose.FEEDBACK.value: (
            _("Surveys"),
            (_("They come by e-mail or message, seldom."), _("No more surveys are sent, by any channel.")),
            (_("Stop receiving surveys"), _("Receive surveys again")),
        ),
        Purpose.OFFERS.value: (
            _("Offers"),
            (_("Offers may be sent."), _("No offers are sent.")),
            (_("No more offers"), _("Receive offers")),
        ),
        Purpose.REFERRAL.value: (
            _("Recommendations"),
            (_("We may ask for a recommendation."), _("We ask for no recommendation.")),
            (_("Don’t ask me"), _("You may ask me")),
        ),
    }
    stands = choices_of(response)
    return [
        Choice(purpose, title, states[0 if stands[purpose] else 1], stands[purpose], verbs[0 if stands[purpose] else 1])
        for purpose, (title, states, verbs) in words.items()
        if purpose in stands
    ]


@dataclass(frozen=True)
class Shown:
    """A part of what is held, with its values as people read them."""

    title: str
    lines: list[list[tuple[str, str]]]


def shown(parts: list[Part]) -> list[Shown]:
    return [
        Shown(part.title, [[(label, _said(value)) for label, value in line] for line in part.lines]) for part in parts
    ]


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def masked(address: str) -> str:
    """Enough to know one's own address by, too little for whom the page's link was passed on to."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""
