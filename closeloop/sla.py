"""When we owe somebody a word (METHOD §9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from nps_platform.lib.clock import BusinessHoursError
from nps_platform.tenancy.hours import business_clock
from nps_platform.tenancy.models import Organization


def answer_due(organization: Organization, since: datetime) -> datetime:
    """By when whoever wrote at `since` should hear from us; by the wall clock where the business hours can't be kept."""
    target = timedelta(hours=organization.first_contact_hours)
    try:
        return business_clock(organization).add(since, target)
    except (AttributeError, TypeError, ValueError, BusinessHoursError):
        return since + target
