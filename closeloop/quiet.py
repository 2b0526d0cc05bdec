"""Quiet hours: alerts wait until they end, and go out together then."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from closeloop.models import ChatRoom, QuietHours
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.scope import current_organization

# A week of quiet days, each with quiet hours on either side, and no more: one day a week is open.
_STRETCHES = 20


def hours_of(whom: Membership | ChatRoom) -> QuietHours | None:
    """A person's own, else the organisation's, which are the chat rooms' too."""
    person = whom.pk if isinstance(whom, Membership) else None
    kept = {hours.person_id: hours for hours in QuietHours.objects.filter(Q(person=None) | Q(person=person))}
    return kept.get(person) or kept.get(None)


def quiet_until(hours: QuietHours | None, at: datetime) -> datetime | None:
    """When the quiet ends that lasts at this aware moment (UTC); None where none does."""
    if hours is None:
        return None
    zone, moment = ZoneInfo(current_organization().timezone), at.astimezone(UTC)
    for _stretch in range(_STRETCHES):
        end = _end_of_stretch(hours, moment.astimezone(zone), zone)
        if end is None:
            break
        moment = end.astimezone(UTC)
    return moment if moment > at else None


def _end_of_stretch(hours: QuietHours, local: datetime, zone: ZoneInfo) -> datetime | None:
    today, now = local.date(), local.time()
    tomorrow = today + timedelta(days=1)
    if local.isoweekday() in hours.days:
        return datetime.combine(tomorrow, time.min, zone)
    starts, ends = hours.starts, hours.ends
    if starts is None or ends is None or starts == ends:
        return None
    over_midnight = ends < starts
    # Where clocks go back, the second of the two hours of one name ends the quiet.
    if over_midnight and now >= starts:
        return datetime.combine(tomorrow, ends, zone).replace(fold=1)
    if now < ends and (over_midnight or now >= starts):
        return datetime.combine(today, ends, zone).replace(fold=1)
    return None
