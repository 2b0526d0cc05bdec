"""Recording what customers answer where anybody may answer: posters, tablets, websites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from nps_platform.customers.models import Customer
from responses.actions import new_response
from responses.answers import Said, keep
from responses.models import Response
from responses.recording import announce
from surveys.invitations import close_open_invitation
from surveys.models import Collector, SurveyVersion

# How a place's answers are marked.
CHANNELS = {
    Collector.Kind.LINK: Response.Channel.LINK,
    Collector.Kind.KIOSK: Response.Channel.KIOSK,
    Collector.Kind.EMBED: Response.Channel.EMBED,
}


class CollectorClosed(Exception):
    """The place takes no more answers."""


class ReceiptUsed(Exception):
    """That receipt's answer was given before."""


@dataclass(frozen=True)
class Visitor:
    """What a visitor says about themselves: how to get back to them, and the code on their receipt."""

    name: str = ""
    address: str = ""
    receipt: str = ""


def record_visit(
    collector: Collector,
    *,
    score: int,
    comment: str = "",
    wants_contact: bool | None = None,
    language: str = "",
    answers: Sequence[Said] = (),
    visitor: Visitor | None = None,
    client_key: UUID | None = None,
    answered_at: datetime | None = None,
    version: SurveyVersion | None = None,
    customer: Customer | None = None,
) -> tuple[Response, bool]:
    """Record an answer given at `collector`, and whether this call made it: `client_key` sent again finds the one it made.

    `customer`: where the company's own website knows them; what the survey still asks of them elsewhere is closed.
    `answered_at`: when a device that was offline took it, never later than now; `version`: what it had on the screen, where that
    is not what is live. Raises CollectorClosed (not for what a device kept from before), ReceiptUsed, KeyError at employees'
    places (`responses/employees.py`), ValueError for a score outside 0–10.
    """
    made = Response.objects.filter(client_key=client_key).first() if client_key else None
    if made:
        return made, False
    if not collector.is_open and client_key is None:
        raise CollectorClosed
    now = timezone.now()
    survey = version.survey if version else collector.survey
    response = new_response(survey, customer, score=score, comment=comment, answered_at=min(answered_at or now, now))
    response.version_id = version.pk if version else response.version_id
    _place(response, collector)
    response.client_key = client_key
    visitor = visitor or Visitor()
    response.wants_contact, response.language = wants_contact, language
    response.visitor_name, response.visitor_address = visitor.name, visitor.address
    response.receipt = visitor.receipt.strip().upper()
    try:
        with transaction.atomic():
            response.save(force_insert=True)
            keep(response, answers)
            if customer:
                close_open_invitation(response.survey, customer)
            announce(response.pk, response.organization_id)
    except IntegrityError as refused:  # a twin was quicker
        made = Response.objects.filter(client_key=client_key).first() if client_key else None
        if made:
            return made, False
        if response.receipt:
            raise ReceiptUsed from refused
        raise
    return response, True


def saw_device(collector: Collector, *, waiting: int) -> None:
    """A tablet was in touch just now and has so many answers left that it could not hand in."""
    Collector.objects.filter(pk=collector.pk).update(seen_at=timezone.now(), waiting=waiting)


def _place(response: Response, collector: Collector) -> None:
    response.collector, response.channel = collector, CHANNELS[Collector.Kind(collector.kind)]
    response.unit_id = collector.unit_id or response.unit_id
    if collector.touchpoint:
        response.touchpoint, response.stage_id = collector.touchpoint, collector.touchpoint.stage_id
