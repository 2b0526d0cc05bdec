"""What the thank-you page may promise: only what the target for such an answer and the organisation's hours say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from nps_platform.lib.clock import BusinessHoursError
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.hours import business_clock
from responses.models import Response

_targets: list[Callable[[Response], int | None]] = []


def register_target(target: Callable[[Response], int | None]) -> None:
    """Register (from AppConfig.ready) who knows a target of its own for an answer, in business minutes; None where none."""
    if target not in _targets:
        _targets.append(target)


def first_contact_by(response: Response) -> datetime | None:
    """By when somebody will be in touch, to the full hour; None where nobody promised or knows how, it is past or it has happened."""
    owed = response.nps_class == NpsClass.DETRACTOR or response.wants_contact
    unknown = response.collector_id and not response.visitor_address and not response.customer_id
    if not owed or unknown or response.wants_contact is False or response.contacted_at:
        return None
    organization = response.organization
    try:
        due = business_clock(organization).add(response.answered_at, _target(response))
    except BusinessHoursError:
        return None
    hour = due.replace(minute=0, second=0, microsecond=0)
    full = hour if hour == due else hour + timedelta(hours=1)
    return full if full > timezone.now() else None


def _target(response: Response) -> timedelta:
    """In business time: the answer's own, else the organisation's."""
    own = next((minutes for minutes in (target(response) for target in _targets) if minutes is not None), None)
    return timedelta(hours=response.organization.first_contact_hours) if own is None else timedelta(minutes=own)
