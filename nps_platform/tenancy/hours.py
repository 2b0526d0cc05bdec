"""An organisation's business clock, from the hours and holidays that its settings keep."""

from __future__ import annotations

from nps_platform.lib.clock import BusinessClock
from nps_platform.tenancy.models import Organization


def business_clock(organization: Organization) -> BusinessClock:
    """Settings write ISO weekdays ("1" is Monday), the clock counts from 0; raises BusinessHoursError for broken hours."""
    weekly = {str(int(day) - 1): shifts for day, shifts in organization.business_hours.items()}
    config = {"weekly": weekly, "holidays": organization.holidays}
    return BusinessClock.from_config(config, timezone=organization.timezone)
