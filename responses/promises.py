"""What the thank-you page may promise: only what the organisation's own target and hours say."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from nps_platform.lib.clock import BusinessHoursError
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.hours import business_clock
from responses.models import Response


def first_contact_by(response: Response) -> datetime | None:
    """By when somebody will be in touch, to the full hour; None where nobody promised or knows how, it is past or it has happened."""
    owed = response.nps_class == NpsClass.DETRACTOR or response.wants_contact
    unknown = response.collector_id and not response.visitor_address and not response.customer_id
    if not owed or unknown or response.wants_contact is False or response.contacted_at:
        return None
    organization = response.organization
    try:
        due = business_clock(organization).add(response.answered_at, timedelta(hours=organization.first_contact_hours))
    except BusinessHoursError:
        return None
    hour = due.replace(minute=0, second=0, microsecond=0)
    full = hour if hour == due else hour + timedelta(hours=1)
    return full if full > timezone.now() else None
